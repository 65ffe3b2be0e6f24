/** Waiting for stock while something else happens to its order id, to the cart that it buys, or to the keeper. */
import { describe, expect, it } from 'vitest';
import { Keeper } from '../../../src/keeper/keeper.ts';
import type { KeeperLimits } from '../../../src/keeper/limits.ts';
import type { Command } from '../../../src/shop/commands.ts';
import { checkout, create, place, put, readOrder, receive } from '../../support/commands.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { AT, commitsByHand, quiet, release } from '../../support/shop.ts';

/** SKUs A and B without stock, and clients that wait until an alarm is rung by hand. */
async function soldOut(limits: Partial<KeeperLimits> = {}) {
  const store = new MemoryStore();
  const alarms = new Set<() => void>();
  const keeper = new Keeper({
    store,
    lists: store,
    limits,
    clock: () => AT,
    pause: async () => {},
    alarm: (_ms, ring) => {
      alarms.add(ring);
      return () => alarms.delete(ring);
    },
  });
  for (const id of ['A', 'B']) await keeper.ask(create(id, 0));
  const answers: string[] = [];
  /** The answer goes to `answers`. */
  const begin = async (name: string, command: Command, key: string | null = null) => {
    const idempotency = key === null ? null : { key, fingerprint: 'f' };
    void keeper.ask(command, idempotency).then(
      ({ outcome }) => answers.push(`${name} ${outcome.kind}`),
      (bug: Error) => answers.push(`${name} ${bug.message}`),
    );
    await quiet();
  };
  const ask = async (command: Command): Promise<string> => {
    const { outcome } = await keeper.ask(command);
    await quiet();
    return outcome.kind;
  };
  return { store, keeper, alarms, answers, begin, ask };
}

const waiting = { waitSeconds: 30 };

describe('a placement under an id that was made for it, and that the line shows to all', () => {
  it('is served while somebody asks for the order', async () => {
    const { begin, keeper, answers, store } = await soldOut();
    await begin('o', { ...place('made', { A: 1 }), ...waiting, idIsNew: true });
    const go = Promise.withResolvers<undefined>();
    store.gate = { before: (call) => (call === 'load' ? go.promise : undefined), after: () => undefined };
    const read = keeper.ask(readOrder('made'));
    await quiet();
    await begin('received', receive('A', 1));
    go.resolve(undefined);
    release(store);
    await read;
    await quiet();
    expect(answers).toContain('o order_placed');
  });

  it('leaves it to nobody else, and does not lose by who tries', async () => {
    const { begin, ask, answers } = await soldOut({ residentsMax: 1 });
    await begin('o', { ...place('made', { A: 1 }), ...waiting, idIsNew: true });
    await ask(receive('B', 1));
    expect(await ask(place('made', { B: 1 }))).toBe('order_id_reused');
    expect(answers).toEqual([]);
    await ask(receive('A', 1));
    expect(answers).toEqual(['o order_placed']);
  });
});

describe('a checkout that waits, and whose cart is changed', () => {
  it('is told at once when nothing of it is left to be bought', async () => {
    const { begin, ask, answers } = await soldOut();
    await ask(put('c', 'A', 5));
    await begin('bought', { ...checkout('c', 'o'), ...waiting });
    await ask({ kind: 'remove_line', cartId: 'c', skuId: 'A' });
    expect(answers).toEqual(['bought nothing_selected']);
  });

  it('is served at once when there is enough for what is left of it', async () => {
    const { begin, ask, answers } = await soldOut();
    await ask(receive('B', 1));
    await ask(put('c', 'A', 5));
    await ask(put('c', 'B', 1));
    await begin('bought', { ...checkout('c', 'o'), ...waiting });
    await ask(put('c', 'A', 5, false));
    expect(answers).toEqual(['bought order_placed']);
  });

  it('keeps no more from those behind than it still asks for', async () => {
    const { begin, ask, answers } = await soldOut();
    await ask(receive('A', 3));
    await ask(put('c', 'A', 3));
    await ask(put('c', 'B', 1));
    await begin('bought', { ...checkout('c', 'o'), ...waiting });
    await begin('behind', { ...place('behind', { A: 1 }), ...waiting });
    expect(answers).toEqual([]);
    await ask(put('c', 'A', 2));
    expect(answers).toEqual(['behind order_placed']);
  });

  // Red with: a request served without telling those behind it that it did not buy all it had asked for.
  it('and that is served with less leaves the rest to those behind', async () => {
    const { begin, ask, answers } = await soldOut();
    await ask(receive('A', 1));
    await ask(receive('B', 1));
    await ask(put('c', 'A', 3));
    await ask(put('c', 'B', 1));
    await begin('bought', { ...checkout('c', 'o'), ...waiting });
    await begin('behind', { ...place('behind', { A: 1 }), ...waiting });
    await ask(put('c', 'A', 3, false));
    expect(answers).toEqual(['bought order_placed', 'behind order_placed']);
  });

  it('asked for twice keeps nothing from those behind once the cart is bought', async () => {
    const { begin, ask, answers } = await soldOut();
    await ask(put('c', 'A', 2));
    await begin('first', { ...checkout('c', '1'), ...waiting });
    await begin('second', { ...checkout('c', '2'), ...waiting });
    await begin('behind', { ...place('behind', { A: 1 }), ...waiting });
    await ask(receive('A', 2));
    expect(answers).toEqual(['first order_placed', 'second nothing_selected']);
    await ask(receive('A', 1));
    expect(answers.at(-1)).toBe('behind order_placed');
  });
});

describe('a placement that is served and not durable yet', () => {
  // Red with: its turn not told to the line.
  it('keeps no more from those who come than it took', async () => {
    const { keeper, begin, answers, store } = await soldOut();
    await begin('first', { ...place('first', { A: 1 }), ...waiting });
    const next = commitsByHand(store);
    await begin('received', receive('A', 2));
    await next();
    await begin('newcomer', place('newcomer', { A: 1 }));
    release(store);
    await next();
    await keeper.close();
    expect(answers).toEqual(['received sku', 'first order_placed', 'newcomer order_placed']);
  });
});

describe('a placement whose client is gone before its turn', () => {
  const gone = AbortSignal.abort();

  it('is carried out when it need not wait, like any other command', async () => {
    const { keeper, ask } = await soldOut();
    await ask(receive('A', 1));
    const { outcome } = await keeper.ask({ ...place('o', { A: 1 }), ...waiting }, null, gone);
    expect(outcome.kind).toBe('order_placed');
  });

  it('takes no place in the line', async () => {
    const { keeper } = await soldOut();
    const { outcome } = await keeper.ask({ ...place('o', { A: 1 }), ...waiting }, null, gone);
    expect(outcome.kind).toBe('insufficient_stock');
    expect(keeper.load.waiting).toBe(0);
  });
});

describe('a keeper that closes', () => {
  it('has answered those who wait when it is closed', async () => {
    const { begin, keeper, answers } = await soldOut();
    await begin('o', { ...place('o', { A: 1 }), ...waiting });
    await keeper.close();
    expect(answers).toEqual(['o closing']);
  });
});

describe('time that is up in the breath in which stock comes and goes', () => {
  it('is up', async () => {
    const { begin, keeper, alarms, answers } = await soldOut();
    await begin('o', { ...place('o', { A: 1 }), ...waiting });
    keeper.startOver();
    for (const ring of [...alarms]) ring();
    await quiet();
    expect(answers).toEqual(['o insufficient_stock']);
  });
});
