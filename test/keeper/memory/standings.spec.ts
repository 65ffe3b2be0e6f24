/**
 * What one customer may have of a SKU. The turn of the placement decides it, by the customer's orders that stand at
 * that turn.
 */
import { describe, expect, it } from 'vitest';
import { Keeper } from '../../../src/keeper/keeper.ts';
import type { Command } from '../../../src/shop/commands.ts';
import type { Outcome } from '../../../src/shop/outcome.ts';
import type { SkuChanges } from '../../../src/shop/skus/rules.ts';
import { cancel, checkout, create, place, put, readOrder, readSku, receive } from '../../support/commands.ts';
import type { MemoryStore } from '../../support/memory-store.ts';
import { ABORTED, AT, commitsByHand, hold, isSettled, quiet, release, shop } from '../../support/shop.ts';
import { standingUnits } from '../../support/standing-units.ts';

const by = (customerId: string, orderId: string, lines: Readonly<Record<string, number>>) => ({
  ...place(orderId, lines),
  customerId,
});
const change = (skuId: string, changes: SkuChanges): Command => ({
  kind: 'change_sku',
  skuId,
  changes,
  ifVersion: null,
});
const tooMany = (standing: number, requested: number, maxPerCustomer: number, skuId = 'S'): Outcome => ({
  kind: 'max_per_customer',
  skuId,
  requested,
  standing,
  maxPerCustomer,
});

/** A shop with 1000 units of S and `limit` for each customer. */
async function limited(limit: number | null) {
  const { keeper, store, time } = shop();
  await keeper.ask(create('S', 1000, { maxPerCustomer: limit }));
  const ask = async (command: Command, of = keeper) => (await of.ask(command)).outcome;
  return { keeper, store, time, ask };
}

/** Another process on the same database. */
const another = (store: MemoryStore) => new Keeper({ store, lists: store, clock: () => AT, pause: async () => {} });

const standingOf = (store: MemoryStore, customerId: string, skuId = 'S') =>
  standingUnits(store.orderRows.values(), customerId, skuId);

/**
 * Holds every load of standings until it is released. Other loads pass. `asked` resolves when such a load has arrived.
 */
function holdStandings(store: MemoryStore) {
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let isHeld = true;
  store.gate = {
    before: () => undefined,
    after: async (call) => {
      if (call !== 'load' || !isHeld || (store.loads.at(-1)?.standings.length ?? 0) === 0) return undefined;
      asked.resolve();
      await released.promise;
      return undefined;
    },
  };
  const letGo = () => {
    isHeld = false;
    released.resolve();
  };
  return { asked: asked.promise, letGo };
}

describe('a SKU with a limit for each customer', () => {
  it('is sold to a customer up to the limit, in one order or in many, and to every customer as much', async () => {
    const { ask } = await limited(5);
    expect(await ask(by('ann', 'a1', { S: 3 }))).toMatchObject({ kind: 'order_placed' });
    expect(await ask(by('ann', 'a2', { S: 3 }))).toEqual(tooMany(3, 3, 5));
    expect(await ask(by('ann', 'a3', { S: 2 }))).toMatchObject({ kind: 'order_placed' });
    expect(await ask(by('ann', 'a4', { S: 1 }))).toEqual(tooMany(5, 1, 5));
    expect(await ask(by('bob', 'b1', { S: 5 }))).toMatchObject({ kind: 'order_placed' });
    expect(await ask(by('bob', 'b2', { S: 6 }))).toEqual(tooMany(5, 6, 5));
  });

  it('is sold to nobody who is not named', async () => {
    const { ask, store } = await limited(5);
    expect(await ask(place('o', { S: 1 }))).toEqual({ kind: 'customer_required', skuId: 'S' });
    expect(store.skuRows.get('S')).toMatchObject({ reserved: 0, version: 1 });
  });

  it('refuses the whole order, also the lines of SKUs without a limit', async () => {
    const { ask, store } = await limited(1);
    await ask(create('free', 9));
    expect(await ask(by('ann', 'o', { free: 2, S: 2 }))).toEqual(tooMany(0, 2, 1));
    expect(store.skuRows.get('free')).toMatchObject({ reserved: 0 });
  });

  it('says the same order again when it is asked for again, at the limit', async () => {
    const { keeper } = await limited(2);
    await keeper.ask(by('ann', 'o', { S: 2 }));
    expect(await keeper.ask(by('ann', 'o', { S: 2 }))).toMatchObject({
      replayed: true,
      outcome: { kind: 'order_placed' },
    });
  });

  it('is the only kind of which it is read what a customer has', async () => {
    const { ask, store } = await limited(null);
    await ask(by('ann', 'a1', { S: 3 }));
    expect(store.loads.flatMap(({ standings }) => standings)).toEqual([]);
    await ask(change('S', { maxPerCustomer: 5 }));
    await ask(by('ann', 'a2', { S: 1 }));
    await ask(by('ann', 'a3', { S: 1 }));
    expect(store.loads.flatMap(({ standings }) => standings)).toEqual(['["ann","S"]']);
  });
});

