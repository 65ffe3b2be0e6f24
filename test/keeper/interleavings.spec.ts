/**
 * Arrivals, loads, commits and failures in every order that the scheduler can think of. Time stands still, so that an answer is told by
 * its words alone; what must hold is that some order of the same commands, one at a time, gives the same answers.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommitResult } from '../../src/journal/record.ts';
import type { Command } from '../../src/keeper/command.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { LineRequest } from '../../src/orders/order.ts';
import { linearize } from '../history/wing-gong.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { type CommandCall, worldModel } from '../support/world-model.ts';

const AT = 1_700_000_000_000;
const SKUS = ['A', 'B', 'C'] as const;
const ORDERS = ['1', '2', '3'] as const;
/** Of it, one customer may have three units. */
const LIMITED = 'C';

const quantity = fc.integer({ min: 1, max: 3 });
const skuId = fc.constantFrom(...SKUS);
const orderId = fc.constantFrom(...ORDERS);

function placement(orderId: string, customerId: string | null, lines: readonly LineRequest[]): Command {
  return {
    kind: 'place',
    orderId,
    lines,
    payment: 'cash_on_delivery',
    customerId,
    freight: 0,
    expiresInSeconds: 900,
    fingerprint: JSON.stringify([customerId, lines]),
  };
}

const place: fc.Arbitrary<Command> = fc
  .record({
    id: orderId,
    customerId: fc.constantFrom('ann', 'ann', 'ann', 'bob', 'bob', 'bob', null),
    quantities: fc.uniqueArray(fc.tuple(skuId, quantity), { minLength: 1, selector: ([sku]) => sku }),
  })
  .map(({ id, customerId, quantities }) =>
    placement(
      id,
      customerId,
      quantities.map(([sku, q]) => ({ skuId: sku, quantity: q })),
    ),
  );

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: place },
  { weight: 4, arbitrary: orderId.map((id): Command => ({ kind: 'cancel', orderId: id, reason: null })) },
  { weight: 3, arbitrary: orderId.map((id): Command => ({ kind: 'ship', orderId: id })) },
  { weight: 1, arbitrary: orderId.map((id): Command => ({ kind: 'read_order', orderId: id })) },
  { weight: 1, arbitrary: skuId.map((id): Command => ({ kind: 'read_sku', skuId: id })) },
  { weight: 1, arbitrary: fc.constant<Command>({ kind: 'read_availability', skuIds: [...SKUS, 'nowhere'] }) },
  {
    weight: 1,
    arbitrary: fc
      .record({ id: orderId, sku: skuId, q: fc.integer({ min: 0, max: 2 }) })
      .map(({ id, sku, q }): Command => ({ kind: 'reduce', orderId: id, skuId: sku, quantity: q })),
  },
  {
    weight: 4,
    arbitrary: skuId.map(
      (id): Command => ({ kind: 'receive', skuId: id, quantity: 1, reason: null, reference: null, ifVersion: null }),
    ),
  },
);

/** Two customers after one SKU, of which neither may have much, now and then: every placement is another order, and some are cancelled. */
const buying: fc.Arbitrary<readonly Command[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('place', 'place', 'place', 'place', 'cancel', 'cancel', 'change_sku'),
      customerId: fc.constantFrom('ann', 'ann', 'ann', 'bob'),
      quantity,
      nth: fc.nat(9),
      maxPerCustomer: fc.constantFrom(null, 3),
    }),
    { minLength: 4, maxLength: 9 },
  )
  .map((wishes) =>
    wishes.map(({ kind, customerId, quantity: units, nth, maxPerCustomer }, i): Command => {
      if (kind === 'cancel' && i > 0) return { kind, orderId: `buy-${nth % i}`, reason: null };
      if (kind === 'change_sku') return { kind, skuId: LIMITED, changes: { maxPerCustomer }, ifVersion: null };
      return placement(`buy-${i}`, customerId, [{ skuId: LIMITED, quantity: units }]);
    }),
  );

/** What becomes of one commit. */
const fate = fc.constantFrom('committed', 'committed', 'committed', 'aborted', 'unknown_done', 'unknown_not_done');
type Fate = 'committed' | 'aborted' | 'unknown_done' | 'unknown_not_done';

const opened = (id: string): Command => ({
  kind: 'create_sku',
  sku: {
    id,
    productId: null,
    name: id,
    price: 100,
    currency: 'EUR',
    onHand: id === LIMITED ? 9 : 4,
    safetyStock: 0,
    backorderLimit: 0,
    maxPerOrder: null,
    maxPerCustomer: id === LIMITED ? 3 : null,
  },
});

interface Run {
  readonly calls: readonly CommandCall[];
  readonly unanswered: number;
  readonly seen: ReadonlySet<string>;
  /** What the keeper says of each SKU and order once all is quiet, and what the database has. */
  readonly remembered: readonly unknown[];
  readonly stored: readonly unknown[];
}

