/** The rules of one SKU, sentence by sentence. */
import { describe, expect, it } from 'vitest';
import { Bug } from '../../../src/lib/assert.ts';
import { corruptSku } from '../../../src/lib/corrupt.ts';
import {
  decideStock,
  evolve,
  openSku,
  refusalOf,
  type SkuChanges,
  type StockMessage,
} from '../../../src/shop/skus/rules.ts';
import { available, COUNTER_MAX, type Counters, type Sku } from '../../../src/shop/skus/sku.ts';
import { aSku } from './examples.ts';

const AT = 2000;
const receive = (quantity: number): StockMessage => ({
  type: 'receive',
  quantity,
  reason: 'delivery',
  reference: 'PO-7',
  at: AT,
});
const adjust = (by: { delta: number } | { onHand: number }): StockMessage => ({
  type: 'adjust',
  by,
  reason: 'stocktake',
  at: AT,
});
const reserve = (quantity: number): StockMessage => ({ type: 'reserve', quantity, orderId: 'o1', at: AT });
const release = (quantity: number): StockMessage => ({
  type: 'release',
  quantity,
  orderId: 'o1',
  reason: null,
  at: AT,
});
const ship = (quantity: number): StockMessage => ({ type: 'ship', quantity, orderId: 'o1', at: AT });
const takeBack = (quantity: number, restock: boolean): StockMessage => ({
  type: 'return',
  quantity,
  orderId: 'o1',
  restock,
  at: AT,
});
const change = (changes: SkuChanges): StockMessage => ({ type: 'change', changes, at: AT });

/** The movement and the SKU of a message that must move. */
function moved(sku: Sku, message: StockMessage) {
  const decision = decideStock(sku, message);
  if (decision.kind !== 'moved') throw new Error(`${message.type} is ${decision.kind}`);
  return decision;
}

describe('a SKU with 10 on hand, 4 reserved and 7 sold', () => {
  const sku = aSku({ onHand: 10, reserved: 4, sales: 7, version: 5 });

  it.each<[string, StockMessage, string, number, Counters]>([
    ['receives', receive(3), 'received', 3, { onHand: 13, reserved: 4, sales: 7 }],
    ['is adjusted up', adjust({ delta: 2 }), 'adjusted', 2, { onHand: 12, reserved: 4, sales: 7 }],
    ['is adjusted down', adjust({ delta: -6 }), 'adjusted', -6, { onHand: 4, reserved: 4, sales: 7 }],
    ['is counted', adjust({ onHand: 8 }), 'adjusted', -2, { onHand: 8, reserved: 4, sales: 7 }],
    ['reserves', reserve(6), 'reserved', 6, { onHand: 10, reserved: 10, sales: 13 }],
    ['releases', release(4), 'released', 4, { onHand: 10, reserved: 0, sales: 3 }],
    ['ships', ship(4), 'shipped', 4, { onHand: 6, reserved: 0, sales: 7 }],
    ['takes back to the shelf', takeBack(3, true), 'returned', 3, { onHand: 13, reserved: 4, sales: 4 }],
    ['takes back for the bin', takeBack(3, false), 'returned', 3, { onHand: 10, reserved: 4, sales: 4 }],
    ['is changed', change({ price: 600 }), 'changed', 0, { onHand: 10, reserved: 4, sales: 7 }],
  ])('%s', (_, message, kind, quantity, counters) => {
    const decision = moved(sku, message);
    expect(decision.movement).toMatchObject({ skuId: 'anvil', version: 6, kind, quantity, at: AT, ...counters });
    expect(decision.sku).toMatchObject({ ...counters, version: 6, createdAt: 1000, updatedAt: AT });
  });

  it('writes into a movement what caused it, and nothing that did not', () => {
    const none = { orderId: null, reason: null, reference: null, restocked: null };
    expect(moved(sku, receive(1)).movement).toMatchObject({ ...none, reason: 'delivery', reference: 'PO-7' });
    expect(moved(sku, adjust({ delta: 1 })).movement).toMatchObject({ ...none, reason: 'stocktake' });
    expect(moved(sku, reserve(1)).movement).toMatchObject({ ...none, orderId: 'o1' });
    expect(moved(sku, takeBack(1, false)).movement).toMatchObject({ ...none, orderId: 'o1', restocked: false });
    expect(moved(sku, change({ name: 'Big anvil', price: 1 })).movement).toMatchObject({
      ...none,
      reason: 'name, price',
    });
  });

  it('never changes the SKU it is given', () => {
    const frozen = Object.freeze({ ...sku });
    for (const message of [receive(1), reserve(1), release(1), ship(1), takeBack(1, true), change({ price: 9 })]) {
      expect(moved(frozen, message).sku).not.toBe(frozen);
    }
    expect(frozen).toEqual(sku);
  });
});

