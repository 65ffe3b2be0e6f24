/**
 * What a turn leaves behind: its facts, the residents that it wrote, and the residents that it saw. Its answer rests on
 * the entries of those.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/journal/journal.ts';
import type { Wanted } from '../../src/journal/record.ts';
import { Kept } from '../../src/keeper/kept.ts';
import { Memory } from '../../src/keeper/memory/memory.ts';
import { Pins } from '../../src/keeper/memory/pins.ts';
import { Turn } from '../../src/keeper/turn.ts';
import { Bug } from '../../src/lib/assert.ts';
import { Corrupt } from '../../src/lib/corrupt.ts';
import type { Order } from '../../src/shop/orders/order.ts';
import { ShopTurn } from '../../src/shop/shop-turn.ts';
import { keyFact } from '../journal/facts.ts';
import { anOrder, cancel, PLACED_AT, reduce } from '../shop/orders/examples.ts';
import { aSku } from '../shop/skus/examples.ts';
import { NOTHING } from '../support/nothing.ts';

const AT = 1500;
const LINE = { skuId: 'A', quantity: 3, ordered: 3, unitPrice: 500, returned: 0 };
const order: Order = anOrder({ id: 'o', customerId: 'ann', lines: [LINE], version: 4 });
const record = { key: 'k', fingerprint: 'f', outcome: '{}', at: 0 };
const product = { id: 'p', name: 'n', description: null, version: 2, createdAt: 0, updatedAt: 0 };
const cart = { id: 'c', lines: [{ skuId: 'A', quantity: 1, selected: true }], version: 5, createdAt: 0, updatedAt: 0 };
const IDS = { skus: 'A', orders: 'o', keys: 'k', carts: 'c', products: 'p' } as const;

/** One of each kind is stored, and another one is not. Ann has three of SKU A. All of them are pins. */
async function world() {
  const load = async (wanted: Wanted) => {
    const of = <T>(kind: keyof typeof IDS, row: T): T[] => (wanted[kind].includes(IDS[kind]) ? [row] : []);
    return {
      skus: of('skus', aSku({ id: 'A', version: 7, reserved: 3, sales: 3 })),
      orders: of('orders', order),
      keys: of('keys', record),
      carts: of('carts', cart),
      products: of('products', product),
      standings: wanted.standings.map((id) => ({ id, units: 3 })),
      corrupt: [],
    };
  };
  const memory = new Memory({ load }, { residentsMax: 20, loadIdsMax: 20 });
  const pins = new Pins(memory);
  const kept = new Kept();
  const hold = async (orderId: string, key: string, productId: string) => {
    for (const id of ['A', 'new']) pins.pin('skus', id);
    for (const id of ['c', 'new']) pins.pin('carts', id);
    pins.pin('orders', orderId);
    pins.pin('keys', key);
    pins.pin('products', productId);
    await Promise.all(pins.loading());
    pins.pinStanding('ann', 'A');
    await Promise.all(pins.loading());
    const core = new Turn(memory, pins, AT, { ahead: () => 0, kept });
    return { core, turn: new ShopTurn(core) };
  };
  return { memory, pins, kept, hold };
}

const entry = (): Entry => ({ facts: NOTHING, writes: [], standsOn: [], alone: false }) as unknown as Entry;

let memory: Memory;
let pins: Pins;
let core: Turn;
let turn: ShopTurn;
/** Turns of another world, in which only the SKU exists. */
let coreOnNew: Turn;
let onNew: ShopTurn;
beforeEach(async () => {
  const known = await world();
  ({ memory, pins } = known);
  ({ core, turn } = await known.hold('o', 'k', 'p'));
  const other = await world();
  ({ core: coreOnNew, turn: onNew } = await other.hold('new', 'new', 'new'));
});

