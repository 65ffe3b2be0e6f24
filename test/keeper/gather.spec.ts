/**
 * What each command has in memory for its turn: what it names, then the SKUs that it works on, as far as they are
 * known.
 */
import { describe, expect, it } from 'vitest';
import { linesAsked, linesOf, pinNamed, pinSkus } from '../../src/keeper/gather.ts';
import type { Pins } from '../../src/keeper/memory/pins.ts';
import type { Cart } from '../../src/shop/carts/cart.ts';
import type { Command } from '../../src/shop/commands.ts';
import type { Order, OrderStatus } from '../../src/shop/orders/order.ts';
import { anOrder } from '../shop/orders/examples.ts';
import { aSku } from '../shop/skus/examples.ts';
import { cancel, checkout, create, place, put, readOrder, readSku, receive } from '../support/commands.ts';

const line = (skuId: string, selected = true) => ({
  skuId,
  quantity: 1,
  selected,
  ordered: 1,
  unitPrice: 1,
  returned: 0,
});
const cart = (id: string, lines: Cart['lines']): Cart => ({ id, lines, version: 1, createdAt: 0, updatedAt: 0 });
const order = (status: OrderStatus) => anOrder({ id: 'o', status, lines: [line('X'), line('Y')] });
/** Cart `c` has two lines, one of them selected. Cart `d` has another line. */
const CARTS = [cart('c', [line('A'), line('B', false)]), cart('d', [line('D')])];

const NAMES: Readonly<Record<string, string>> = {
  ...{ skus: 'sku', orders: 'order', carts: 'cart', products: 'product', keys: 'key' },
};

/** `wants` has what is asked for, in order. `stored` is what has been read by now. */
function pinned(stored: { carts?: readonly Cart[]; order?: Order; limited?: readonly string[] } = {}) {
  const wants: string[] = [];
  const find = (kind: string, id: string) => {
    if (kind === 'carts') return stored.carts?.find((one) => one.id === id) ?? null;
    if (kind === 'orders') return stored.order?.id === id ? stored.order : null;
    if (stored.limited === undefined) return null;
    return aSku({ id, maxPerCustomer: stored.limited.includes(id) ? 3 : null });
  };
  const pins = {
    pin: (kind: string, id: string) => wants.push(`${NAMES[kind]} ${id}`),
    pinNew: (kind: string, id: string) => wants.push(`new ${NAMES[kind]} ${id}`),
    pinStanding: (customerId: string, skuId: string) => wants.push(`standing ${customerId} ${skuId}`),
    find,
  } as unknown as Pins;
  return { pins, wants };
}

const lines = [
  { skuId: 'X', quantity: 1 },
  { skuId: 'Z', quantity: 1 },
];
const merge = (cartId: string, from: string): Command => ({ kind: 'merge_carts', cartId, from });
const returned: Command = { kind: 'return', orderId: 'o', lines, restock: true };

/**
 * What it names; the SKUs that it works on before anything is read; and those when everything is read, with a pending
 * order.
 */
const NEEDS: readonly [command: Command, named: string, asked: string, known: string][] = [
  [create('S', 1), '', 'S', 'S'],
  [readSku('S'), '', 'S', 'S'],
  [{ kind: 'change_sku', skuId: 'S', changes: {} }, '', 'S', 'S'],
  [receive('S', 1), '', 'S', 'S'],
  [{ kind: 'adjust', skuId: 'S', by: { delta: 1 }, reason: '' }, '', 'S', 'S'],
  [{ kind: 'read_availability', skuIds: ['S', 'T'] }, '', 'S T', 'S T'],
  [place('o', { S: 1, T: 1 }), 'order o', 'S T', 'S T'],
  [readOrder('o'), 'order o', '', ''],
  [{ kind: 'confirm', orderId: 'o' }, 'order o', '', 'X Y'],
  [cancel('o'), 'order o', '', 'X Y'],
  [{ kind: 'ship', orderId: 'o' }, 'order o', '', 'X Y'],
  [{ kind: 'reduce', orderId: 'o', skuId: 'X', quantity: 1 }, 'order o', '', 'X Y'],
  [{ kind: 'expire', orderId: 'o' }, 'order o', '', 'X Y'],
  [returned, 'order o', 'X Z', 'X Y'],
  [checkout('c', 'o'), 'cart c, order o', '', 'A'],
  [{ kind: 'read_cart', cartId: 'c' }, 'cart c', '', 'A B'],
  [put('c', 'S', 1), 'cart c', 'S', 'A B S'],
  [{ kind: 'remove_line', cartId: 'c', skuId: 'A' }, 'cart c', '', 'A B'],
  [{ kind: 'select_all', cartId: 'c', selected: true }, 'cart c', '', 'A B'],
  [merge('c', 'd'), 'cart c, cart d', '', 'A B D'],
  [merge('c', 'c'), 'cart c, cart c', '', 'A B'],
  [{ kind: 'sweep_cart', cartId: 'c', idleMs: 1 }, 'cart c', '', ''],
  [{ kind: 'put_product', product: { id: 'p', name: 'n', description: null } }, 'product p', '', ''],
];