describe('reserving', () => {
  it.each<[string, Partial<Sku>, number]>([
    ['what is on hand', { onHand: 10 }, 10],
    ['less what is promised', { onHand: 10, reserved: 4 }, 6],
    ['less the safety stock', { onHand: 10, safetyStock: 3 }, 7],
    ['and what may be backordered', { onHand: 10, backorderLimit: 5 }, 15],
    ['all of these', { onHand: 10, reserved: 4, safetyStock: 3, backorderLimit: 5 }, 8],
    ['nothing, when the policy took more than there is', { onHand: 1, safetyStock: 3 }, -2],
  ])('takes at most %s', (_, state, most) => {
    const sku = aSku(state);
    expect(available(sku)).toBe(most);
    if (most > 0) expect(available(moved(sku, reserve(most)).sku)).toBe(0);
    const beyond = Math.max(most, 0) + 1;
    expect(decideStock(sku, reserve(beyond))).toEqual({
      kind: 'refused',
      refusal: {
        kind: 'insufficient_stock',
        shortages: [{ skuId: 'anvil', requested: beyond, available: most, version: 1 }],
      },
    });
  });
});

describe('shipping a backorder', () => {
  it('waits for the units to be in the building', () => {
    const sku = aSku({ onHand: 2, reserved: 5, sales: 5, backorderLimit: 3 });
    expect(decideStock(sku, ship(5))).toEqual({
      kind: 'refused',
      refusal: { kind: 'not_on_hand', shortages: [{ skuId: 'anvil', requested: 5, onHand: 2, version: 1 }] },
    });
    expect(moved(moved(sku, receive(3)).sku, ship(5)).sku).toMatchObject({ onHand: 0, reserved: 0, sales: 5 });
  });
});

describe('adjusting', () => {
  it.each<[string, Partial<Sku>, number]>([
    ['what is reserved', { reserved: 4 }, 4],
    ['what is reserved less what may be backordered', { reserved: 4, backorderLimit: 3 }, 1],
    ['zero', { reserved: 4, backorderLimit: 9 }, 0],
    ['what is reserved, whatever the safety stock', { reserved: 4, safetyStock: 5 }, 4],
  ])('goes down to %s and no further', (_, state, lowest) => {
    const sku = aSku(state);
    expect(moved(sku, adjust({ onHand: lowest })).sku.onHand).toBe(lowest);
    const { onHand, reserved, version } = sku;
    const refusal = {
      kind: 'below_reserved',
      skuId: 'anvil',
      requested: lowest - 1,
      lowest,
      onHand,
      reserved,
      version,
    };
    expect(decideStock(sku, adjust({ onHand: lowest - 1 }))).toEqual({ kind: 'refused', refusal });
    expect(decideStock(sku, adjust({ delta: lowest - 1 - onHand }))).toEqual({ kind: 'refused', refusal });
  });

  it('goes up even when that does not reach what is reserved', () => {
    const sku = aSku({ onHand: 1, reserved: 4 });
    expect(moved(sku, adjust({ onHand: 2 })).sku.onHand).toBe(2);
    expect(decideStock(sku, adjust({ onHand: 0 })).kind).toBe('refused');
  });

  it.each([[{ delta: 0 }], [{ onHand: 10 }]])('by nothing writes nothing, also below what is reserved: %o', (by) => {
    for (const sku of [aSku(), aSku({ reserved: 14 })]) {
      expect(decideStock(sku, adjust(by))).toEqual({ kind: 'unchanged', sku });
    }
  });
});

describe('changing', () => {
  it('writes nothing when every field is so already', () => {
    const sku = aSku({ maxPerOrder: null });
    expect(decideStock(sku, change({}))).toEqual({ kind: 'unchanged', sku });
    expect(decideStock(sku, change({ name: 'Anvil', maxPerOrder: null }))).toEqual({ kind: 'unchanged', sku });
  });

  it('names the fields that changed, and only those', () => {
    const { movement, sku } = moved(aSku(), change({ name: 'Anvil', safetyStock: 2, productId: 'tools' }));
    expect(movement.reason).toBe('safetyStock, productId');
    expect(sku).toMatchObject({ name: 'Anvil', safetyStock: 2, productId: 'tools' });
  });

  it('may leave less than nothing available: what is promised stays promised', () => {
    expect(available(moved(aSku({ reserved: 10 }), change({ safetyStock: 1 })).sku)).toBe(-1);
  });
});

