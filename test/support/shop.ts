/** A keeper on a store in memory, and hands on its commits. */
import type { CommitResult } from '../../src/journal/record.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { KeeperLimits } from '../../src/keeper/limits.ts';
import type { Observation } from '../../src/lib/observe.ts';
import { MemoryStore } from './memory-store.ts';

/** When the shop opens. */
export const AT = 1_700_000_000_000;

export const ABORTED: CommitResult = { kind: 'aborted', error: new Error('as planned') };

/** `time.now` is the keeper's clock, and its measure of what has gone by; `seen` is what it observed. It does not pause between attempts. */
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

/** Lets the store through again. */
export function release(store: MemoryStore): void {
  store.gate = { before: () => undefined, after: () => undefined };
}

/** Holds the next commit until `release`; `begun` resolves when it is there. */
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

/** From here on each commit waits; what is returned ends the next one, and waits until all that can run has run. */
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

/** All that can run has run. */
export async function quiet(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
}

/** Whether a promise has settled by now, all that can run having run. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.finally(() => {
    settled = true;
  });
  await quiet();
  return settled;
}
