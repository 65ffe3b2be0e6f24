/** Carts in the keeper: edits at the same time, merges, checkouts, and the sweeper. */
import { describe, expect, it } from 'vitest';
import { Keeper } from '../../src/keeper/keeper.ts';
import { Sweeper } from '../../src/keeper/sweeper.ts';
import type { CartShown } from '../../src/shop/carts/outcomes.ts';
import type { Outcome } from '../../src/shop/outcome.ts';
import { checkout, create, place, put } from '../support/commands.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { ABORTED, AT, commitsByHand, hold, isSettled, quiet, release, shop } from '../support/shop.ts';

const read = (cartId: string) => ({ kind: 'read_cart', cartId }) as const;

function cartIn(outcome: Outcome): CartShown {
  if (outcome.kind !== 'cart') throw new Error(`${outcome.kind} is no cart`);
  return outcome.cart;
}
const linesIn = (outcome: Outcome) => cartIn(outcome).lines.map(({ skuId, quantity }) => [skuId, quantity]);

/** A shop with SKUs A and B. */
async function opened(onHand = { A: 10, B: 10 }) {
  const world = shop();
  await world.keeper.ask(create('A', onHand.A));
  await world.keeper.ask(create('B', onHand.B));
  const ask = async (command: Parameters<Keeper['ask']>[0]) => (await world.keeper.ask(command)).outcome;
  return { ...world, ask };
}

describe('a cart', () => {
  it('comes into being with its first line, and shows what its SKUs say in the same turn', async () => {
    const { ask, store } = await opened();
    expect(await ask(read('c'))).toEqual({ kind: 'cart_not_found', cartId: 'c' });
    expect(await ask({ kind: 'remove_line', cartId: 'c', skuId: 'A' })).toEqual({
      kind: 'cart_not_found',
      cartId: 'c',
    });
    expect(await ask(put('c', 'nothing', 1))).toEqual({ kind: 'unknown_sku', skuIds: ['nothing'] });
    const cart = cartIn(await ask(put('c', 'A', 2)));
    expect(cart).toMatchObject({
      id: 'c',
      version: 1,
      lines: [{ skuId: 'A', quantity: 2, selected: true, available: 10 }],
    });
    await ask(place('o', { A: 3 }));
    await ask({ kind: 'change_sku', skuId: 'A', changes: { price: 7 }, ifVersion: null });
    expect(cartIn(await ask(read('c'))).lines).toMatchObject([{ available: 7, price: 7 }]);
    expect(store.cartRows.get('c')).toMatchObject({ version: 1, lines: [{ skuId: 'A', quantity: 2, selected: true }] });
  });

  it('law: keeps the edits of all who change it at once, and its version counts them', async () => {
    const { ask } = await opened();
    const many = Array.from({ length: 50 }, (_, at) => ask(put('c', at % 2 === 0 ? 'A' : 'B', at + 1)));
    await Promise.all(many);
    const cart = cartIn(await ask(read('c')));
    expect(cart.version).toBe(50);
    expect(linesIn({ kind: 'cart', cart })).toEqual([
      ['A', 49],
      ['B', 50],
    ]);
  });

  // Red with: an answer before the commit.
  it('answers when the change is durable, and reads wait for it too', async () => {
    const { keeper, store } = await opened();
    await keeper.ask(put('c', 'A', 1));
    const commit = hold(store);
    const written = keeper.ask(put('c', 'A', 2));
    const seen = keeper.ask(read('c'));
    await commit.begun;
    expect(await isSettled(Promise.race([written, seen]))).toBe(false);
    commit.release();
    expect(linesIn((await written).outcome)).toEqual([['A', 2]]);
    expect(linesIn((await seen).outcome)).toEqual([['A', 2]]);
  });

  // Red with: memory kept after a lost commit.
  it('is decided again on what is stored when its commit is lost', async () => {
    const { ask, store } = await opened();
    await ask(put('c', 'A', 1));
    const stored = store.cartRows.get('c');
    if (stored === undefined) throw new Error('the cart is stored');
    store.cartRows.set('c', {
      ...stored,
      version: 7,
      lines: [...stored.lines, { skuId: 'B', quantity: 5, selected: true }],
    });
    const cart = cartIn(await ask(put('c', 'A', 2)));
    expect(cart.version).toBe(8);
    expect(linesIn({ kind: 'cart', cart })).toEqual([
      ['A', 2],
      ['B', 5],
    ]);
  });

  it('whose lines cannot be true is quarantined, and no other', async () => {
    const { ask, store } = await opened();
    await ask(put('ok', 'A', 1));
    store.cartRows.set('bad', {
      id: 'bad',
      lines: [{ skuId: 'A', quantity: 0, selected: true }],
      version: 1,
      createdAt: AT,
      updatedAt: AT,
    });
    expect(await ask(read('bad'))).toMatchObject({ kind: 'cart_quarantined', cartId: 'bad' });
    expect(await ask(put('bad', 'A', 1))).toMatchObject({ kind: 'cart_quarantined' });
    expect((await ask(read('ok'))).kind).toBe('cart');
  });
});

