/** What rules see of a turn, and what becomes of the rows that they change: who is told what, and which facts say so. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/journal/journal.ts';
import type { Memory } from '../../src/keeper/memory/memory.ts';
import type { Pins } from '../../src/keeper/memory/pins.ts';
import type { Turn } from '../../src/keeper/turn.ts';
import { Bug } from '../../src/lib/assert.ts';
import { Corrupt } from '../../src/lib/corrupt.ts';
import { ShopTurn } from '../../src/shop/shop-turn.ts';
import { AT, entry, LINE, STORED, turnByHand } from '../keeper/turn-by-hand.ts';
import { NOTHING } from '../support/nothing.ts';
import { anOrder, cancel, PLACED_AT, reduce, ship as shipOrder } from './orders/examples.ts';
import { aSku } from './skus/examples.ts';

const { orders: order, products: product } = STORED;
const ship = { type: 'ship', quantity: 1, orderId: 'o', at: AT } as const;
const tooMany = { type: 'reserve', quantity: 99, orderId: 'o', at: AT } as const;
const reserve = { ...tooMany, quantity: 2 };
const put = { type: 'put', skuId: 'A', quantity: 1, selected: null, at: AT } as const;

let memory: Memory;
let pins: Pins;
let core: Turn;
let turn: ShopTurn;
beforeEach(async () => {
  ({ memory, pins, turn: core } = await turnByHand());
  turn = new ShopTurn(core);
});

describe('a turn that only looks', () => {
  it('finds what is there, and nothing where nothing is', () => {
    expect([turn.sku('A')?.version, turn.order('o')?.version, turn.cart('c')?.version]).toEqual([7, 4, 5]);
    expect([turn.product('p'), turn.namedSku('A')]).toEqual([product, turn.sku('A')]);
    const absent = [turn.sku('new'), turn.order('new'), turn.cart('new'), turn.product('new')];
    expect(absent).toEqual([null, null, null, null]);
    expect([turn.at, turn.standing('ann', 'A'), turn.ahead('A')]).toEqual([AT, 3, 9]);
    expect(core.hasFacts).toBe(false);
  });

  // Red with: an answer given before what it was read from is durable.
  it.each<[string, (turn: ShopTurn) => unknown, (pins: Pins) => { lastEntry: Entry | null }]>([
    ['a SKU', (turn) => turn.sku('A'), (pins) => pins.resident('skus', 'A')],
    ['a SKU that is named', (turn) => turn.namedSku('A'), (pins) => pins.resident('skus', 'A')],
    ['an order', (turn) => turn.order('o'), (pins) => pins.resident('orders', 'o')],
    ['a cart', (turn) => turn.cart('c'), (pins) => pins.resident('carts', 'c')],
    ['a product', (turn) => turn.product('p'), (pins) => pins.resident('products', 'p')],
    ['a SKU that would refuse', (turn) => turn.refusalOf('A', ship), (pins) => pins.resident('skus', 'A')],
    ['a SKU that refuses', (turn) => turn.moveStock({ order }, 'A', tooMany), (pins) => pins.resident('skus', 'A')],
    ['an order that refuses', (turn) => turn.tellOrder('o', shipOrder()), (pins) => pins.resident('orders', 'o')],
    [
      'a cart that stays',
      (turn) => turn.tellCart('c', { type: 'remove', skuId: 'B', at: AT }),
      (pins) => pins.resident('carts', 'c'),
    ],
    ['a cart that is not there', (turn) => turn.cart('new'), (pins) => pins.resident('carts', 'new')],
  ])('rests on what %s has under way, once', (_what, look, seen) => {
    const underWay = entry();
    expect(core.restsOn()).toEqual([]);
    look(turn);
    expect(core.restsOn()).toEqual([]);
    seen(pins).lastEntry = underWay;
    look(turn);
    expect(core.restsOn()).toEqual([underWay]);
    expect(core.hasFacts).toBe(false);
  });

  it('keeps lines for later turns, and says what it asks of stock', () => {
    expect([turn.recall(), core.asked]).toEqual([null, null]);
    turn.keep([LINE]);
    turn.asks([LINE, LINE]);
    expect([turn.recall(), core.asked]).toEqual([[LINE], [LINE, LINE]]);
  });

  it('finds a contradiction where a stored order or cart names what is not there', () => {
    const looks = [
      () => turn.namedSku('new'),
      () => turn.refusalOf('new', ship),
      () => turn.moveStock({ order }, 'new', ship),
    ];
    for (const look of looks) expect(look).toThrow(Corrupt);
  });
});

describe('a turn that tells a SKU', () => {
  it('has as facts what became of it, of which version, by which movement', () => {
    const actor = core.see('skus', 'A');
    expect(turn.moveStock({ order }, 'A', reserve).kind).toBe('moved');
    const sku = turn.sku('A');
    expect(sku).toMatchObject({ version: 8, reserved: 5 });
    const movement = expect.objectContaining({ kind: 'reserved', quantity: 2 });
    expect(core.facts).toEqual({ ...NOTHING, skus: [{ id: 'A', basis: 7, row: sku, isWhole: false, movement }] });
    expect([core.see('skus', 'A'), core.wrote]).toEqual([actor, [pins.resident('skus', 'A')]]);
  });

  it('says that all of it is another only when what is no counter was changed', () => {
    turn.tellSku('A', { type: 'receive', quantity: 2, reason: null, reference: null, at: AT });
    turn.tellSku('A', { type: 'change', changes: { name: 'another' }, at: AT });
    turn.tellSku('A', { type: 'adjust', by: { delta: 1 }, reason: 'found', at: AT });
    expect(core.facts.skus).toMatchObject([
      { basis: 7, row: { version: 8 }, isWhole: false, movement: { kind: 'received' } },
      { basis: 8, row: { version: 9, name: 'another' }, isWhole: true, movement: { kind: 'changed' } },
      { basis: 9, row: { version: 10 }, isWhole: false, movement: { kind: 'adjusted' } },
    ]);
  });

  it('opens one where none was', () => {
    const { reserved: _, sales: __, ...asked } = aSku({ id: 'new' });
    const sku = turn.openSku(asked);
    expect(turn.sku('new')).toBe(sku);
    const movement = expect.objectContaining({ kind: 'received', quantity: asked.onHand });
    expect(core.facts).toEqual({ ...NOTHING, skus: [{ id: 'new', basis: null, row: sku, isWhole: true, movement }] });
    expect(core.wrote).toEqual([pins.resident('skus', 'new')]);
  });

  it('counts what of it goes into the order of a customer, and out of it', () => {
    const told = turn.tellOrder('o', reduce('A', 1, AT));
    turn.moveStock(told, 'A', { type: 'release', quantity: 2, reason: 'reduced', orderId: 'o', at: AT });
    expect(turn.standing('ann', 'A')).toBe(1);
    turn.moveStock(told, 'A', reserve);
    expect(turn.standing('ann', 'A')).toBe(3);
  });

  it('counts nothing of what is of no order, or of an order of nobody', () => {
    turn.tellSku('A', { type: 'receive', quantity: 2, reason: null, reference: null, at: AT });
    turn.moveStock({ order: { ...order, customerId: null } }, 'A', reserve);
    expect(memory.standings.peek('["ann","A"]')?.units).toBe(3);
  });
});

describe('a turn that tells an order', () => {
  it('places it where none was', () => {
    const placed = anOrder({ id: 'new', createdAt: PLACED_AT });
    expect(turn.placeOrder(placed)).toEqual({ order: placed });
    expect(core.facts).toEqual({ ...NOTHING, orders: [{ id: 'new', basis: null, row: placed, isWhole: true }] });
    expect([turn.order('new'), core.wrote]).toEqual([placed, [pins.resident('orders', 'new')]]);
  });

  it('changes it, and says whether its lines are others', () => {
    const actor = core.see('orders', 'o');
    const { order: cancelled, said } = turn.tellOrder('o', cancel());
    expect([said.changed, cancelled.status]).toEqual([true, 'cancelled']);
    expect(core.facts).toEqual({ ...NOTHING, orders: [{ id: 'o', basis: 4, row: cancelled, isWhole: false }] });
    expect([core.wrote, turn.order('o')]).toEqual([[pins.resident('orders', 'o')], cancelled]);
    expect(core.see('orders', 'o')).toBe(actor);
  });

  it('whose lines are others when one is reduced', () => {
    turn.tellOrder('o', reduce('A', 1, AT));
    expect(core.facts.orders).toMatchObject([{ basis: 4, isWhole: true }]);
  });

  it('finds a bug where none is there', () => {
    expect(() => turn.tellOrder('new', cancel())).toThrow(Bug);
  });
});

describe('a turn that tells a cart', () => {
  it('begins one where none was', () => {
    const decision = turn.tellCart('new', put);
    const row = turn.cart('new');
    expect([decision, row?.version]).toEqual([{ kind: 'changed', cart: row }, 1]);
    expect(core.facts).toEqual({ ...NOTHING, carts: [{ id: 'new', basis: null, row, isWhole: true }] });
    expect(core.wrote).toEqual([pins.resident('carts', 'new')]);
  });

  it('writes nothing where it refuses', () => {
    const lines = Array.from({ length: 501 }, (_, n) => ({ skuId: `${n}`, quantity: 1, selected: true }));
    expect(turn.tellCart('c', { type: 'take_in', lines, at: AT }).kind).toBe('refused');
    expect(core.hasFacts).toBe(false);
  });

  it('changes one, and makes an end of it', () => {
    const actor = core.see('carts', 'c');
    turn.tellCart('c', { type: 'remove', skuId: 'A', at: AT });
    expect(core.see('carts', 'c')).toBe(actor);
    turn.removeCart('c');
    expect(core.facts.carts).toEqual([
      { id: 'c', basis: 5, row: expect.objectContaining({ version: 6, lines: [] }), isWhole: true },
      { id: 'c', basis: 6, row: null, isWhole: true },
    ]);
    expect([turn.cart('c'), core.wrote]).toEqual([null, [pins.resident('carts', 'c'), pins.resident('carts', 'c')]]);
  });

  it('finds a bug where it is to end what is not there', () => {
    expect(() => turn.removeCart('new')).toThrow(Bug);
  });
});

describe('a turn that puts a product', () => {
  it('puts it over what was there, or where nothing was', () => {
    const [texts, first] = [
      { ...product, version: 3 },
      { ...product, id: 'new', version: 1 },
    ];
    turn.putProduct(texts);
    turn.putProduct(first);
    expect(core.facts).toEqual({
      ...NOTHING,
      products: [
        { id: 'p', basis: 2, row: texts, isWhole: true },
        { id: 'new', basis: null, row: first, isWhole: true },
      ],
    });
    expect([turn.product('p'), turn.product('new')]).toEqual([texts, first]);
    expect(core.wrote.map(({ id, state }) => [id, state])).toEqual([
      ['p', 'present'],
      ['new', 'present'],
    ]);
  });
});
