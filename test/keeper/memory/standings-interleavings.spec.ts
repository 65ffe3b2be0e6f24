/**
 * What one customer may have of a SKU, in every order in which placements, cancels, changes of the limit, loads and
 * commits can come.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../src/shop/commands.ts';
import { fates, LIMITED, opened, placement, runHistory } from '../../support/interleave.ts';
import { AT } from '../../support/shop.ts';
import { withoutRivals, worldModel } from '../../support/world-model.ts';
import { linearize } from '../../tools/histories/wing-gong.ts';

/**
 * Two customers buy one SKU, which at times has a limit for each customer. Every placement is another order, and some
 * orders are cancelled.
 */
const buying: fc.Arbitrary<readonly Command[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('place', 'place', 'place', 'cancel', 'cancel', 'change_sku'),
      customerId: fc.constantFrom('ann', 'ann', 'ann', 'ann', 'bob'),
      quantity: fc.integer({ min: 1, max: 3 }),
      nth: fc.nat(9),
      maxPerCustomer: fc.constantFrom(null, 3, 3),
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

describe('a SKU of which one customer may have three, now and then', () => {
  // Red with: a customer's orders read before the entry of the SKU was settled, or kept when the SKU is read again.
  it('law: gives one customer no more than the SKU allows, as some order of the same commands would', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        buying,
        fates,
        fc.constantFrom(1, 100),
        async (s, commands, ends, residentsMax) => {
          const history = await runHistory(s, [opened(LIMITED, null)], commands, ends, residentsMax);
          for (const kind of history.seen) seen.add(kind);
          expect(history.unanswered).toBe(0);
          expect(
            linearize(withoutRivals(history.calls), worldModel(AT)),
            JSON.stringify(history.calls, null, 1),
          ).not.toBeNull();
        },
      ),
      { numRuns: 1000 },
    );
    for (const path of ['aborted', 'lost_behind', 'max_per_customer', 'order_placed']) expect(seen).toContain(path);
  });
});
