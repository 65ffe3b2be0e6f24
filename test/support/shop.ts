/** A keeper on a store in memory, and ways to hold and end its commits. */
import type { CommitResult } from '../../src/journal/record.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { KeeperLimits } from '../../src/keeper/limits.ts';
import type { Observation } from '../../src/lib/observe.ts';
import { MemoryStore } from './memory-store.ts';

/** The time when the shop opens. */
export const AT = 1_700_000_000_000;

export const ABORTED: CommitResult = { kind: 'aborted', error: new Error('as planned') };

/**
 * `time.now` is the keeper's clock and also its measure of elapsed time. `seen` has what the keeper observed. The
 * keeper does not pause between attempts.
 */
export function shop(limits: Partial<KeeperLimits> = {}) {
  const store = new MemoryStore();
  const seen: Observation[] = [];
  const time = { now: AT };
  const keeper = new Keeper({
    store,
    lists: store,
    limits,
    clock: () => time.now,
    elapsed: () => time.now,
    pause: async () => {},
    observe: (observation) => seen.push(observation),
  });
  return { store, keeper, seen, time };
}

/** Lets all calls of the store pass again. */
export function release(store: MemoryStore): void {
  store.gate = { before: () => undefined, after: () => undefined };
}

/** Holds the next commit until `release`. `begun` resolves when that commit has arrived. */
export function hold(store: MemoryStore) {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<CommitResult | undefined>();
  store.gate = {
    before: (call) => {
      if (call === 'load') return undefined;
      begun.resolve();
      return released.promise;
    },
    after: () => undefined,
  };
  const release = (result?: CommitResult) => {
    store.gate = { before: () => undefined, after: () => undefined };
    released.resolve(result);
  };
  return { begun: begun.promise, release };
}

/**
 * From here on each commit waits. The returned function ends the next one, and then waits until everything that can run
 * has run.
 */
export function commitsByHand(store: MemoryStore): (result?: CommitResult) => Promise<void> {
  const waiting: ((result: CommitResult | undefined) => void)[] = [];
  store.gate = {
    before: (call) => (call === 'load' ? undefined : new Promise((resolve) => waiting.push(resolve))),
    after: () => undefined,
  };
  return async (result) => {
    while (waiting.length === 0) await new Promise(setImmediate);
    waiting.shift()?.(result);
    await quiet();
  };
}

/** Resolves when everything that can run has run. */
export async function quiet(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
}

/** Whether a promise has settled once everything that can run has run. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.finally(() => {
    settled = true;
  });
  await quiet();
  return settled;
}