describe('a customer of whom it takes long to read', () => {
  // Red with: only one load of any kind under way at a time.
  it('holds up nobody else', async () => {
    const { ask, store } = await limited(5);
    await ask(create('T', 9));
    const later = another(store);
    const { asked, letGo } = holdStandings(store);
    const placed = ask(by('ann', 'a1', { S: 1 }), later);
    await asked;
    expect(await ask(place('o', { T: 1 }), later)).toMatchObject({ kind: 'order_placed' });
    letGo();
    expect(await placed).toMatchObject({ kind: 'order_placed' });
  });
});

describe('many placements of one customer at once', () => {
  // Red with: the units of a placement not counted in its turn.
  it('law: are taken up to the limit and not beyond, whatever else is asked', async () => {
    const { keeper, store } = await limited(7);
    const asked = Array.from({ length: 64 }, (_, i) => [
      keeper.ask(by('ann', `a${i}`, { S: 1 })),
      keeper.ask(by('bob', `b${i}`, { S: 2 })),
    ]).flat();
    const outcomes = (await Promise.all(asked)).map(({ outcome }) => outcome);
    const refused = outcomes.filter(({ kind }) => kind === 'max_per_customer');
    expect(outcomes.filter(({ kind }) => kind === 'order_placed')).toHaveLength(7 + 3);
    expect(new Set(refused.map((outcome) => JSON.stringify(outcome)))).toEqual(
      new Set([tooMany(7, 1, 7), tooMany(6, 2, 7)].map((outcome) => JSON.stringify(outcome))),
    );
    expect([standingOf(store, 'ann'), standingOf(store, 'bob')]).toEqual([7, 6]);
  });
});

describe('a checkout of a SKU with a limit for each customer', () => {
  it('law: of many carts of one customer at once is taken up to the limit, and leaves the other carts', async () => {
    const { ask, store } = await limited(5);
    const carts = Array.from({ length: 16 }, (_, i) => `cart-${i}`);
    for (const cart of carts) await ask(put(cart, 'S', 2));
    const outcomes = await Promise.all(carts.map((cart) => ask(checkout(cart, `o-${cart}`, { customerId: 'ann' }))));
    expect(outcomes.filter(({ kind }) => kind === 'order_placed')).toHaveLength(2);
    expect(outcomes.filter(({ kind }) => kind === 'max_per_customer')).toHaveLength(14);
    expect(outcomes).toContainEqual(tooMany(4, 2, 5));
    expect(standingOf(store, 'ann')).toBe(4);
    expect([...store.cartRows.values()].filter(({ lines }) => lines.length > 0)).toHaveLength(14);
  });

  it('asks whose order it would be', async () => {
    const { ask } = await limited(5);
    await ask(put('cart', 'S', 1));
    expect(await ask(checkout('cart', 'o'))).toEqual({ kind: 'customer_required', skuId: 'S' });
    expect(await ask(checkout('cart', 'o', { customerId: 'ann' }))).toMatchObject({ kind: 'order_placed' });
  });
});

