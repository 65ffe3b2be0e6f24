/** The keeper at its edges, which no single command shows. */
import { describe, expect, it } from 'vitest';
import { Keeper } from '../../src/keeper/keeper.ts';
import { create, place, readSku, receive } from '../support/commands.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { AT, quiet, shop } from '../support/shop.ts';

/** A keeper whose clock can be broken, and that can stand by. */
function aKeeper() {
  const store = new MemoryStore();
  const state = { isClockBroken: false, role: 'owner' as 'owner' | 'standby' };
  const tenure = {
    get role() {
      return state.role;
    },
    certain: () => null,
    writer: () => null,
  };
  const clock = () => {
    if (state.isClockBroken) throw new Error('no time');
    return AT;
  };
  const keeper = new Keeper({ store, lists: store, tenure, clock, alarm: () => () => {}, pause: async () => {} });
  return { store, keeper, state };
}

describe('a bug in the turn of one who waits', () => {
  // Red with: its place kept for ever, and with it the units that it asks for, which those behind it could have.
  it('is told to it, and its place is given up', async () => {
    const { keeper, state } = aKeeper();
    await keeper.ask(create('A', 0));
    const told: string[] = [];
    void keeper.ask({ ...place('o', { A: 2 }), waitSeconds: 30 }).catch((bug: Error) => told.push(bug.message));
    await quiet();
    state.isClockBroken = true;
    keeper.startOver();
    await quiet();
    expect(told).toEqual(['no time']);
    state.isClockBroken = false;
    expect(keeper.load).toMatchObject({ commands: 0, waiting: 0 });
    await keeper.ask(receive('A', 1));
    expect((await keeper.ask(place('p', { A: 1 }))).outcome.kind).toBe('order_placed');
  });
});

describe('a bug in the turn of one who does not wait', () => {
  // Red with: a repeat that joins the request which came to nothing.
  it('leaves nothing under its name: asked again it is decided', async () => {
    const { keeper, state } = aKeeper();
    await keeper.ask(create('A', 1));
    state.isClockBroken = true;
    await expect(keeper.ask(place('o', { A: 1 }))).rejects.toThrow('no time');
    state.isClockBroken = false;
    expect((await keeper.ask(place('o', { A: 1 }))).outcome.kind).toBe('order_placed');
  });
});

describe('a place that is given up', () => {
  // Red with: a SKU that is not in memory treated as if it had no stock.
  it('serves those behind, though its SKU has left memory meanwhile', async () => {
    const { keeper, store } = shop({ residentsMax: 1 });
    for (const id of ['A', 'B']) await keeper.ask(create(id, 0));
    await keeper.ask(receive('A', 1));
    const first = new AbortController();
    void keeper.ask({ ...place('o', { A: 2 }), waitSeconds: 30 }, null, first.signal);
    await quiet();
    const second = keeper.ask({ ...place('p', { A: 1 }), waitSeconds: 30 });
    await quiet();
    await keeper.ask(readSku('B'));
    const loads = store.loads.length;
    first.abort();
    await quiet();
    expect((await second).outcome.kind).toBe('order_placed');
    expect(store.loads.slice(loads).flatMap(({ skus }) => skus)).toEqual(['A']);
  });
});

describe('a keeper that stands by', () => {
  it('takes no command that it would refuse', async () => {
    const { keeper, state } = aKeeper();
    state.role = 'standby';
    const asked = keeper.ask(readSku('A'));
    expect(keeper.load.commands).toBe(0);
    expect(await asked).toEqual({ outcome: { kind: 'standby', retryAfterSeconds: 2 }, replayed: false });
  });
});

describe('a keeper whose database does not answer', () => {
  it('says to come again in as long as it has waited in vain', async () => {
    const { keeper, store, time } = shop();
    store.gate = {
      before: () => {
        time.now += 12_000;
        return Promise.reject(new Error('down'));
      },
      after: () => undefined,
    };
    expect(await keeper.readiness()).toMatchObject({ ready: false, retryAfterSeconds: 12 });
  });
});