describe('a turn that only looks', () => {
  it('finds what is there, and nothing where nothing is', () => {
    expect([turn.sku('A')?.version, turn.order('o')?.version, turn.cart('c')?.version]).toEqual([7, 4, 5]);
    expect([turn.product('p'), core.see('keys', 'k')]).toEqual([product, record]);
    expect([turn.sku('new'), onNew.order('new'), turn.cart('new')]).toEqual([null, null, null]);
    expect([onNew.product('new'), coreOnNew.see('keys', 'new')]).toEqual([null, null]);
    expect(turn.standing('ann', 'A')).toBe(3);
    expect([core.hasFacts, core.facts, core.wrote]).toEqual([false, NOTHING, []]);
  });

  // Red with: an answer given before what it was read from is durable.
  it.each<[string, (turn: ShopTurn) => unknown, (pins: Pins) => { lastEntry: Entry | null }]>([
    ['a SKU', (turn) => turn.sku('A'), (pins) => pins.resident('skus', 'A')],
    ['a SKU that is named', (turn) => turn.namedSku('A'), (pins) => pins.resident('skus', 'A')],
    ['an order', (turn) => turn.order('o'), (pins) => pins.resident('orders', 'o')],
    ['a cart', (turn) => turn.cart('c'), (pins) => pins.resident('carts', 'c')],
    ['a product', (turn) => turn.product('p'), (pins) => pins.resident('products', 'p')],
    ['a key', () => core.see('keys', 'k'), (pins) => pins.resident('keys', 'k')],
    ['a SKU that would refuse', (turn) => turn.refusalOf('A', ship), (pins) => pins.resident('skus', 'A')],
    ['a SKU that refuses', (turn) => turn.moveStock({ order }, 'A', tooMany), (pins) => pins.resident('skus', 'A')],
    [
      'an order that refuses',
      (turn) => turn.tellOrder('o', { type: 'ship', at: AT, blocked: null }),
      (pins) => pins.resident('orders', 'o'),
    ],
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

  // Red with: lines picked from a cart whose change was lost.
  it('keeps lines for later turns, until something is lost that it had seen by then', () => {
    const underWay = entry();
    const later = entry();
    pins.resident('carts', 'c').lastEntry = underWay;
    expect([turn.recall(), core.asked]).toEqual([null, null]);
    turn.cart('c');
    turn.keep([LINE]);
    pins.resident('skus', 'A').lastEntry = later;
    turn.sku('A');
    for (const [state, kept] of [
      ['committing', [LINE]],
      ['durable', [LINE]],
      ['lost', null],
      ['displaced', null],
      ['unknown', null],
      ['waiting', [LINE]],
    ] as const) {
      underWay.state = state;
      later.state = 'lost';
      expect(turn.recall()).toEqual(kept);
    }
    turn.asks([LINE]);
    expect(core.asked).toEqual([LINE]);
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

const ship = { type: 'ship', quantity: 1, orderId: 'o', at: AT } as const;
const tooMany = { type: 'reserve', quantity: 99, orderId: 'o', at: AT } as const;
const reserve = { ...tooMany, quantity: 2 };

describe('a turn that decides', () => {
  it('has as facts what became of a SKU, of which version, by which movement', () => {
    expect(turn.moveStock({ order }, 'A', reserve).kind).toBe('moved');
    const sku = turn.sku('A');
    expect(sku).toMatchObject({ version: 8, reserved: 5 });
    expect(core.facts).toEqual({
      ...NOTHING,
      skus: [
        {
          ...{ id: 'A', basis: 7, row: sku, isWhole: false },
          movement: expect.objectContaining({ kind: 'reserved', quantity: 2 }),
        },
      ],
    });
    expect([core.hasFacts, core.wrote]).toEqual([true, [pins.resident('skus', 'A')]]);
    expect(core.saw).toContain(pins.resident('skus', 'A'));
  });

  it('opens a SKU, places an order and begins a cart where nothing was', () => {
    const { reserved: _, sales: __, ...asked } = aSku({ id: 'new' });
    const sku = turn.openSku(asked);
    const { cart: begun } = turn.tellCart('new', {
      type: 'put',
      skuId: 'A',
      quantity: 1,
      selected: null,
      at: AT,
    }) as never as {
      cart: unknown;
    };
    expect(core.facts.skus).toMatchObject([
      { id: 'new', basis: null, row: sku, isWhole: true, movement: { kind: 'received' } },
    ]);
    expect(core.facts.carts).toEqual([{ id: 'new', basis: null, row: begun, isWhole: true }]);
    expect(core.wrote.map(({ id, state }) => [id, state])).toEqual([
      ['new', 'present'],
      ['new', 'present'],
    ]);
    const placed = anOrder({ id: 'new', createdAt: PLACED_AT });
    onNew.placeOrder(placed);
    expect(coreOnNew.facts).toEqual({ ...NOTHING, orders: [{ id: 'new', basis: null, row: placed, isWhole: true }] });
    expect([onNew.order('new'), coreOnNew.wrote.length]).toEqual([placed, 1]);
    for (const each of [core, coreOnNew]) for (const wrote of each.wrote) expect(each.saw).toContain(wrote);
  });

  it('changes an order, and says whether its lines are others', () => {
    expect(turn.tellOrder('o', cancel()).said.changed).toBe(true);
    expect(core.facts.orders).toEqual([{ id: 'o', basis: 4, row: turn.order('o'), isWhole: false }]);
    expect([core.wrote, turn.order('o')?.status]).toEqual([[pins.resident('orders', 'o')], 'cancelled']);
  });

  it('whose lines are others when one is reduced', () => {
    turn.tellOrder('o', reduce('A', 1, AT));
    expect(core.facts.orders).toMatchObject([{ basis: 4, isWhole: true }]);
  });

  it('counts what of a SKU goes into the order of a customer, and out of it', () => {
    const told = turn.tellOrder('o', reduce('A', 1, AT));
    turn.moveStock(told, 'A', { type: 'release', quantity: 2, reason: 'reduced', orderId: 'o', at: AT });
    expect(turn.standing('ann', 'A')).toBe(1);
  });

  it('counts nothing of a SKU that is of no order', () => {
    turn.tellSku('A', { type: 'receive', quantity: 2, reason: null, reference: null, at: AT });
    turn.moveStock({ order: { ...order, customerId: null } }, 'A', reserve);
    expect(memory.standings.peek('["ann","A"]')?.units).toBe(3);
  });

  it('changes a cart, and makes an end of one', () => {
    turn.tellCart('c', { type: 'remove', skuId: 'A', at: AT });
    expect(core.facts.carts).toEqual([
      { id: 'c', basis: 5, row: expect.objectContaining({ version: 6, lines: [] }), isWhole: true },
    ]);
    turn.removeCart('c');
    expect(core.facts.carts[1]).toEqual({ id: 'c', basis: 6, row: null, isWhole: true });
    expect([turn.cart('c'), core.wrote]).toEqual([null, [pins.resident('carts', 'c'), pins.resident('carts', 'c')]]);
    for (const nobody of [() => turn.removeCart('new'), () => onNew.tellOrder('new', cancel())])
      expect(nobody).toThrow(Bug);
  });

  it('puts a product and records under a key, over what was there or where nothing was', () => {
    const [texts, answer] = [
      { ...product, version: 3 },
      { ...record, fingerprint: 'g' },
    ];
    turn.putProduct(texts);
    core.write('keys', keyFact(answer));
    expect(core.facts).toEqual({
      ...NOTHING,
      keys: [keyFact(answer)],
      products: [{ id: 'p', basis: 2, row: texts, isWhole: true }],
    });
    expect([turn.product('p'), core.see('keys', 'k')]).toEqual([texts, answer]);
    const [first, another] = [
      { ...product, id: 'new', version: 1 },
      { ...record, key: 'new' },
    ];
    onNew.putProduct(first);
    coreOnNew.write('keys', keyFact(another));
    expect(coreOnNew.facts).toEqual({
      ...NOTHING,
      keys: [keyFact(another)],
      products: [{ id: 'new', basis: null, row: first, isWhole: true }],
    });
    expect([onNew.product('new'), coreOnNew.see('keys', 'new')]).toEqual([first, another]);
    for (const { wrote, saw } of [core, coreOnNew]) {
      expect(wrote.map(({ state }) => state)).toEqual(['present', 'present']);
      for (const one of wrote) expect(saw).toContain(one);
    }
  });
});
