/** What an answer rests on, what is remembered of it, and what is let in at a full door. */
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/shop/commands.ts';
import { cancel, create, place, readSku, receive } from '../support/commands.ts';
import { ABORTED, commitsByHand, quiet, shop } from '../support/shop.ts';

describe('an answer that is remembered under a key', () => {
  // Red with: an entry that rests only on what it wrote. The answer would then record a cancel that never happened.
  it('law: is lost with the decision that it saw', async () => {
    const { keeper, store } = shop();
    await keeper.ask(create('S', 1));
    await keeper.ask(place('o', { S: 1 }));
    const next = commitsByHand(store);
    const cancelled = keeper.ask({ ...cancel('o'), reason: 'first' } as Command);
    await quiet();
    const again = keeper.ask({ ...cancel('o'), reason: 'again' } as Command, { key: 'k', fingerprint: 'f' });
    await quiet();
    await next({ kind: 'unknown', error: new Error('wire') });
    expect((await cancelled).outcome.kind).toBe('unknown_outcome');
    await next();
    expect(await again).toMatchObject({ outcome: { kind: 'order', order: { status: 'cancelled' } } });
    expect(store.ledger.findLast(({ kind }) => kind === 'released')?.reason).toBe('again');
    expect(store.keyRows.get('k')?.outcome).toContain('"cancelled"');
  });
});

describe('a door that is full', () => {
  it('lets the sweeper pass, which gives stock back', async () => {
    const { keeper, store } = shop({ commandsMax: 1 });
    await keeper.ask(create('S', 1));
    await keeper.ask(place('o', { S: 1 }));
    const next = commitsByHand(store);
    const taken = keeper.ask(receive('S', 1));
    await quiet();
    expect((await keeper.ask(readSku('S'))).outcome.kind).toBe('overloaded');
    const expired = keeper.ask({ kind: 'expire', orderId: 'o' });
    await next();
    await taken;
    expect((await expired).outcome.kind).toBe('order');
  });
});

describe('orders of many lines', () => {
  it('are refused beyond the lines that may be in flight, and taken again afterwards', async () => {
    const { keeper, store } = shop({ linesMax: 5 });
    for (const id of ['A', 'B', 'C']) await keeper.ask(create(id, 9));
    const next = commitsByHand(store);
    const taken = keeper.ask(place('o', { A: 1, B: 1, C: 1 }));
    await quiet();
    expect((await keeper.ask(place('p', { A: 1, B: 1, C: 1 }))).outcome.kind).toBe('overloaded');
    const small = keeper.ask(place('q', { A: 1, B: 1 }));
    await next();
    await next();
    expect((await taken).outcome.kind).toBe('order_placed');
    expect((await small).outcome.kind).toBe('order_placed');
    const again = keeper.ask(place('p', { A: 1, B: 1, C: 1 }));
    await next();
    expect((await again).outcome.kind).toBe('order_placed');
  });
});

describe('many ids at once', () => {
  it('are read a bounded number at a time', async () => {
    const { keeper, store } = shop({ loadIdsMax: 7 });
    await Promise.all(Array.from({ length: 20 }, (_, i) => keeper.ask(readSku(`none${i}`))));
    expect(store.loads.map(({ skus }) => skus.length)).toEqual([7, 7, 6]);
  });
});

describe('an entry that is refused for its data when it is alone', () => {
  it('is given up at once: it is not decided a fourth time', async () => {
    const { keeper, store } = shop();
    let tries = 0;
    store.check = () => {
      tries++;
      throw new Error('skus_name_check');
    };
    expect((await keeper.ask(create('poison', 1))).outcome.kind).toBe('unknown_outcome');
    expect(tries).toBe(3);
  });

  it('is decided again when it was only the moment', async () => {
    const { keeper, store } = shop({ attemptsMax: 6 });
    let tries = 0;
    store.gate = { before: (call) => (call === 'commit' && ++tries < 6 ? ABORTED : undefined), after: () => undefined };
    expect((await keeper.ask(create('S', 1))).outcome.kind).toBe('sku_created');
    expect(tries).toBe(6);
  });
});
