/** What a message does to the lines of an order, sentence by sentence: reducing, shipping, returning. */
import { describe, expect, it } from 'vitest';
import type { OrderMessage } from '../../../src/shop/orders/order-changes.ts';
import type { SkuRefusal } from '../../../src/shop/skus/outcomes.ts';
import { AT, anOrder, cancel, inStatus, reduce, STATUSES, ship, stockOf, takeBack, told } from './examples.ts';

describe('reducing a line of an open order', () => {
  it.each(['pending', 'confirmed'] as const)('sets the smaller quantity and releases the difference: %s', (status) => {
    const { order, said } = told(inStatus(status), reduce('anvil', 1));
    expect(order.status).toBe(status);
    expect(order.lines).toMatchObject([
      { skuId: 'anvil', quantity: 1, ordered: 3 },
      { skuId: 'bolt', quantity: 2, ordered: 2 },
    ]);
    expect(stockOf(said)).toEqual(['release anvil 2']);
  });

  it('is absolute, so asking again changes nothing', () => {
    const { order } = told(anOrder(), reduce('anvil', 1));
    expect(told(order, reduce('anvil', 1))).toEqual({ order, said: { refusal: null, changed: false, stock: [] } });
  });

  it('to nothing keeps the line at 0, so asking again changes nothing and asking for more is refused', () => {
    const { order, said } = told(anOrder(), reduce('anvil', 0));
    expect(order).toMatchObject({
      status: 'pending',
      lines: [{ skuId: 'anvil', quantity: 0, ordered: 3 }, { quantity: 2 }],
    });
    expect(stockOf(said)).toEqual(['release anvil 3']);
    expect(told(order, reduce('anvil', 0)).said).toMatchObject({ refusal: null, changed: false });
    expect(told(order, reduce('anvil', 1)).said.refusal).toMatchObject({ kind: 'cannot_increase', quantity: 0 });
  });

  it.each(['pending', 'confirmed'] as const)('cancels the order when the last line is gone: %s', (status) => {
    const { order: one } = told(inStatus(status), reduce('anvil', 0));
    const { order, said } = told(one, reduce('bolt', 0));
    expect(order).toMatchObject({ status: 'cancelled', cancelReason: 'requested', version: 6 });
    expect(stockOf(said)).toEqual(['release bolt 2']);
    expect(told(order, reduce('bolt', 0))).toEqual({ order, said: { refusal: null, changed: false, stock: [] } });
    expect(told(order, cancel())).toEqual({ order, said: { refusal: null, changed: false, stock: [] } });
  });

  it('never raises, and says from what', () => {
    expect(told(anOrder(), reduce('bolt', 5)).said.refusal).toEqual({
      kind: 'cannot_increase',
      orderId: 'o1',
      skuId: 'bolt',
      requested: 5,
      quantity: 2,
    });
  });

  it.each(STATUSES)('names a SKU that the order has no line of: %s', (status) => {
    const refusal = { kind: 'line_not_found', orderId: 'o1', skuId: 'crate' };
    expect(told(inStatus(status), reduce('crate', 0)).said.refusal).toEqual(refusal);
  });

  it.each(['shipped', 'cancelled'] as const)(
    'to what it is stays repeatable when the order has ended: %s',
    (status) => {
      expect(told(inStatus(status), reduce('anvil', 3)).said).toMatchObject({ refusal: null, changed: false });
    },
  );
});

describe('shipping', () => {
  const blocked: SkuRefusal = {
    kind: 'not_on_hand',
    shortages: [{ skuId: 'anvil', requested: 3, onHand: 1, version: 1 }],
  };
  const blockedShip: OrderMessage = { type: 'ship', at: AT, blocked };

  it('tells every SKU with units left', () => {
    const removed = told(inStatus('confirmed'), reduce('bolt', 0)).order;
    expect(stockOf(told(removed, ship()).said)).toEqual(['ship anvil 3']);
  });

  it('waits for backordered units, and ships when asked again', () => {
    const confirmed = inStatus('confirmed');
    const { order, said } = told(confirmed, blockedShip);
    expect(said).toEqual({ refusal: blocked, changed: false, stock: [] });
    expect(told(order, ship()).order.status).toBe('shipped');
  });

  it.each([
    ['pending', 'order_not_confirmed'],
    ['cancelled', 'order_cancelled'],
    ['shipped', undefined],
  ] as const)('asks the status before the stock: %s', (status, kind) => {
    expect(told(inStatus(status), blockedShip).said.refusal?.kind).toBe(kind);
  });
});

describe('returning', () => {
  const blocked: SkuRefusal = { kind: 'counter_limit', skuId: 'anvil', counter: 'onHand', requested: 9, highest: 8 };

  it('counts up what came back, line by line, until all of it has', () => {
    const first = told(inStatus('shipped'), takeBack({ anvil: 2, bolt: 2 }));
    expect(first.order.lines).toMatchObject([
      { quantity: 3, returned: 2 },
      { quantity: 2, returned: 2 },
    ]);
    expect(stockOf(first.said)).toEqual(['return anvil 2', 'return bolt 2']);
    expect(first.said.stock[0]?.message).toMatchObject({ restock: true, orderId: 'o1' });
    const second = told(first.order, takeBack({ anvil: 1 }));
    expect(second.order.lines[0]).toMatchObject({ quantity: 3, returned: 3 });
  });

  it('is refused as a whole, naming each line that exceeds what was shipped and is still out', () => {
    const order = told(inStatus('shipped'), takeBack({ anvil: 2 })).order;
    const { said } = told(order, takeBack({ anvil: 2, bolt: 1, crate: 1 }));
    expect(said.refusal).toEqual({
      kind: 'return_exceeds_shipped',
      orderId: 'o1',
      violations: [
        { skuId: 'anvil', requested: 2, returnable: 1 },
        { skuId: 'crate', requested: 1, returnable: 0 },
      ],
    });
    expect(said.stock).toEqual([]);
  });

  it('asks what was shipped before what the SKUs say', () => {
    const of = (quantity: number) => ({ ...takeBack({ anvil: quantity }), blocked }) as OrderMessage;
    expect(told(inStatus('shipped'), of(4)).said.refusal?.kind).toBe('return_exceeds_shipped');
    expect(told(inStatus('shipped'), of(3)).said.refusal).toEqual(blocked);
  });

  it('says in which status it found an order that is not shipped', () => {
    expect(told(inStatus('confirmed'), takeBack({ anvil: 1 })).said.refusal).toEqual({
      kind: 'order_not_shipped',
      orderId: 'o1',
      orderStatus: 'confirmed',
    });
  });
});
