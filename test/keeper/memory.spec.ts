/** What is brought into memory, how, and what is thrown away. */

import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/keeper/command.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { cancel, create, place, readOrder, readSku } from '../support/commands.ts';
import { NOTHING_WANTED } from '../support/nothing.ts';
import { ABORTED, AT, shop } from '../support/shop.ts';

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
