/** Rows that contradict themselves or their ledger: nothing is decided on them, and all others are served. */
import { describe, expect, it } from 'vitest';
import { Keeper } from '../../../src/keeper/keeper.ts';
import { Sweeper } from '../../../src/keeper/sweeper.ts';
import type { Observation } from '../../../src/lib/observe.ts';
import type { Sku } from '../../../src/shop/skus/sku.ts';
import { cancel, create, place, readOrder, readSku, receive } from '../../support/commands.ts';
import type { MemoryStore } from '../../support/memory-store.ts';
import { AT, shop } from '../../support/shop.ts';

const quarantined = (skuId: string) => ({ outcome: { kind: 'sku_quarantined', skuId } });

/** Changes a stored SKU without its ledger and unnoticed by any keeper. */
function tear(store: MemoryStore, skuId: string, changes: Partial<Sku>): Sku {
  const row = store.skuRows.get(skuId);
  if (row === undefined) throw new Error(`${skuId} is not stored`);
  store.skuRows.set(skuId, { ...row, ...changes });
  return row;
}

/** Another keeper on the same rows, with nothing of them in memory. */
function restarted(store: MemoryStore) {
  const seen: Observation[] = [];
  const time = { now: AT };
  const keeper = new Keeper({
    store,
    lists: store,
    clock: () => time.now,
    pause: async () => {},
    observe: (observation) => seen.push(observation),
  });
  return { keeper, time, told: () => seen.filter(({ kind }) => kind === 'quarantined') };
}

async function stocked(...ids: string[]) {
  const { keeper, store } = shop();
  for (const id of ids) await keeper.ask(create(id, 5));
  return { keeper, store };
}

describe('a SKU whose row contradicts its ledger', () => {
  it.each<[string, Partial<Sku>]>([
    ['more on hand', { onHand: 6 }],
    ['units reserved', { reserved: 1 }],
    ['units sold', { sales: 1 }],
    ['another version', { version: 2 }],
    ['a counter beyond its range', { onHand: 2_147_483_648 }],
    ['a counter below zero', { reserved: -1 }],
    ['a price below zero', { price: -1 }],
    ['a policy below zero', { safetyStock: -1 }],
    ['a limit of no units an order', { maxPerOrder: 0 }],
    ['a limit of no units a customer', { maxPerCustomer: 0 }],
    ['no time', { updatedAt: Number.POSITIVE_INFINITY }],
  ])('is quarantined: %s', async (_, changes) => {
    const { store } = await stocked('S', 'T');
    tear(store, 'S', changes);
    const { keeper } = restarted(store);
    for (const command of [readSku('S'), receive('S', 1), create('S', 1), place('o', { T: 1, S: 1 })]) {
      expect(await keeper.ask(command)).toMatchObject(quarantined('S'));
    }
    expect(store.orderRows.size).toBe(0);
    expect((await keeper.ask(place('p', { T: 5 }))).outcome.kind).toBe('order_placed');
  });

  it('is read once for each request, told to the operator once until it changes, and serves again once it is repaired', async () => {
    const { store } = await stocked('S');
    const row = tear(store, 'S', { onHand: 6 });
    const { keeper, told } = restarted(store);
    const loads = store.loads.length;
    for (let i = 0; i < 5; i++) expect(await keeper.ask(readSku('S'))).toMatchObject(quarantined('S'));
    expect(store.loads).toHaveLength(loads + 5);
    expect(told()).toEqual([
      {
        kind: 'quarantined',
        skuId: 'S',
        orderId: null,
        cartId: null,
        reason: expect.stringContaining('its row says 6/0/0'),
      },
    ]);
    expect(keeper.load).toMatchObject({ commands: 0, skus: 0 });
    tear(store, 'S', { onHand: 7 });
    for (let i = 0; i < 3; i++) await keeper.ask(readSku('S'));
    expect(told()).toHaveLength(2);
    store.skuRows.set('S', row);
    expect((await keeper.ask(receive('S', 1))).outcome).toMatchObject({ kind: 'sku', sku: { onHand: 6 } });
  });

  it('fills no log, however many there are', async () => {
    const { store } = await stocked('S');
    const row = tear(store, 'S', {});
    const { keeper, told } = restarted(store);
    const ids = Array.from({ length: 1100 }, (_, i) => `torn-${i}`);
    for (const id of ids) store.skuRows.set(id, { ...row, id });
    for (let twice = 0; twice < 2; twice++) await Promise.all(ids.map((id) => keeper.ask(readSku(id))));
    expect(told()).toHaveLength(1000);
  });

  it('is remembered under no idempotency key', async () => {
    const { store } = await stocked('S');
    const row = tear(store, 'S', { onHand: 6 });
    const { keeper } = restarted(store);
    const key = { key: 'k', fingerprint: 'f' };
    expect(await keeper.ask(receive('S', 1), key)).toMatchObject(quarantined('S'));
    store.skuRows.set('S', row);
    expect(await keeper.ask(receive('S', 1), key)).toMatchObject({ outcome: { kind: 'sku' }, replayed: false });
  });
});

