/**
 * Several clients ask for one request that waits for stock, and one of them is sent away before the others. What its
 * refusal rests on hangs, or is lost.
 */
import { describe, expect, it } from 'vitest';
import type { CommitResult } from '../../../src/journal/record.ts';
import { Keeper } from '../../../src/keeper/keeper.ts';
import type { Command } from '../../../src/shop/commands.ts';
import { checkout, create, place, put, readOrder, receive } from '../../support/commands.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { ABORTED, AT, isSettled, quiet } from '../../support/shop.ts';

/**
 * A keeper with a SKU that has no stock, and a cart that wants two units. Alarms, loads and commits are ended by hand.
 */
async function soldOut() {
  const store = new MemoryStore();
  const alarms = new Map<number, () => void>();
  const pauses: (() => void)[] = [];
  let pausesAreHeld = false;
  const keeper = new Keeper({
    store,
    lists: store,
    clock: () => AT,
    pause: () => (pausesAreHeld ? new Promise((resolve) => pauses.push(resolve)) : Promise.resolve()),
    alarm: (ms, ring) => {
      alarms.set(ms, ring);
      return () => alarms.delete(ms);
    },
  });
  await keeper.ask(create('A', 0));
  await keeper.ask(put('c', 'A', 2));
  const told: string[] = [];
  /** Returns how the client hangs up. */
  const begin = async (name: string, command: Command) => {
    const gone = new AbortController();
    void keeper.ask(command, null, gone.signal).then(
      ({ outcome }) => told.push(`${name} ${outcome.kind}`),
      (bug: Error) => told.push(`${name} ${bug.message}`),
    );
    await quiet();
    return async () => {
      gone.abort();
      await quiet();
    };
  };
  const ring = async (seconds: number) => {
    alarms.get(seconds * 1000)?.();
    await quiet();
  };
  const held = { commits: [] as ((result?: CommitResult) => void)[], loads: [] as ((error?: Error) => void)[] };
  /** From here on calls of these kinds wait in `held`. */
  const hold = (...kinds: readonly ('load' | 'commit')[]) => {
    store.gate = {
      before: (call) => {
        if (!kinds.includes(call)) return undefined;
        return new Promise((resolve, reject) => {
          if (call === 'commit') held.commits.push(resolve);
          else held.loads.push((error) => (error === undefined ? resolve(undefined) : reject(error)));
        });
      },
      after: () => undefined,
    };
  };
  const holdPauses = () => {
    pausesAreHeld = true;
    return async () => {
      pausesAreHeld = false;
      for (const resolve of pauses.splice(0)) resolve();
      await quiet();
    };
  };
  return { store, keeper, alarms, told, begin, ring, held, hold, holdPauses };
}

const buys = (orderId: string, waitSeconds: number): Command => checkout('c', orderId, { waitSeconds, idIsNew: true });

describe('one who was sent away, and waits for what its refusal rests on', () => {
  // Red with: a resting client told of the giving up only through its place in the line.
  it.each([
    ['the first', 1, 60, 'first'],
    ['who joined without time', 60, 0, 'joined'],
  ])('hears when the keeper gives up: %s', async (_who, firstSeconds, joinedSeconds, who) => {
    const { keeper, told, begin, ring, hold } = await soldOut();
    await begin('first', { ...place('o', { A: 2 }), waitSeconds: firstSeconds });
    hold('commit');
    if (who === 'first') await begin('joined', { ...place('o', { A: 2 }), waitSeconds: joinedSeconds });
    await begin('receive', receive('A', 1));
    if (who === 'joined') await begin('joined', { ...place('o', { A: 2 }), waitSeconds: joinedSeconds });
    await ring(1);
    expect(told).toEqual([]);
    keeper.giveUp();
    await quiet();
    expect(told).toContain(`${who} unknown_outcome`);
    expect(told).toHaveLength(3);
    expect(await isSettled(keeper.close())).toBe(true);
  });

  // Red with: a request without remaining clients that is asked for again, in a place that it has given up.
  it('asks anew when that is lost and the others are gone meanwhile', async () => {
    const { keeper, told, begin, ring, held, hold, holdPauses } = await soldOut();
    await begin('first', buys('made-1', 1));
    const leave = await begin('second', buys('made-2', 60));
    expect(keeper.waiting.of('A')).toHaveLength(1);
    hold('commit');
    await begin('receive', receive('A', 1));
    await ring(1);
    hold('commit', 'load');
    // The place is awake and reads again what it needs.
    await begin('put', put('c', 'A', 3));
    await leave();
    const goOn = holdPauses();
    held.loads.shift()?.(new Error('no route to host'));
    await quiet();
    held.commits.shift()?.(ABORTED);
    await quiet();
    hold();
    for (const end of held.loads.splice(0)) end();
    for (const end of held.commits.splice(0)) end();
    await quiet();
    await begin('third', buys('made-3', 60));
    await goOn();
    expect(told.filter((words) => /bug|line|nobody/.test(words))).toEqual([]);
    expect(told).toContain('first insufficient_stock');
    await begin('receive', receive('A', 9));
    expect(told).toContain('third order_placed');
    expect(keeper.load).toMatchObject({ commands: 0, waiting: 0 });
  });

  // Red with: its id taken for one that nobody has seen; its time started again.
  it('has no time left then, and an id that others have seen', async () => {
    const { told, alarms, begin, ring, held, hold } = await soldOut();
    await begin('first', buys('made-1', 1));
    const leave = await begin('second', buys('made-2', 60));
    hold('commit');
    await begin('receive', receive('A', 1));
    await ring(1);
    await leave();
    hold('load');
    await begin('read', readOrder('made-1'));
    held.commits.shift()?.(ABORTED);
    await quiet();
    hold();
    for (const end of held.loads.splice(0)) end();
    await quiet();
    expect(told.toSorted()).toEqual([
      'first insufficient_stock',
      'read order_not_found',
      'receive sku',
      'second insufficient_stock',
    ]);
    expect([...alarms.keys()]).toEqual([]);
  });
});
