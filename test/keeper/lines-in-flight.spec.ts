/**
 * Law 8: a command counts for all lines that it will work on, also those of a stored order or cart, before anything is
 * decided.
 */
import { describe, expect, it } from 'vitest';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { Command } from '../../src/shop/commands.ts';
import { cancel, checkout, create, place, put, readOrder, readSku, receive } from '../support/commands.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { AT, commitsByHand, quiet } from '../support/shop.ts';

const LINES = 8;
const SKUS = Array.from({ length: LINES }, (_, at) => `S${at}`);
const ALL = Object.fromEntries(SKUS.map((skuId) => [skuId, 1]));

/** What is stored: an order in each status and two carts, with 8 lines each, and a cancelled order. */
async function filled(): Promise<MemoryStore> {
  const store = new MemoryStore();
  const keeper = new Keeper({ store, lists: store, clock: () => AT });
  const ask = (command: Command) => keeper.ask(command);
  await Promise.all(SKUS.map((skuId) => ask(create(skuId, 100))));
  for (const orderId of ['pending', 'confirmed', 'shipped', 'cancelled']) await ask(place(orderId, ALL));
  await ask({ kind: 'confirm', orderId: 'confirmed' });
  await ask({ kind: 'confirm', orderId: 'shipped' });
  await ask({ kind: 'ship', orderId: 'shipped' });
  await ask(cancel('cancelled'));
  for (const cartId of ['cart', 'guest']) await Promise.all(SKUS.map((skuId) => ask(put(cartId, skuId, 1))));
  return store;
}

const SKU_0 = 'S0';
const expires = { kind: 'expire', orderId: 'pending' } as const;

/** Each command on what is stored, and the number of lines that it works on. */
const LINES_OF: { readonly [kind in Command['kind']]: readonly [command: Command, lines: number] } = {
  create_sku: [create('new', 1), 1],
  read_sku: [readSku(SKU_0), 1],
  read_availability: [{ kind: 'read_availability', skuIds: SKUS }, LINES],
  change_sku: [{ kind: 'change_sku', skuId: SKU_0, changes: { price: 1 }, ifVersion: null }, 1],
  receive: [receive(SKU_0, 1), 1],
  adjust: [{ kind: 'adjust', skuId: SKU_0, by: { delta: 1 }, reason: 'count', ifVersion: null }, 1],
  place: [place('new', ALL), LINES],
  read_order: [readOrder('pending'), 1],
  confirm: [{ kind: 'confirm', orderId: 'pending' }, LINES],
  cancel: [cancel('pending'), LINES],
  ship: [{ kind: 'ship', orderId: 'confirmed' }, LINES],
  reduce: [{ kind: 'reduce', orderId: 'pending', skuId: SKU_0, quantity: 0 }, LINES],
  return: [{ kind: 'return', orderId: 'shipped', lines: [{ skuId: SKU_0, quantity: 1 }], restock: true }, LINES],
  expire: [expires, LINES],
  read_cart: [{ kind: 'read_cart', cartId: 'cart' }, LINES],
  put_line: [put('cart', SKU_0, 2), LINES + 1],
  remove_line: [{ kind: 'remove_line', cartId: 'cart', skuId: SKU_0 }, LINES],
  select_all: [{ kind: 'select_all', cartId: 'cart', selected: false }, LINES],
  merge_carts: [{ kind: 'merge_carts', cartId: 'cart', from: 'guest' }, 2 * LINES],
  sweep_cart: [{ kind: 'sweep_cart', cartId: 'cart', idleMs: 0 }, 1],
  checkout: [checkout('cart', 'new'), LINES],
  put_product: [{ kind: 'put_product', product: { id: 'P', name: 'P', description: null }, ifVersion: null }, 1],
};

const REFUSED = Object.entries(LINES_OF).filter(([kind, [, lines]]) => lines > 1 && kind !== 'expire');
const NOT_REFUSED = Object.entries(LINES_OF).filter(([kind, [, lines]]) => lines === 1 || kind === 'expire');

