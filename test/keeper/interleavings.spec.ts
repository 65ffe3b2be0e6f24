/**
 * Arrivals, loads, commits and failures in every order that the scheduler can find. Time stands still, so an answer
 * consists of its words alone. Some order of the same commands, one at a time, must give the same answers.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/shop/commands.ts';
import { fates, ORDERS, opened, placement, runHistory, SKUS } from '../support/interleave.ts';
import { AT } from '../support/shop.ts';
import { withoutRivals, worldModel } from '../support/world-model.ts';
import { linearize } from '../tools/histories/wing-gong.ts';

const quantity = fc.integer({ min: 1, max: 3 });
const skuId = fc.constantFrom(...SKUS);
const orderId = fc.constantFrom(...ORDERS);

/**
 * Mostly an order is asked for with the same request as before. When two different requests for one order are asked at
 * the same time, one is refused.
 */
const usual: fc.Arbitrary<Command> = orderId.map((id) =>
  placement(
    id,
    'ann',
    SKUS.slice(0, Number(id)).map((sku) => ({ skuId: sku, quantity: 1 })),
  ),
);

const unusual: fc.Arbitrary<Command> = fc
  .record({
    id: orderId,
    customerId: fc.constantFrom('ann', 'ann', 'ann', 'bob', 'bob', 'bob', null),
    quantities: fc.uniqueArray(fc.tuple(fc.constantFrom('A', 'A', 'B', 'B', ...SKUS), quantity), {
      minLength: 1,
      selector: ([sku]) => sku,
    }),
  })
  .map(({ id, customerId, quantities }) =>
    placement(
      id,
      customerId,
      quantities.map(([sku, q]) => ({ skuId: sku, quantity: q })),
    ),
  );

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: usual },
  { weight: 2, arbitrary: unusual },
  { weight: 4, arbitrary: orderId.map((id): Command => ({ kind: 'cancel', orderId: id, reason: null })) },
  { weight: 4, arbitrary: orderId.map((id): Command => ({ kind: 'ship', orderId: id })) },
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

describe('any interleaving of arrivals, loads, commits and failures', () => {
  it('law: answers as some order of the same commands would, leaves no asker unanswered, and ends with memory as the database has it', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(command, { minLength: 4, maxLength: 14 }),
        fates,
        fc.constantFrom(1, 2, 100),
        async (s, commands, ends, residentsMax) => {
          const history = await runHistory(
            s,
            [],
            [...SKUS.map((id) => opened(id, 3)), ...commands],
            ends,
            residentsMax,
          );
          for (const kind of history.seen) seen.add(kind);
          expect(history.unanswered).toBe(0);
          expect(history.remembered).toEqual(history.stored);
          expect(
            linearize(withoutRivals(history.calls), worldModel(AT)),
            JSON.stringify(history.calls, null, 1),
          ).not.toBeNull();
        },
      ),
      { numRuns: 800 },
    );
    // The rare paths occurred. Otherwise this test would say nothing about them.
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
});
