/**
 * Waiting for stock while commits are lost. Whatever happens to those ahead, no request waits for stock that is there.
 */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { CommitResult } from '../../../src/journal/record.ts';
import { Keeper } from '../../../src/keeper/keeper.ts';
import type { Command } from '../../../src/shop/commands.ts';
import { available } from '../../../src/shop/skus/sku.ts';
import { cancel, checkout, create, place, put, receive } from '../../support/commands.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { AT, quiet } from '../../support/shop.ts';

const SKUS = ['A', 'B'] as const;
const failed = new Error('as planned');

/**
 * What happens to the n-th call of its kind to the store. A commit that is `unknown_done` was written. A load can only
 * fail.
 */
type Fate = 'done' | 'lost' | 'aborted' | 'unknown' | 'unknown_done';

const skuId = fc.constantFrom(...SKUS);
const lines = fc.dictionary(skuId, fc.integer({ min: 1, max: 3 }), { minKeys: 1, maxKeys: 2 });
const cartId = fc.constantFrom('c', 'd');
const nth = fc.nat({ max: 9 });

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('wait' as const), lines, isTwice: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('receive' as const), skuId, quantity: fc.nat({ max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), nth }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), nth }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ring' as const), nth }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('put' as const), cartId, skuId, selected: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('checkout' as const), cartId }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('policy' as const), skuId, backorderLimit: fc.nat({ max: 2 }) }),
  },
  { weight: 2, arbitrary: fc.constantFrom({ kind: 'start_over' as const }, { kind: 'late' as const }) },
);

/** The steps, and whether everything that can run has run before the next step. */
const steps = fc.array(fc.record({ step, isQuiet: fc.boolean() }), { minLength: 5, maxLength: 30, size: 'max' });
const fates = fc.array(fc.constantFrom<Fate>('done', 'done', 'lost', 'lost', 'aborted', 'unknown', 'unknown_done'), {
  minLength: 5,
  maxLength: 12,
});

/** A keeper whose alarms are rung by hand. Between two attempts it rests for some turns of the event loop. */
async function shop(rests: readonly number[]) {
  const store = new MemoryStore();
  const alarms = new Set<() => void>();
  let pauses = 0;
  const keeper = new Keeper({
    store,
    lists: store,
    // A command in flight is late whenever the keeper looks.
    limits: { attemptsMax: 2, answerMs: 0 },
    clock: () => AT,
    elapsed: () => AT,
    pause: async () => {
      for (let left = rests[pauses++ % rests.length] ?? 0; left > 0; left--) await new Promise(setImmediate);
    },
    alarm: (_ms, ring) => {
      alarms.add(ring);
      return () => alarms.delete(ring);
    },
  });
  for (const id of SKUS) await keeper.ask(create(id, 0));
  return { store, keeper, alarms };
}

/** From here on calls end as planned; the plan repeats. */
function trouble(store: MemoryStore, fates: readonly Fate[]): void {
  const calls = { load: 0, commit: 0 };
  const results: Readonly<Partial<Record<Fate, CommitResult>>> = {
    lost: { kind: 'lost' },
    aborted: { kind: 'aborted', error: failed },
    unknown: { kind: 'unknown', error: failed },
  };
  const fateOf = (call: 'load' | 'commit') => fates[calls[call] % fates.length] ?? 'done';
  store.gate = {
    before(call) {
      calls[call]++;
      if (call === 'load' && fateOf('load') === 'aborted') throw failed;
      return call === 'commit' ? results[fateOf(call)] : undefined;
    },
    after: (call) =>
      call === 'commit' && fateOf(call) === 'unknown_done' ? { kind: 'unknown', error: failed } : undefined,
  };
}

/** Resolves when nothing is under way any more, retries included. Stops waiting after far more turns than they take. */
async function atRest(keeper: Keeper): Promise<void> {
  await quiet();
  for (let i = 0; i < 100 && keeper.load.commands > 0; i++) await quiet();
}