const keeperWith = (store: MemoryStore, linesMax: number) =>
  new Keeper({ store, lists: store, clock: () => AT, limits: { linesMax } });

describe('where fewer lines may be in flight than a command works on', () => {
  it.each(REFUSED)(
    '%s is refused before anything is decided, or the SKUs of stored lines are loaded',
    async (_, [command, lines]) => {
      const store = await filled();
      const [batches, loads] = [store.batches.length, store.loads.length];
      const keeper = keeperWith(store, lines - 1);
      // The second time, the order or the cart is already in memory.
      for (const memory of ['cold', 'warm']) {
        expect([memory, (await keeper.ask(command)).outcome.kind]).toEqual([memory, 'overloaded']);
      }
      // At most the line that it names itself, for which it was let in.
      expect(store.loads.slice(loads).flatMap(({ skus }) => skus).length).toBeLessThanOrEqual(1);
      expect(store.batches.length).toBe(batches);
      expect(keeper.load.commands).toBe(0);
    },
  );

  it.each(REFUSED)('%s is taken where just as many may be', async (_, [command, lines]) => {
    const store = await filled();
    expect((await keeperWith(store, lines).ask(command)).outcome.kind).not.toBe('overloaded');
  });

  it.each(NOT_REFUSED)(
    '%s is taken: it works on one line, or gives stock back for the sweeper',
    async (_, [command]) => {
      const store = await filled();
      expect((await keeperWith(store, 1).ask(command)).outcome.kind).not.toBe('overloaded');
    },
  );

  it('a merge of a cart into itself is taken where the lines of one cart may be', async () => {
    const store = await filled();
    const { outcome } = await keeperWith(store, LINES).ask({ kind: 'merge_carts', cartId: 'cart', from: 'cart' });
    expect(outcome.kind).toBe('cart_merged_into_itself');
  });

  it('a cancel of what is cancelled is taken: it moves no stock', async () => {
    const store = await filled();
    expect((await keeperWith(store, 1).ask(cancel('cancelled'))).outcome.kind).toBe('order');
  });
});

describe('commands on stored orders and carts', () => {
  it('law: count together while they are in flight, and no longer', async () => {
    const store = await filled();
    const keeper = keeperWith(store, 2 * LINES + 1);
    const next = commitsByHand(store);
    const first = keeper.ask(cancel('pending'));
    const second = keeper.ask(checkout('cart', 'new'));
    await quiet();
    // One line is left, enough for a receipt but not for a cancel of eight.
    expect((await keeper.ask(cancel('confirmed'))).outcome.kind).toBe('overloaded');
    const third = keeper.ask(receive(SKU_0, 1));
    await quiet();
    expect((await keeper.ask(receive(SKU_0, 1))).outcome.kind).toBe('overloaded');
    await next();
    await next();
    const kinds = (await Promise.all([first, second, third])).map(({ outcome }) => outcome.kind);
    expect(kinds).toEqual(['order', 'order_placed', 'sku']);
    const again = keeper.ask(cancel('confirmed'));
    await next();
    expect((await again).outcome.kind).toBe('order');
    expect(keeper.load.commands).toBe(0);
  });

  it('are counted once, however often they are decided', async () => {
    const store = await filled();
    const keeper = new Keeper({
      store,
      lists: store,
      clock: () => AT,
      limits: { linesMax: LINES },
      pause: async () => {},
    });
    let lost = 2;
    store.gate = {
      before: (call) =>
        call === 'commit' && lost-- > 0 ? { kind: 'aborted', error: new Error('as planned') } : undefined,
      after: () => undefined,
    };
    expect((await keeper.ask(cancel('pending'))).outcome.kind).toBe('order');
    expect((await keeper.ask(cancel('confirmed'))).outcome.kind).toBe('order');
  });
});
