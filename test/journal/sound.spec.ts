/** Which rows are sound: each field at the ends of its range and beyond them, and each pair of fields that could contradict each other. */
import { describe, expect, it } from 'vitest';
import { faultOfCart, faultOfOrder, faultOfSku, type LastMovement } from '../../src/journal/sound.ts';
import type { Cart } from '../../src/shop/carts/cart.ts';
import type { Order, OrderLine, OrderStatus, Payment } from '../../src/shop/orders/order.ts';
import { COUNTER_MAX, type Sku } from '../../src/shop/skus/sku.ts';
import { AT, opened, placed } from './facts.ts';

/** The last moment that a `Date` reaches. */
const LAST_MS = 8.64e15;

const NO_COUNT: readonly unknown[] = [-1, 1.5, COUNTER_MAX + 1, '1', null, undefined, Number.NaN];
const NO_TIME: readonly unknown[] = ['infinity', Number.POSITIVE_INFINITY, LAST_MS + 1, -LAST_MS - 1, null, Number.NaN];

const { row: sku } = opened('s');
const last: LastMovement = { version: 1, onHand: 10, reserved: 0, sales: 0 };
const order = placed('o', [sku, opened('t').row]);
const cart: Cart = {
  ...{ id: 'c', version: 1, createdAt: AT, updatedAt: AT },
  lines: [
    { skuId: 's', quantity: 1, selected: true },
    { skuId: 't', quantity: COUNTER_MAX, selected: false },
  ],
};

/** A row with values that its type does not allow. */
const torn = <T>(row: T, changes: { readonly [Field in keyof T]?: unknown }): T => ({ ...row, ...changes }) as T;

describe('a SKU', () => {
  const counts = ['price', 'safetyStock', 'backorderLimit'] as const;
  const counters = ['onHand', 'reserved', 'sales', 'version'] as const;

  it('is sound at the ends of each range', () => {
    for (const value of [0, 1, COUNTER_MAX]) {
      for (const field of counts) expect(faultOfSku(torn(sku, { [field]: value }), last)).toBeNull();
      for (const field of counters) {
        expect(faultOfSku(torn(sku, { [field]: value }), { ...last, [field]: value })).toBeNull();
      }
    }
    for (const value of [null, 1, COUNTER_MAX]) {
      expect(faultOfSku(torn(sku, { maxPerOrder: value, maxPerCustomer: value }), last)).toBeNull();
    }
    for (const value of [-LAST_MS, LAST_MS]) {
      expect(faultOfSku(torn(sku, { createdAt: value, updatedAt: value }), last)).toBeNull();
    }
  });

  it('is at fault beyond them, whichever field it is', () => {
    for (const value of NO_COUNT) {
      for (const field of [...counts, ...counters]) {
        expect(faultOfSku(torn(sku, { [field]: value }), torn(last, { [field]: value }))).toBe(
          `its ${field} is ${value}, out of range`,
        );
      }
    }
    for (const value of [...NO_COUNT.filter((none) => none !== null), 0]) {
      for (const field of ['maxPerOrder', 'maxPerCustomer'] as const) {
        expect(faultOfSku(torn(sku, { [field]: value }), last)).toBe(`its ${field} is ${value}, out of range`);
      }
    }
    for (const value of NO_TIME) {
      for (const field of ['createdAt', 'updatedAt'] as const) {
        expect(faultOfSku(torn(sku, { [field]: value }), last)).toBe('its times are out of range');
      }
    }
  });

  it('says what its ledger ends with, in each counter', () => {
    for (const field of counters) {
      expect(faultOfSku(sku, { ...last, [field]: last[field] + 1 })).toMatch(
        /^its row says 10\/0\/0 at version 1 .*, its/,
      );
    }
    const empty: Sku = { ...sku, version: 0, onHand: 0 };
    expect(faultOfSku(empty, null)).toBeNull();
    for (const field of counters)
      expect(faultOfSku({ ...empty, [field]: 1 }, null)).toMatch(/ends with 0\/0\/0 at version 0/);
  });

  it('is there when its ledger is', () => {
    expect(faultOfSku(null, null)).toBeNull();
    expect(faultOfSku(null, last)).toBe('it has a ledger of 1 movements and no row');
  });
});