const skus = (text: string) => text.split(' ').flatMap((id) => (id === '' ? [] : `sku ${id}`));

describe('what a command holds', () => {
  it.each(NEEDS)('%j names it', (command, named) => {
    const { pins, wants } = pinned();
    pinNamed(command, null, false, pins);
    expect(wants.join(', ')).toBe(named);
    wants.splice(0);
    pinNamed(command, { key: 'k', fingerprint: 'f' }, false, pins);
    expect(wants.join(', ')).toBe(named === '' ? 'key k' : `key k, ${named}`);
  });

  it.each(NEEDS)('%j works on SKUs, more of them when what is stored was read', (command, _named, asked, known) => {
    const before = pinned();
    pinSkus(command, before.pins);
    expect(before.wants).toEqual(skus(asked));
    expect(linesAsked(command)).toBe(Math.max(1, skus(asked).length));
    const after = pinned({ carts: CARTS, order: order('pending') });
    pinSkus(command, after.pins);
    expect(after.wants).toEqual(skus(known));
    expect(linesOf(command, after.pins)).toBe(Math.max(1, skus(known).length));
  });

  // It moves none of these SKUs, and a quarantined one must not hold it up.
  it.each(['confirm', 'cancel', 'ship', 'expire', 'return'])(
    '%s works on no SKU of an order that is cancelled',
    (kind) => {
      const { pins, wants } = pinned({ order: order('cancelled') });
      pinSkus({ ...returned, reason: null, kind } as Command, pins);
      expect(wants).toEqual([]);
    },
  );

  it('is a new order where its id was made for it, unless others have seen it in the line', () => {
    for (const command of [place('o', { S: 1 }), checkout('c', 'o')]) {
      for (const [idIsNew, isSeen, wanted] of [
        [true, false, 'new order o'],
        [true, true, 'order o'],
        [false, false, 'order o'],
      ] as const) {
        const { pins, wants } = pinned();
        pinNamed({ ...command, idIsNew }, null, isSeen, pins);
        expect(wants.at(-1)).toBe(wanted);
      }
    }
  });

  it('is what its customer has of each SKU that it reserves and that is limited, once it is known to be', () => {
    const ann = { customerId: 'ann' };
    const wantsOf = (command: Command, limited?: readonly string[]) => {
      const { pins, wants } = pinned({ carts: CARTS, order: order('pending'), ...(limited && { limited }) });
      pinSkus(command, pins);
      return wants.filter((want) => !want.startsWith('sku'));
    };
    const placement = { ...place('o', { S: 1, T: 1 }), ...ann };
    expect(wantsOf(placement, ['T'])).toEqual(['standing ann T']);
    expect(wantsOf(placement)).toEqual([]);
    expect(wantsOf({ ...placement, customerId: null }, ['T'])).toEqual([]);
    expect(wantsOf(checkout('c', 'o', ann), ['A', 'B'])).toEqual(['standing ann A']);
    for (const command of [receive('S', 1), put('c', 'S', 1), cancel('o')]) {
      expect(wantsOf({ ...command, ...ann } as Command, ['S', 'A', 'X'])).toEqual([]);
    }
  });
});