async function runHistory(
  s: fc.Scheduler,
  commands: readonly Command[],
  fates: readonly Fate[],
  residentsMax: number,
): Promise<Run> {
  const store = new MemoryStore();
  const seen = new Set<string>();
  let commits = 0;
  const turn = (label: string) => s.schedule(Promise.resolve(), label);
  const failed = new Error('as planned');
  store.gate = {
    async before(call) {
      await turn(`${call} begins`);
      if (call === 'load') {
        if (fates[(store.loads.length * 7) % fates.length] === 'aborted' && store.loads.length % 3 === 0) throw failed;
        return undefined;
      }
      const now = fates[commits % fates.length];
      seen.add(now ?? 'committed');
      if (now === 'aborted') return { kind: 'aborted', error: failed } satisfies CommitResult;
      if (now === 'unknown_not_done') return { kind: 'unknown', error: failed } satisfies CommitResult;
      return undefined;
    },
    async after(call) {
      await turn(`${call} ends`);
      return call === 'commit' && fates[commits++ % fates.length] === 'unknown_done'
        ? { kind: 'unknown', error: failed }
        : undefined;
    },
  };
  const keeper = new Keeper({
    store,
    lists: store,
    clock: () => AT,
    random: () => 0,
    pause: () => turn('pause'),
    schedule: (run) => void turn('tick').then(run),
    limits: { residentsMax, batchEntriesMax: 3, attemptsMax: 4 },
    observe: (observation) =>
      seen.add(observation.kind === 'batch_failed' && observation.behind > 0 ? 'lost_behind' : observation.kind),
  });
  const calls: CommandCall[] = [];
  let now = 0;
  let open = 0;
  for (const asked of [...SKUS.map(opened), ...commands]) {
    open++;
    void turn('arrive').then(async () => {
      const called = now++;
      const answer = await keeper.ask(asked);
      seen.add(answer.outcome.kind);
      const isUnknown = answer.outcome.kind === 'unknown_outcome';
      calls.push({ question: asked, called, answered: now++, answer: isUnknown ? null : answer });
      open--;
    });
  }
  await s.waitIdle();
  store.gate = { before: () => undefined, after: () => undefined };
  const probes = [
    ...SKUS.map((id): Command => ({ kind: 'read_sku', skuId: id })),
    ...ORDERS.map((id): Command => ({ kind: 'read_order', orderId: id })),
  ].map((probe) => keeper.ask(probe));
  await s.waitIdle();
  const remembered = (await Promise.all(probes)).map(({ outcome }) =>
    outcome.kind === 'sku' ? outcome.sku : outcome.kind === 'order' ? outcome.order : outcome.kind,
  );
  const stored = [
    ...SKUS.map((id) => store.skuRows.get(id) ?? 'sku_not_found'),
    ...ORDERS.map((id) => store.orderRows.get(id) ?? 'order_not_found'),
  ];
  return { calls, unanswered: open, seen, remembered, stored };
}

describe('any interleaving of arrivals, loads, commits and failures', () => {
  it('law: answers as some order of the same commands would, leaves no asker unanswered, and ends with memory as the database has it', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(command, { minLength: 4, maxLength: 14 }),
        fc.array(fate as fc.Arbitrary<Fate>, { minLength: 5, maxLength: 12 }),
        fc.constantFrom(1, 2, 100),
        async (s, commands, fates, residentsMax) => {
          const history = await runHistory(s, commands, fates, residentsMax);
          for (const kind of history.seen) seen.add(kind);
          expect(history.unanswered).toBe(0);
          expect(history.remembered).toEqual(history.stored);
          expect(linearize(history.calls, worldModel(AT)), JSON.stringify(history.calls, null, 1)).not.toBeNull();
        },
      ),
      { numRuns: 800 },
    );
    // The rare paths were there, or this test says nothing of them.
    for (const path of [
      'aborted',
      'unknown_done',
      'unknown_not_done',
      'lost_behind',
      'load_failed',
      'insufficient_stock',
      'max_per_customer',
      'customer_required',
      'order_cancelled',
      'unknown_outcome',
    ]) {
      expect(seen).toContain(path);
    }
  });

  // Red with: what a customer has read before the SKU's entry was settled; kept when it was read too early; kept when the SKU is read again.
  it('law: gives one customer no more than the SKU allows, as some order of the same commands would', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        buying,
        fc.array(fate as fc.Arbitrary<Fate>, { minLength: 5, maxLength: 12 }),
        fc.constantFrom(1, 100),
        async (s, commands, fates, residentsMax) => {
          const history = await runHistory(s, commands, fates, residentsMax);
          for (const kind of history.seen) seen.add(kind);
          expect(history.unanswered).toBe(0);
          expect(linearize(history.calls, worldModel(AT)), JSON.stringify(history.calls, null, 1)).not.toBeNull();
        },
      ),
      { numRuns: 800 },
    );
    for (const path of ['aborted', 'lost_behind', 'max_per_customer', 'order_placed']) expect(seen).toContain(path);
  });
});