describe('an order', () => {
  const withLine = (changes: Partial<Record<keyof OrderLine, unknown>>): Order => {
    const [first, ...others] = order.lines;
    if (first === undefined) throw new Error('the order has lines');
    return { ...order, lines: [...others, torn(first, changes)] };
  };
  const confirmed: Order = { ...order, status: 'confirmed' };
  const shipped: Order = { ...order, status: 'shipped' };

  it('is sound in the statuses, payments, reasons and expiries that go together, and in no others', () => {
    for (const status of ['pending', 'confirmed', 'shipped', 'cancelled'] satisfies OrderStatus[]) {
      for (const payment of ['online', 'cash_on_delivery'] satisfies Payment[]) {
        for (const cancelReason of [null, 'requested', 'expired'] as const) {
          for (const expiresAt of [null, AT]) {
            const isSound =
              (payment === 'online' ? expiresAt !== null : expiresAt === null && status !== 'pending') &&
              (status === 'cancelled' ? cancelReason !== null : cancelReason === null);
            const fault = faultOfOrder({ ...order, status, payment, cancelReason, expiresAt });
            expect([status, payment, cancelReason, expiresAt, fault === null]).toEqual([
              status,
              payment,
              cancelReason,
              expiresAt,
              isSound,
            ]);
          }
        }
      }
    }
    expect(faultOfOrder(torn(order, { status: 'lost' }))).toBe('it is lost, paid online');
    expect(faultOfOrder(torn(order, { payment: 'gold' }))).toBe('it is pending, paid gold');
    expect(faultOfOrder({ ...order, status: 'cancelled' })).toBe('it is cancelled with no reason to be cancelled');
    expect(faultOfOrder({ ...order, cancelReason: 'expired' })).toBe('it is pending with the reason expired');
    expect(faultOfOrder({ ...order, expiresAt: null })).toBe('it is paid online and never expires');
    expect(faultOfOrder({ ...confirmed, payment: 'cash_on_delivery' })).toBe('it is paid cash_on_delivery and expires');
    expect(faultOfOrder({ ...order, payment: 'cash_on_delivery', expiresAt: null })).toBe(
      'it is pending, paid cash_on_delivery',
    );
  });

  it('is at fault in a line that holds no counts, or more than was ordered, or more back than there is', () => {
    expect(faultOfOrder({ ...order, lines: [] })).toBe('it has no lines');
    for (const field of ['quantity', 'ordered', 'returned', 'unitPrice'] as const) {
      for (const value of NO_COUNT)
        expect(faultOfOrder(withLine({ [field]: value }))).toMatch(/^its line of SKU s has /);
    }
    expect(faultOfOrder(withLine({ quantity: 0, ordered: 0 }))).toBe(
      'its line of SKU s has 0 ordered, 0 standing, 0 returned, at 250',
    );
    expect(faultOfOrder(withLine({ quantity: 3 }))).toMatch(/2 ordered, 3 standing/);
    expect(faultOfOrder(withLine({ quantity: 1, returned: 2 }))).toMatch(/1 standing, 2 returned/);
    expect(faultOfOrder(withLine({ quantity: 1, ordered: COUNTER_MAX, unitPrice: COUNTER_MAX }))).toBeNull();
    expect(faultOfOrder({ ...withLine({ returned: 2 }), status: 'shipped' })).toBeNull();
    expect(faultOfOrder({ ...withLine({ returned: 1 }), status: 'confirmed' })).toBe(
      'it is confirmed with units of s returned',
    );
  });

  it('has units unless it is cancelled', () => {
    const lines = order.lines.map((line) => ({ ...line, quantity: 0 }));
    for (const one of [order, confirmed, shipped]) {
      expect(faultOfOrder({ ...one, lines })).toBe(`it is ${one.status} with no units`);
    }
    expect(faultOfOrder({ ...order, status: 'cancelled', cancelReason: 'requested', lines })).toBeNull();
    expect(faultOfOrder(withLine({ quantity: 0 }))).toBeNull();
  });

  it('is at fault beyond the ends of its ranges', () => {
    for (const value of [...NO_COUNT]) {
      expect(faultOfOrder(torn(order, { freight: value }))).toBe(`its freight is ${value}, its version 1`);
      expect(faultOfOrder(torn(order, { version: value }))).toBe(`its freight is 5, its version ${value}`);
    }
    expect(faultOfOrder({ ...order, version: 0 })).toBe('its freight is 5, its version 0');
    expect(faultOfOrder({ ...order, version: COUNTER_MAX, freight: 0 })).toBeNull();
    for (const value of NO_TIME) {
      for (const field of ['createdAt', 'updatedAt', 'expiresAt'] as const) {
        if (field === 'expiresAt' && value === null) continue;
        expect(faultOfOrder(torn(order, { [field]: value }))).toBe('its times are out of range');
      }
    }
    expect(faultOfOrder({ ...confirmed, payment: 'cash_on_delivery', expiresAt: null })).toBeNull();
  });
});

describe('a cart', () => {
  const line = { skuId: 's', quantity: 1, selected: true };

  it('is sound with lines or without', () => {
    expect(faultOfCart(cart)).toBeNull();
    expect(faultOfCart({ ...cart, lines: [], version: COUNTER_MAX })).toBeNull();
  });

  it('is at fault with a line that is none, behind sound ones too', () => {
    const none: readonly unknown[] = [
      ...[null, 7, 'x', [], {}],
      ...[...NO_COUNT, 0].map((quantity) => ({ ...line, quantity })),
      ...['', 7, null, undefined].map((skuId) => ({ ...line, skuId })),
      ...['true', 1, null, undefined].map((selected) => ({ ...line, selected })),
    ];
    for (const wrong of none) {
      const reason = `its lines hold ${JSON.stringify(wrong)}`;
      expect(faultOfCart(torn(cart, { lines: [{ ...line, skuId: 'u' }, wrong] }))).toBe(reason);
    }
    expect(faultOfCart({ ...cart, lines: [line, { ...line, quantity: 2 }] })).toBe('two of its lines are of one SKU');
  });

  it('is at fault beyond the ends of its ranges', () => {
    for (const value of [...NO_COUNT, 0]) {
      expect(faultOfCart(torn(cart, { version: value }))).toBe(`its version is ${value}`);
    }
    for (const value of NO_TIME) {
      expect(faultOfCart(torn(cart, { createdAt: value }))).toBe('its times are out of range');
      expect(faultOfCart(torn(cart, { updatedAt: value }))).toBe('its times are out of range');
    }
  });
});