describe('units that come back', () => {
  const inFull = async () => {
    const { ask, store, time } = await limited(4);
    await ask(by('ann', 'full', { S: 4 }));
    expect(await ask(by('ann', 'next', { S: 1 }))).toEqual(tooMany(4, 1, 4));
    return { ask, store, time };
  };

  // Red with: units counted when they are reserved but not when they are released.
  it('by a cancel leave room at the next turn, before the cancel is durable', async () => {
    const { ask, store } = await inFull();
    const { begun, release } = hold(store);
    const cancelled = ask(cancel('full'));
    await begun;
    const placed = ask(by('ann', 'next', { S: 4 }));
    expect(await isSettled(placed)).toBe(false);
    release();
    expect(await cancelled).toMatchObject({ kind: 'order' });
    expect(await placed).toMatchObject({ kind: 'order_placed' });
    expect(await ask(by('ann', 'more', { S: 1 }))).toEqual(tooMany(4, 1, 4));
  });

  it('by a cancel that is asked twice leave room once', async () => {
    const { ask } = await inFull();
    await Promise.all([ask(cancel('full')), ask(cancel('full')), ask(cancel('full'))]);
    expect(await ask(by('ann', 'next', { S: 5 }))).toEqual(tooMany(0, 5, 4));
    expect(await ask(by('ann', 'next', { S: 4 }))).toMatchObject({ kind: 'order_placed' });
  });

  it('by expiry leave room at the moment it is decided', async () => {
    const { ask, time } = await inFull();
    time.now += 900_000;
    expect(await ask(by('ann', 'next', { S: 1 }))).toEqual(tooMany(4, 1, 4));
    await ask({ kind: 'expire', orderId: 'full' });
    expect(await ask(by('ann', 'next', { S: 4 }))).toMatchObject({ kind: 'order_placed' });
  });

  it('by a reduced line leave room for as much', async () => {
    const { ask } = await inFull();
    await ask({ kind: 'reduce', orderId: 'full', skuId: 'S', quantity: 1 });
    expect(await ask(by('ann', 'next', { S: 4 }))).toEqual(tooMany(1, 4, 4));
    expect(await ask(by('ann', 'next', { S: 3 }))).toMatchObject({ kind: 'order_placed' });
  });

  it('by a return leave room for as much, and shipping leaves none', async () => {
    const { ask } = await inFull();
    await ask({ kind: 'confirm', orderId: 'full' });
    await ask({ kind: 'ship', orderId: 'full' });
    expect(await ask(by('ann', 'next', { S: 1 }))).toEqual(tooMany(4, 1, 4));
    await ask({ kind: 'return', orderId: 'full', lines: [{ skuId: 'S', quantity: 3 }], restock: false });
    expect(await ask(by('ann', 'next', { S: 4 }))).toEqual(tooMany(1, 4, 4));
    expect(await ask(by('ann', 'next', { S: 3 }))).toMatchObject({ kind: 'order_placed' });
  });

  it('leave room also for what was refused under the same idempotency key', async () => {
    const { keeper } = await limited(1);
    const key = { key: 'k', fingerprint: 'f' };
    await keeper.ask(by('ann', 'full', { S: 1 }));
    expect((await keeper.ask(by('ann', 'next', { S: 1 }), key)).outcome).toEqual(tooMany(1, 1, 1));
    await keeper.ask(cancel('full'));
    expect(await keeper.ask(by('ann', 'next', { S: 1 }), key)).toMatchObject({
      replayed: false,
      outcome: { kind: 'order_placed' },
    });
  });
});