describe('a merge', () => {
  it('moves the lines in one commit, once however often it is asked', async () => {
    const { ask, store } = await opened();
    await ask(put('guest', 'A', 2));
    await ask(put('mine', 'A', 1));
    const commits = store.batches.length;
    const merge = { kind: 'merge_carts', cartId: 'mine', from: 'guest' } as const;
    const answers = await Promise.all([ask(merge), ask(merge), ask(merge)]);
    for (const answer of answers) expect(linesIn(answer)).toEqual([['A', 3]]);
    expect(store.batches.length).toBe(commits + 1);
    expect(cartIn(await ask(read('guest'))).lines).toEqual([]);
    expect(linesIn(await ask(merge))).toEqual([['A', 3]]);
  });

  it('makes the cart that takes the lines in, and refuses what cannot be', async () => {
    const { ask } = await opened();
    await ask(put('guest', 'B', 2));
    expect(linesIn(await ask({ kind: 'merge_carts', cartId: 'new', from: 'guest' }))).toEqual([['B', 2]]);
    expect(await ask({ kind: 'merge_carts', cartId: 'new', from: 'new' })).toMatchObject({
      kind: 'cart_merged_into_itself',
    });
    expect(await ask({ kind: 'merge_carts', cartId: 'new', from: 'gone' })).toEqual({
      kind: 'cart_not_found',
      cartId: 'gone',
    });
  });
});

describe('a checkout', () => {
  it('buys the selected lines at the prices of now, and takes exactly them out', async () => {
    const { ask, store } = await opened();
    await ask(put('c', 'A', 2));
    await ask(put('c', 'B', 1, false));
    await ask({ kind: 'change_sku', skuId: 'A', changes: { price: 900 }, ifVersion: null });
    const commits = store.batches.length;
    const outcome = await ask(checkout('c', 'o', { freight: 490 }));
    expect(outcome).toMatchObject({
      kind: 'order_placed',
      order: { status: 'pending', freight: 490, lines: [{ skuId: 'A', quantity: 2, unitPrice: 900 }] },
    });
    expect(linesIn(await ask(read('c')))).toEqual([['B', 1]]);
    expect(store.batches.length).toBe(commits + 1);
    expect(store.batches.at(-1)?.[0]).toMatchObject({
      orders: [{ basis: null }],
      carts: [{ id: 'c' }],
      skus: [{ id: 'A' }],
    });
    expect(store.skuRows.get('A')).toMatchObject({ reserved: 2 });
  });

  // Red with: the cart changed before the order was placed.
  it('that is refused leaves cart and stock untouched', async () => {
    const { ask, store } = await opened({ A: 1, B: 5 });
    await ask(put('c', 'A', 2));
    await ask(put('c', 'B', 2));
    const commits = store.batches.length;
    expect(await ask(checkout('c', 'o'))).toMatchObject({
      kind: 'insufficient_stock',
      shortages: [{ skuId: 'A', requested: 2, available: 1 }],
    });
    expect(store.batches.length).toBe(commits);
    expect(cartIn(await ask(read('c'))).version).toBe(2);
    await ask({ kind: 'select_all', cartId: 'c', selected: false });
    expect(await ask(checkout('c', 'o'))).toEqual({ kind: 'nothing_selected', cartId: 'c' });
    expect(await ask(checkout('none', 'o'))).toEqual({ kind: 'cart_not_found', cartId: 'none' });
  });

  it('law: asked twice is one order, by its id, by its key, and without either', async () => {
    const { ask, keeper } = await opened();
    await ask(put('c', 'A', 1));
    const named = await Promise.all([keeper.ask(checkout('c', 'o')), keeper.ask(checkout('c', 'o'))]);
    expect(named.map(({ outcome, replayed }) => [outcome.kind, replayed])).toEqual([
      ['order_placed', false],
      ['order_placed', true],
    ]);
    await ask(put('c', 'A', 1));
    const key = { key: 'k', fingerprint: 'f' };
    const keyed = [await keeper.ask(checkout('c', 'k1'), key), await keeper.ask(checkout('c', 'k2'), key)];
    expect(keyed[1]).toEqual({ outcome: keyed[0]?.outcome, replayed: true });
    await ask(put('c', 'A', 1));
    const bare = await Promise.all([ask(checkout('c', 'n1')), ask(checkout('c', 'n2'))]);
    expect(bare.map(({ kind }) => kind)).toEqual(['order_placed', 'nothing_selected']);
    expect(await ask(checkout('c', 'o', { fingerprint: 'other' }))).toEqual({ kind: 'order_id_reused', orderId: 'o' });
  });

  // Red with: the selected lines picked again at each decision.
  it('that is decided again does not buy what was added meanwhile', async () => {
    const { keeper, store } = await opened();
    await keeper.ask(put('c', 'A', 2));
    const next = commitsByHand(store);
    const bought = keeper.ask(checkout('c', 'o'));
    await quiet();
    const added = keeper.ask(put('c', 'A', 5));
    // The checkout is lost, and so is the change that rests on it. Both are decided again, in either order.
    await next(ABORTED);
    release(store);
    await next();
    const { outcome } = await bought;
    expect(outcome).toMatchObject({ kind: 'order_placed', order: { lines: [{ skuId: 'A', quantity: 2 }] } });
    expect((await added).outcome.kind).toBe('cart');
  });

  // Red with: picked lines kept when the change of the cart that they came from was lost.
  it('that saw a cart which never came to be is decided on the cart that is', async () => {
    const store = new MemoryStore();
    const pauses: (() => void)[] = [];
    const pause = () => new Promise<void>((resolve) => pauses.push(resolve));
    const keeper = new Keeper({ store, lists: store, clock: () => AT, pause });
    await keeper.ask(create('A', 10));
    await keeper.ask(put('c', 'A', 2));
    const next = commitsByHand(store);
    const deselected = keeper.ask({ kind: 'select_all', cartId: 'c', selected: false });
    await quiet();
    const bought = keeper.ask(checkout('c', 'o'));
    await quiet();
    await next(ABORTED);
    release(store);
    // The change is decided again after the checkout.
    for (const goOn of pauses.splice(0).reverse()) {
      goOn();
      await quiet();
    }
    expect((await bought).outcome).toMatchObject({ kind: 'order_placed', order: { lines: [{ quantity: 2 }] } });
    expect((await deselected).outcome).toMatchObject({ kind: 'cart', cart: { lines: [] } });
  });
});

