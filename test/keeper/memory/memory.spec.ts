/** What is brought into memory, how, and what is thrown away. */

import { describe, expect, it } from 'vitest';
import { Keeper } from '../../../src/keeper/keeper.ts';
import type { Command } from '../../../src/shop/commands.ts';
import { cancel, create, place, readOrder, readSku } from '../../support/commands.ts';
import { NOTHING_WANTED } from '../../support/nothing.ts';
import { ABORTED, AT, shop } from '../../support/shop.ts';

describe('what is in memory', () => {
  const LINES = 500;

  /** A keeper for few residents, and a cancelled order of 500 lines. */
  async function withLongOrder() {
    const world = shop({ residentsMax: 600 });
    const lines = Object.fromEntries(Array.from({ length: LINES }, (_, at) => [`S${at}`, 1]));
    await Promise.all(Object.keys(lines).map((skuId) => world.keeper.ask(create(skuId, 1000))));
    const ask = (orderId: string, command: Command, key: string | null = null) =>
      world.keeper.ask(command, key === null ? null : { key, fingerprint: orderId });
    await ask('long', place('long', lines));
    await ask('long', cancel('long'));
    return { ...world, ask, lines };
  }

  it('is bounded in bytes where answers under keys are long', async () => {
    const { keeper, ask, store } = await withLongOrder();
    const before = keeper.load.residentBytes;
    const remember = async (from: number, to: number) => {
      for (let at = from; at < to; at++) {
        expect((await ask('long', cancel('long'), `key-${at}`)).outcome.kind).toBe('order');
      }
    };
    await remember(0, 50);
    const [record] = store.keyRows.values();
    // They count with their size, at least a byte for each character.
    expect(keeper.load.residentBytes - before).toBeGreaterThan(50 * (record?.outcome.length ?? Number.NaN));
    await remember(50, 400);
    const stored = [...store.keyRows.values()].reduce((sum, { outcome }) => sum + 2 * outcome.length, 0);
    expect(stored).toBeGreaterThan(2 * 16_000_000);
    expect(keeper.load.residentBytes - before).toBeLessThanOrEqual(16_000_000);
    // A record that has left memory is read again.
    expect((await ask('long', cancel('long'), 'key-0')).replayed).toBe(true);
  });

  it('is bounded in bytes where orders have many lines', async () => {
    const { keeper, ask, lines } = await withLongOrder();
    const before = keeper.load.residentBytes;
    await ask('o', place('o', lines));
    const names = Object.keys(lines).join('').length;
    expect(keeper.load.residentBytes - before).toBeGreaterThan(names);
    for (let at = 0; at < 100; at++) await ask(`o${at}`, place(`o${at}`, lines));
    expect(keeper.load.orders).toBeLessThan(60);
    expect(keeper.load.residentBytes - before).toBeLessThanOrEqual(600 * 5000);
    expect((await ask('o0', readOrder('o0'))).outcome.kind).toBe('order');
  });
});

describe('loads', () => {
  it('asked for in one tick share one SELECT', async () => {
    const { keeper, store } = shop();
    await Promise.all(Array.from({ length: 20 }, (_, i) => keeper.ask(create(`S${i}`, 1))));
    expect(store.loads).toHaveLength(1);
    await keeper.ask(place('o', { S1: 1, S2: 1 }));
    expect(store.loads).toHaveLength(2);
    expect(store.loads[1]).toEqual({ ...NOTHING_WANTED, orders: ['o'] });
  });

  it('are not made of an order whose id was made for it', async () => {
    const { keeper, store } = shop();
    await keeper.ask(create('S', 9));
    let failures = 2;
    store.gate = {
      before: (call) => (call === 'commit' && failures-- > 0 ? ABORTED : undefined),
      after: () => undefined,
    };
    const placed: Command = { ...place('new', { S: 1 }), idIsNew: true };
    expect((await keeper.ask(placed)).outcome.kind).toBe('order_placed');
    expect(store.loads.flatMap(({ orders }) => orders)).toEqual([]);
    expect((await keeper.ask(readOrder('new'))).outcome.kind).toBe('order');
    expect(keeper.load.orders).toBe(1);
  });

  it('that fail are tried again, a bounded number of times', async () => {
    const { keeper, store, seen } = shop({ attemptsMax: 3 });
    let failures = 2;
    store.gate = {
      before: (call) => {
        if (call === 'load' && failures-- > 0) throw new Error('no route to host');
        return undefined;
      },
      after: () => undefined,
    };
    expect((await keeper.ask(create('S', 1))).outcome.kind).toBe('sku_created');
    failures = 1000;
    expect((await keeper.ask(readSku('T'))).outcome).toEqual({ kind: 'unknown_outcome', retryAfterSeconds: 1 });
    expect(seen.filter(({ kind }) => kind === 'load_failed')).toHaveLength(5);
    expect(seen.at(-1)).toMatchObject({ kind: 'gave_up', attempts: 3, command: 'read_sku' });
  });

  it('of ids that do not exist fill no memory', async () => {
    const { keeper } = shop();
    await Promise.all(Array.from({ length: 50 }, (_, i) => keeper.ask(place(`o${i}`, { [`none${i}`]: 1 }))));
    await Promise.all(Array.from({ length: 50 }, (_, i) => keeper.ask(readOrder(`none${i}`))));
    expect(keeper.load).toMatchObject({ commands: 0, skus: 0, orders: 0 });
  });

  it('leave no more residents than allowed', async () => {
    const { keeper, store } = shop({ residentsMax: 10 });
    for (let i = 0; i < 30; i++) await keeper.ask(create(`S${i}`, 9));
    for (let i = 0; i < 30; i++) await keeper.ask(place(`o${i}`, { [`S${i}`]: 1, [`S${29 - i}`]: 1 }));
    expect(keeper.load.skus).toBeLessThanOrEqual(11);
    expect(keeper.load.orders).toBeLessThanOrEqual(11);
    for (let i = 0; i < 30; i++) await Promise.all([keeper.ask(cancel(`o${i}`)), keeper.ask(cancel(`o${i}`))]);
    for (const sku of store.skuRows.values()) expect(sku).toMatchObject({ onHand: 9, reserved: 0, sales: 0 });
  });
});

describe('an order whose SKUs are not in memory', () => {
  it('moves them all the same', async () => {
    const { keeper, store } = shop();
    await keeper.ask(create('S', 3));
    await keeper.ask(place('o', { S: 2 }));
    const later = new Keeper({ store, lists: store, clock: () => AT });
    const answers = await Promise.all([later.ask(cancel('o')), later.ask(cancel('o')), later.ask(cancel('o'))]);
    expect(new Set(answers.map(({ outcome }) => JSON.stringify(outcome))).size).toBe(1);
    expect(store.ledger.map(({ kind }) => kind)).toEqual(['received', 'reserved', 'released']);
  });
});