describe('a limit changed at run time', () => {
  it('counts from the next turn on, with what was ordered before there was one', async () => {
    const { ask } = await limited(null);
    await ask(by('ann', 'a1', { S: 3 }));
    await ask(change('S', { maxPerCustomer: 4 }));
    expect(await ask(by('ann', 'a2', { S: 2 }))).toEqual(tooMany(3, 2, 4));
    await ask(change('S', { maxPerCustomer: 5 }));
    expect(await ask(by('ann', 'a2', { S: 2 }))).toMatchObject({ kind: 'order_placed' });
    await ask(change('S', { maxPerCustomer: null }));
    expect(await ask(by('ann', 'a3', { S: 100 }))).toMatchObject({ kind: 'order_placed' });
    expect(await ask(place('nobody', { S: 1 }))).toMatchObject({ kind: 'order_placed' });
    await ask(change('S', { maxPerCustomer: 105 }));
    expect(await ask(by('ann', 'a4', { S: 1 }))).toEqual(tooMany(105, 1, 105));
  });

  it('below what a customer has refuses more and takes nothing back', async () => {
    const { ask, store } = await limited(null);
    await ask(by('ann', 'a1', { S: 3 }));
    expect(await ask(change('S', { maxPerCustomer: 1 }))).toMatchObject({ kind: 'sku', sku: { maxPerCustomer: 1 } });
    expect(await ask(by('ann', 'a2', { S: 1 }))).toEqual(tooMany(3, 1, 1));
    expect(await ask(readOrder('a1'))).toMatchObject({ order: { status: 'pending' } });
    expect(store.ledger.at(-1)).toMatchObject({ kind: 'changed', quantity: 0, reason: 'maxPerCustomer' });
  });

  it('is asked after by whoever is on the way to its turn: what the customer has is read first', async () => {
    const { keeper, ask, store } = await limited(null);
    await ask(by('ann', 'a1', { S: 3 }));
    const { begun, release } = hold(store);
    const changed = keeper.ask(change('S', { maxPerCustomer: 3 }));
    await begun;
    const placed = keeper.ask(by('ann', 'a2', { S: 1 }));
    expect(await isSettled(placed)).toBe(false);
    release();
    expect((await changed).outcome.kind).toBe('sku');
    expect((await placed).outcome).toEqual(tooMany(3, 1, 3));
  });
});

describe('a keeper that starts anew', () => {
  it('reads what customers have from their orders', async () => {
    const { ask, store } = await limited(9);
    await ask(by('ann', 'a1', { S: 2 }));
    await ask(by('ann', 'a2', { S: 3 }));
    await ask(by('ann', 'a3', { S: 4 }));
    await ask(cancel('a1'));
    await ask(by('bob', 'b1', { S: 1 }));
    await ask({ kind: 'reduce', orderId: 'a2', skuId: 'S', quantity: 1 });
    for (const kind of ['confirm', 'ship'] as const) await ask({ kind, orderId: 'a3' });
    await ask({ kind: 'return', orderId: 'a3', lines: [{ skuId: 'S', quantity: 2 }], restock: true });
    const later = another(store);
    expect(await ask(by('ann', 'a4', { S: 7 }), later)).toEqual(tooMany(3, 7, 9));
    expect(await ask(by('ann', 'a4', { S: 6 }), later)).toMatchObject({ kind: 'order_placed' });
    expect(await ask(by('bob', 'b2', { S: 9 }), later)).toEqual(tooMany(1, 9, 9));
  });

  it('with room for one resident only is as strict', async () => {
    const { keeper, store } = shop({ residentsMax: 1 });
    for (const id of ['S', 'T']) await keeper.ask(create(id, 99, { maxPerCustomer: 3 }));
    for (let i = 0; i < 5; i++) {
      await Promise.all(['ann', 'bob'].flatMap((who) => [keeper.ask(by(who, `${who}${i}`, { S: 1, T: 1 }))]));
    }
    expect(['ann', 'bob'].flatMap((who) => ['S', 'T'].map((sku) => standingOf(store, who, sku)))).toEqual([3, 3, 3, 3]);
  });
});

