/** Which commands are let in, and how the door is closed. */
import { describe, expect, it } from 'vitest';
import { cancel, create, place, readSku } from '../support/commands.ts';
import { ABORTED, hold, isSettled, shop } from '../support/shop.ts';

describe('the door', () => {
  it('refuses one command more than may be in flight, and takes it again afterwards', async () => {
    const { keeper, store } = shop({ commandsMax: 2 });
    await keeper.ask(create('S', 9));
    const { begun, release } = hold(store);
    const taken = [keeper.ask(place('a', { S: 1 })), keeper.ask(place('b', { S: 1 }))];
    await begun;
    expect(await keeper.ask(place('c', { S: 1 }))).toEqual({
      outcome: { kind: 'overloaded', retryAfterSeconds: 1 },
      replayed: false,
    });
    expect(await keeper.readiness()).toEqual({
      ready: false,
      reason: 'as many commands are in flight as there may be',
      retryAfterSeconds: 1,
    });
    release();
    await Promise.all(taken);
    expect(await keeper.readiness()).toEqual({ ready: true });
    expect((await keeper.ask(place('c', { S: 1 }))).outcome.kind).toBe('order_placed');
    expect(store.skuRows.get('S')?.reserved).toBe(3);
  });

  it('is closed to new commands while those taken are answered', async () => {
    const { keeper, store } = shop();
    await keeper.ask(create('S', 9));
    const { begun, release } = hold(store);
    const taken = keeper.ask(place('a', { S: 1 }));
    await begun;
    const closed = keeper.close();
    expect((await keeper.ask(readSku('S'))).outcome.kind).toBe('closing');
    expect(await keeper.readiness()).toEqual({ ready: false, reason: 'the keeper is closing', retryAfterSeconds: 1 });
    expect(await isSettled(closed)).toBe(false);
    release();
    expect((await taken).outcome.kind).toBe('order_placed');
    await closed;
  });

  it('lets go of what the database holds up: each is answered as unknown, once, and closing waits no longer', async () => {
    const { keeper, store, seen } = shop();
    await keeper.ask(create('S', 9));
    const { begun, release } = hold(store);
    const committing = keeper.ask(place('a', { S: 1 }));
    await begun;
    const waiting = [keeper.ask(cancel('a')), keeper.ask(readSku('S'))];
    const closed = keeper.close();
    for (const held of [committing, ...waiting, closed]) expect(await isSettled(held)).toBe(false);

    keeper.giveUp();
    const unknown = { outcome: { kind: 'unknown_outcome', retryAfterSeconds: 1 }, replayed: false };
    expect(await Promise.all([committing, ...waiting])).toEqual([unknown, unknown, unknown]);
    await closed;
    expect((await keeper.ask(readSku('S'))).outcome.kind).toBe('closing');
    expect(keeper.load.commands).toBe(0);

    // The result of the commit concerns nobody any more: nothing is decided again.
    release(ABORTED);
    await isSettled(closed);
    expect(seen.flatMap((seen) => (seen.kind === 'gave_up' ? [[seen.command, seen.attempts]] : []))).toEqual([
      ['place', 1],
      ['cancel', 1],
      ['read_sku', 1],
    ]);
    expect(store.batches).toHaveLength(1);
    expect(keeper.load.commands).toBe(0);
  });

  it('is not ready while the database does not answer', async () => {
    const { keeper, store } = shop();
    store.gate = { before: () => Promise.reject(new Error('down')), after: () => undefined };
    expect(await keeper.readiness()).toEqual({
      ready: false,
      reason: 'the database does not answer',
      retryAfterSeconds: 1,
    });
  });
});