describe('an order that contradicts itself', () => {
  it('is quarantined, and its SKU is not', async () => {
    const { keeper: before, store } = await stocked('S');
    await before.ask(place('o', { S: 2 }));
    const order = store.orderRows.get('o');
    if (order === undefined) throw new Error('o was placed');
    store.orderRows.set('o', { ...order, lines: [] });
    const { keeper, told } = restarted(store);
    for (const command of [readOrder('o'), cancel('o'), place('o', { S: 2 })]) {
      expect(await keeper.ask(command)).toMatchObject({
        outcome: { kind: 'order_quarantined', orderId: 'o', reason: 'it has no lines' },
      });
    }
    expect(told()).toHaveLength(1);
    expect((await keeper.ask(place('p', { S: 3 }))).outcome.kind).toBe('order_placed');
  });
});

describe('an order that asks its SKU for more than it ever reserved', () => {
  it('moves nothing, in memory or stored, and its SKU serves all others', async () => {
    const { keeper: before, store } = await stocked('S', 'T');
    await before.ask(place('o', { T: 2, S: 1 }));
    store.tearLine('o', 'S', 2);
    const { keeper, told } = restarted(store);
    const batches = store.batches.length;
    for (let i = 0; i < 3; i++) {
      expect(await keeper.ask(cancel('o'))).toMatchObject({
        outcome: { kind: 'sku_quarantined', skuId: 'S', reason: expect.stringContaining('released 2 for order o') },
      });
    }
    expect(store.batches).toHaveLength(batches);
    expect(told()).toHaveLength(1);
    // The line of T comes first. T has not kept what the turn told it.
    expect((await keeper.ask(readSku('T'))).outcome).toMatchObject({ sku: { reserved: 2, version: 2 } });
    expect((await keeper.ask(readOrder('o'))).outcome).toMatchObject({ order: { status: 'pending' } });
    expect((await keeper.ask(place('p', { S: 4 }))).outcome.kind).toBe('order_placed');
    store.tearLine('o', 'S', 1);
    expect((await keeper.ask(cancel('o'))).outcome).toMatchObject({ kind: 'order', order: { status: 'cancelled' } });
    expect(store.skuRows.get('T')).toMatchObject({ reserved: 0, onHand: 5 });
  });

  it('is believed when it was memory that was behind: another keeper had reserved its units', async () => {
    const { keeper: other, store } = await stocked('S');
    const { keeper, told } = restarted(store);
    await keeper.ask(readSku('S'));
    await other.ask(place('o', { S: 2 }));
    expect((await keeper.ask(cancel('o'))).outcome).toMatchObject({ kind: 'order', order: { status: 'cancelled' } });
    expect(store.skuRows.get('S')).toMatchObject({ onHand: 5, reserved: 0, version: 3 });
    expect(told()).toEqual([]);
  });

  it('names the SKU also when there is none', async () => {
    const { keeper: before, store } = await stocked('S');
    await before.ask(place('o', { S: 1 }));
    store.skuRows.delete('S');
    store.ledger.length = 0;
    const { keeper } = restarted(store);
    expect(await keeper.ask(cancel('o'))).toMatchObject({
      outcome: { kind: 'sku_quarantined', skuId: 'S', reason: 'a stored order or cart names it, and it has no row' },
    });
  });
});

describe('overdue orders of a quarantined SKU', () => {
  it('hold up no other, and are asked again later', async () => {
    const { keeper: before, store } = await stocked('S', 'T');
    await before.ask(place('a', { S: 1 }));
    await before.ask(place('b', { T: 1 }));
    const row = tear(store, 'S', { onHand: 6 });
    const { keeper, time } = restarted(store);
    const sweeper = new Sweeper({ keeper, store, clock: () => time.now });
    time.now = AT + 900_000;
    await sweeper.sweep();
    expect(store.orderRows.get('b')).toMatchObject({ status: 'cancelled', cancelReason: 'expired' });
    const loads = store.loads.length;
    for (let i = 0; i < 5; i++) await sweeper.sweep();
    expect(store.loads).toHaveLength(loads);
    store.skuRows.set('S', row);
    time.now += 10_000;
    await sweeper.sweep();
    expect(store.orderRows.get('a')).toMatchObject({ status: 'cancelled' });
    expect(store.skuRows.get('S')).toMatchObject({ reserved: 0, onHand: 5 });
  });
});