describe('what is decided and not yet durable', () => {
  // Red with: a customer's units read while the SKU has an entry under way.
  it('law: is counted by a placement that reads what the customer has meanwhile', async () => {
    const { keeper, store } = await limited(null);
    const next = commitsByHand(store);
    const first = keeper.ask(by('ann', 'a1', { S: 3 }));
    await quiet();
    const changed = keeper.ask(change('S', { maxPerCustomer: 3 }));
    await quiet();
    const second = keeper.ask(by('ann', 'a2', { S: 1 }));
    await quiet();
    await next();
    await next();
    expect((await first).outcome.kind).toBe('order_placed');
    expect((await changed).outcome.kind).toBe('sku');
    release(store);
    expect((await second).outcome).toEqual(tooMany(3, 1, 3));
  });

  // Red with: a loading standing ignored by a turn that moves its units.
  it('law: is counted when it was decided while what the customer has was being read', async () => {
    const { ask, store } = await limited(5);
    await ask(by('ann', 'a1', { S: 2 }));
    const later = another(store);
    await ask(readOrder('a1'), later);
    const { asked, letGo } = holdStandings(store);
    const placed = ask(by('ann', 'a2', { S: 4 }), later);
    await asked;
    expect(await ask(cancel('a1'), later)).toMatchObject({ kind: 'order' });
    letGo();
    expect(await placed).toMatchObject({ kind: 'order_placed' });
    expect(await ask(by('ann', 'a3', { S: 2 }), later)).toEqual(tooMany(4, 2, 5));
    expect(standingOf(store, 'ann')).toBe(4);
  });

  it('is not counted once it is lost: a refusal that rested on it is decided again', async () => {
    const { keeper, store } = await limited(1);
    await keeper.ask(readSku('S'));
    const { begun, release } = hold(store);
    const first = keeper.ask(by('ann', 'a1', { S: 1 }));
    await begun;
    const second = keeper.ask(by('ann', 'a2', { S: 1 }));
    expect(await isSettled(second)).toBe(false);
    release(ABORTED);
    const kinds = (await Promise.all([first, second])).map(({ outcome }) => outcome.kind);
    expect(kinds.sort()).toEqual(['max_per_customer', 'order_placed']);
    expect(standingOf(store, 'ann')).toBe(1);
  });
});

describe('another writer', () => {
  // Red with: a customer's units kept when the SKU is read again.
  it('law: is found out by a placement that rests on less than the customer has by now', async () => {
    const { ask, store } = await limited(3);
    await ask(by('ann', 'a1', { S: 1 }));
    expect(await ask(by('ann', 'b1', { S: 2 }), another(store))).toMatchObject({ kind: 'order_placed' });
    expect(await ask(by('ann', 'a2', { S: 1 }))).toEqual(tooMany(3, 1, 3));
    expect(standingOf(store, 'ann')).toBe(3);
  });

  // Red with: only what the lost entry itself had changed thrown away.
  it('law: is found out for every customer once the SKU was read again for one', async () => {
    const { ask, store } = await limited(3);
    await ask(by('ann', 'a1', { S: 1 }));
    await ask(by('bob', 'b1', { S: 1 }));
    expect(await ask(by('ann', 'a2', { S: 2 }), another(store))).toMatchObject({ kind: 'order_placed' });
    expect(await ask(by('bob', 'b2', { S: 1 }))).toMatchObject({ kind: 'order_placed' });
    expect(await ask(by('ann', 'a3', { S: 1 }))).toEqual(tooMany(3, 1, 3));
    expect(standingOf(store, 'ann')).toBe(3);
  });

  it('that gave units back leaves room once the SKU is read again', async () => {
    const { ask, store } = await limited(3);
    await ask(by('ann', 'a1', { S: 3 }));
    expect(await ask(cancel('a1'), another(store))).toMatchObject({ kind: 'order' });
    await ask(receive('S', 1));
    expect(await ask(by('ann', 'a2', { S: 3 }))).toMatchObject({ kind: 'order_placed' });
  });
});