describe('the sweeper', () => {
  it('makes an end of carts that nobody has changed for long, and a new one begins anew', async () => {
    const { keeper, store, time, ask, seen } = await opened();
    const sweeper = new Sweeper({
      keeper,
      store,
      clock: () => time.now,
      cartIdleMs: 1000,
      observe: (o) => seen.push(o),
    });
    await ask(put('old', 'A', 1));
    time.now += 999;
    await ask(put('young', 'A', 1));
    await sweeper.sweep();
    expect([...store.cartRows.keys()]).toEqual(['old', 'young']);
    time.now += 60_000;
    await ask(put('young', 'A', 2));
    await sweeper.sweep();
    expect([...store.cartRows.keys()]).toEqual(['young']);
    expect(seen).toContainEqual({ kind: 'carts_swept', carts: 1 });
    expect(await ask(read('old'))).toEqual({ kind: 'cart_not_found', cartId: 'old' });
    expect(cartIn(await ask(put('old', 'B', 1)))).toMatchObject({ version: 1 });
  });

  // Red with: a sweep that walks over all existing carts; a walk that starts over with each sweep.
  it('takes a page of them in each sweep, so that no overdue order waits for many carts; one that it cannot end holds up no other', async () => {
    const { keeper, store, time } = await opened();
    for (let i = 0; i < 1001; i++) {
      const id = `cart-${String(i).padStart(4, '0')}`;
      // The carts of the first page cannot be swept.
      const version = i < 500 ? 0 : 1;
      store.cartRows.set(id, { id, lines: [], version, createdAt: AT, updatedAt: AT });
    }
    const sweeper = new Sweeper({ keeper, store, clock: () => time.now, cartIdleMs: 1000 });
    time.now += 1000;
    const left: number[] = [];
    for (let sweeps = 0; sweeps < 4; sweeps++) {
      await sweeper.sweep();
      left.push(store.cartRows.size);
    }
    expect(left).toEqual([1001, 501, 500, 500]);
  });

  it('asks, and the cart decides: changed meanwhile, it stays', async () => {
    const { ask } = await opened();
    await ask(put('c', 'A', 1));
    expect(await ask({ kind: 'sweep_cart', cartId: 'c', idleMs: 1 })).toEqual({ kind: 'cart_kept', cartId: 'c' });
  });

  // Red with: a fence that does not notice a deleted row.
  it('law: swept and put at once, in one batch or in two, leaves what was put', async () => {
    const { keeper, store, time } = await opened();
    await keeper.ask(put('c', 'A', 1));
    time.now += 10;
    const both = await Promise.all([
      keeper.ask({ kind: 'sweep_cart', cartId: 'c', idleMs: 1 }),
      keeper.ask(put('c', 'B', 4)),
    ]);
    expect(both.map(({ outcome }) => outcome.kind)).toEqual(['cart_swept', 'cart']);
    expect(store.cartRows.get('c')).toMatchObject({ version: 1, lines: [{ skuId: 'B', quantity: 4 }] });
    const fresh = new Keeper({ store, lists: store, clock: () => time.now });
    expect(linesIn((await fresh.ask(read('c'))).outcome)).toEqual([['B', 4]]);
  });
});