/**
 * Requests in line that could be served by what those ahead of them leave. It looks at what is stored, when nothing is
 * under way.
 */
function waitingForNothing(store: MemoryStore, keeper: Keeper): readonly string[] {
  const waiting = new Set<string>();
  const short = new Set<string>();
  for (const id of SKUS) {
    const row = store.skuRows.get(id);
    let left = row === undefined ? 0 : available(row);
    for (const { orderId, needs } of keeper.waiting.of(id)) {
      const units = needs.get(id) ?? 0;
      waiting.add(orderId);
      if (units > left) short.add(orderId);
      left -= units;
    }
  }
  return [...waiting].filter((orderId) => !short.has(orderId));
}

describe('any crowd, whatever becomes of commits', () => {
  // Red with: a place given up without telling those behind it, after it was served in an entry that was lost.
  test.prop([steps, fates, fc.array(fc.nat({ max: 8 }), { minLength: 3 })], {
    numRuns: 500,
    interruptAfterTimeLimit: 15_000,
  })(
    'law: nobody waits for what is there, each is answered or in line, and plenty serves them all',
    async (wishes, ends, rests) => {
      const { store, keeper, alarms } = await shop(rests);
      trouble(store, ends);
      /** The commands that have no answer yet. */
      const open = new Set<Command>();
      let last = 0;
      const placed: string[] = [];
      const leave: (() => void)[] = [];
      const ask = (command: Command, key: string | null = null) => {
        const gone = new AbortController();
        if ('waitSeconds' in command) leave.push(() => gone.abort());
        open.add(command);
        const idempotency = key === null ? null : { key, fingerprint: 'f' };
        void keeper.ask(command, idempotency, gone.signal).then(({ outcome }) => {
          open.delete(command);
          if (outcome.kind === 'order_placed') placed.push(outcome.order.id);
        });
      };
      const perform = (one: (typeof wishes)[number]['step']) => {
        const id = `o${++last}`;
        if (one.kind === 'wait') {
          ask({ ...place(id, one.lines), waitSeconds: 30 });
          if (one.isTwice) ask({ ...place(id, one.lines), waitSeconds: 30 }, `k${id}`);
        } else if (one.kind === 'receive') ask(receive(one.skuId, one.quantity + 1));
        else if (one.kind === 'cancel') ask(cancel(placed[one.nth % Math.max(1, placed.length)] ?? 'none'));
        else if (one.kind === 'drop') leave[one.nth % Math.max(1, leave.length)]?.();
        else if (one.kind === 'ring') [...alarms][one.nth % Math.max(1, alarms.size)]?.();
        else if (one.kind === 'put') ask(put(one.cartId, one.skuId, 2, one.selected));
        else if (one.kind === 'checkout') ask({ ...checkout(one.cartId, id), waitSeconds: 30 });
        else if (one.kind === 'policy')
          ask({
            kind: 'change_sku',
            skuId: one.skuId,
            changes: { backorderLimit: one.backorderLimit },
            ifVersion: null,
          });
        else if (one.kind === 'late') keeper.answerLate();
        else keeper.startOver();
      };
      for (const { step: one, isQuiet } of wishes) {
        perform(one);
        if (!isQuiet) continue;
        await atRest(keeper);
        expect(keeper.load.commands).toBe(0);
        const inLine = (command: Command) => 'orderId' in command && keeper.waiting.forOrder(command.orderId) !== null;
        expect([...open].filter((command) => !inLine(command))).toEqual([]);
        expect(waitingForNothing(store, keeper)).toEqual([]);
      }
      trouble(store, ['done']);
      for (const id of SKUS) ask(receive(id, 1000));
      await atRest(keeper);
      expect(keeper.load).toMatchObject({ commands: 0, waiting: 0 });
      expect(open.size).toBe(0);
      expect(alarms.size).toBe(0);
    },
  );
});
