/** The words of an order: sums, totals, the first answer, the moment of expiry. */
import { describe, expect, it } from 'vitest';
import {
  addTogether,
  asPlaced,
  isOverdue,
  oversizedLine,
  totalAmount,
  totalCount,
} from '../../../src/shop/orders/order.ts';
import { QUANTITY_MAX } from '../../../src/shop/skus/sku.ts';
import { anOrder, EXPIRES_AT, PLACED_AT, STATUSES } from './examples.ts';

const line = (skuId: string, quantity: number) => ({ skuId, quantity });

describe('lines that name the same SKU', () => {
  it('are added together in the order of first mention', () => {
    expect(addTogether([line('b', 1), line('a', 2), line('b', 3)])).toEqual([line('b', 4), line('a', 2)]);
  });

  it.each([
    [[{ quantity: 1, skuId: 'a' }]],
    [
      [
        { quantity: 1, skuId: 'a' },
        { quantity: 1, skuId: 'b' },
      ],
    ],
  ])('have their fields in one order, for fingerprints: %j', (lines) => {
    for (const added of addTogether(lines)) expect(Object.keys(added)).toEqual(['skuId', 'quantity']);
  });

  it('may together exceed what one line may hold', () => {
    const oversized = (...lines: ReturnType<typeof line>[]) => oversizedLine(addTogether(lines));
    expect(oversized(line('a', QUANTITY_MAX), line('b', 1))).toBeNull();
    expect(oversized(line('a', QUANTITY_MAX), line('b', 1), line('a', 1))).toEqual(line('a', QUANTITY_MAX + 1));
  });
});

describe('the totals of an order', () => {
  it('count what stands, and the freight', () => {
    expect({ count: totalCount(anOrder()), amount: totalAmount(anOrder()) }).toEqual({
      count: 5,
      amount: 3 * 500 + 2 * 10 + 450,
    });
  });
});

describe('the first answer to a placement', () => {
  it.each(STATUSES)('is known again whatever became of the order: %s', (status) => {
    const first = anOrder();
    const lines = first.lines.map((placed) => ({ ...placed, quantity: 1, returned: 1 }));
    const later = anOrder({ status, lines, cancelReason: 'expired', version: 9, updatedAt: PLACED_AT + 500 });
    expect(asPlaced(later)).toEqual(first);
    const onDelivery = { payment: 'cash_on_delivery', expiresAt: null } as const;
    expect(asPlaced({ ...later, ...onDelivery })).toEqual({ ...first, ...onDelivery, status: 'confirmed' });
  });
});

describe('an order that waits for its payment', () => {
  it('is overdue from expiresAt on', () => {
    expect([EXPIRES_AT - 1, EXPIRES_AT, EXPIRES_AT + 1].map((at) => isOverdue(anOrder(), at))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it.each(['confirmed', 'shipped', 'cancelled'] as const)('is the only one that can be: %s', (status) => {
    expect(isOverdue(anOrder({ status }), EXPIRES_AT + 1)).toBe(false);
  });
});