describe('a counter at the end of its range', () => {
  const full = { onHand: COUNTER_MAX, reserved: 0, sales: 5 };

  it.each<[string, Partial<Sku>, StockMessage, keyof Counters]>([
    ['received', full, receive(1), 'onHand'],
    ['adjusted', full, adjust({ delta: 1 }), 'onHand'],
    ['counted', full, adjust({ onHand: COUNTER_MAX + 1 }), 'onHand'],
    ['returned to the shelf', full, takeBack(1, true), 'onHand'],
    ['sold', { onHand: 10, sales: COUNTER_MAX }, reserve(1), 'sales'],
    ['promised', { onHand: 10, backorderLimit: COUNTER_MAX, reserved: COUNTER_MAX }, reserve(1), 'reserved'],
  ])('is refused by name when more is %s', (_, state, message, counter) => {
    const refusal = {
      kind: 'counter_limit',
      skuId: 'anvil',
      counter,
      requested: COUNTER_MAX + 1,
      highest: COUNTER_MAX,
    };
    expect(decideStock(aSku(state), message)).toEqual({ kind: 'refused', refusal });
  });

  it('is reached exactly', () => {
    expect(moved(aSku({ onHand: COUNTER_MAX - 1 }), receive(1)).sku.onHand).toBe(COUNTER_MAX);
    expect(moved(aSku(full), takeBack(1, false)).sku.sales).toBe(4);
  });
});

describe('asking a SKU why it would refuse', () => {
  it('answers as deciding does, and never throws, not even where deciding would be a bug', () => {
    const sku = aSku({ onHand: 2, reserved: 1, sales: 1 });
    for (const message of [receive(1), reserve(5), ship(1), ship(3), adjust({ onHand: 0 }), change({ price: 1 })]) {
      const decision = decideStock(sku, message);
      expect(refusalOf(sku, message)).toEqual(decision.kind === 'refused' ? decision.refusal : null);
    }
    expect(refusalOf(sku, takeBack(9, false))).toBeNull();
    expect(refusalOf(sku, ship(2))).toBeNull();
  });
});

describe('a message that its sender may not send', () => {
  it.each<[string, StockMessage]>([
    ['reserves a negative number', reserve(-1)],
    ['reserves nothing', reserve(0)],
    ['releases nothing', release(0)],
    ['receives a fraction', receive(1.5)],
    ['receives what is no number', receive(Number.NaN)],
    ['adjusts by a fraction', adjust({ delta: 0.5 })],
  ])('%s: it stops as a bug', (_, message) => {
    const decide = () => decideStock(aSku({ onHand: 10, reserved: 4, sales: 7 }), message);
    expect(decide).toThrow(Bug);
    expect(decide).toThrow(/ of anvil moves no number of units$/);
  });

  it('says what there is none of: it stops as a bug', () => {
    const none = { type: 'lose', kind: 'lost', quantity: 1 } as never;
    expect(() => refusalOf(aSku(), none)).toThrow(Bug);
    expect(() => decideStock(aSku(), none)).toThrow(Bug);
    expect(() => evolve(aSku(), none)).toThrow(Bug);
  });
});

describe('a message of a stored order that cannot be true', () => {
  it.each<[string, StockMessage, string]>([
    [
      'releases more than is reserved',
      release(5),
      'released 5 for order o1 would make it onHand 10, reserved -1, sales 2',
    ],
    ['ships more than is reserved', ship(5), 'shipped 5 for order o1 would make it onHand 5, reserved -1, sales 7'],
    [
      'returns more than was sold',
      takeBack(8, false),
      'returned 8 for order o1 would make it onHand 10, reserved 4, sales -1',
    ],
  ])('%s: it stops, and names the SKU', (_, message, reason) => {
    const sku = aSku({ onHand: 10, reserved: 4, sales: 7 });
    expect(() => decideStock(sku, message)).toThrow(corruptSku(sku.id, reason));
  });

  it('stops where less than nothing is on hand already', () => {
    expect(() => decideStock(aSku({ onHand: -5 }), receive(1))).toThrow(
      /would make it onHand -4, reserved 0, sales 0$/,
    );
  });
});

describe('opening a SKU', () => {
  const { reserved, sales, version, createdAt, updatedAt, ...asked } = aSku();

  it('begins its ledger with the opening stock', () => {
    const { sku, movement } = openSku(asked, AT);
    expect(sku).toEqual({ ...asked, reserved: 0, sales: 0, version: 1, createdAt: AT, updatedAt: AT });
    expect(movement).toMatchObject({
      kind: 'received',
      quantity: 10,
      version: 1,
      onHand: 10,
      reserved: 0,
      sales: 0,
      at: AT,
    });
  });

  it('has an empty ledger and version 0 without opening stock', () => {
    const { sku, movement } = openSku({ ...asked, onHand: 0 }, AT);
    expect(sku).toMatchObject({ onHand: 0, version: 0 });
    expect(movement).toBeNull();
  });
});
