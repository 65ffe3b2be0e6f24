/**
 * How the sweeper walks: in pages, past rows that it could not sweep, and how often it looks for each kind. The keeper
 * and the store are doubles.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DueOrder, IdleCart } from '../../src/journal/record.ts';
import { Sweeper } from '../../src/keeper/sweeper.ts';
import type { Observation } from '../../src/lib/observe.ts';
import type { Command } from '../../src/shop/commands.ts';
import { KEY_KEPT_MS } from '../../src/shop/idempotency.ts';
import type { Answer, Outcome } from '../../src/shop/outcome.ts';
import { anOrder } from '../shop/orders/examples.ts';
import { AT, isSettled, quiet } from '../support/shop.ts';

const PAGE = 500;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const IDLE_MS = 7000;

/** This many orders are due and carts idle, by number. `answers` has the answer to one of them; the others are done. */
function world({ orders = 0, carts = 0, keys = 0, cartIdleMs = IDLE_MS as number | null } = {}) {
  const time = { now: AT };
  const left = { orders, carts, keys };
  const seen: Observation[] = [];
  const asked: string[] = [];
  const reads: string[] = [];
  const answers = new Map<string, () => Promise<Outcome> | Outcome>();
  const gate = { due: async () => {} };
  const ask = async (command: Command): Promise<Answer> => {
    const id =
      command.kind === 'expire' ? command.orderId : 'cartId' in command ? command.cartId : expect.unreachable();
    asked.push(command.kind === 'sweep_cart' ? `${id} ${command.idleMs}` : id);
    const done: Outcome = command.kind === 'expire' ? CANCELLED : { kind: 'cart_swept', cartId: id };
    return { outcome: (await answers.get(id)?.()) ?? done, replayed: false };
  };
  /** The page after `after`. The time of a row is its number. */
  const page = (kind: string, count: number, from: number) =>
    Array.from({ length: Math.min(PAGE, count - from) }, (_, i) => ({ id: `${kind}${from + i}`, nth: from + i }));
  const store = {
    due: async (now: number, after: DueOrder | null, limit: number) => {
      reads.push(`due ${now - AT} ${after?.id ?? ''} ${limit}`);
      await gate.due();
      const from = after === null ? 0 : after.expiresAt + 1;
      return page('o', left.orders, from).map(({ id, nth }): DueOrder => ({ id, expiresAt: nth }));
    },
    idleCarts: async (before: number, after: IdleCart | null, limit: number) => {
      reads.push(`carts ${before - AT} ${after?.id ?? ''} ${limit}`);
      const from = after === null ? 0 : after.updatedAt + 1;
      return page('c', left.carts, from).map(({ id, nth }): IdleCart => ({ id, updatedAt: nth }));
    },
    forgetKeys: async (before: number, limit: number) => {
      reads.push(`keys ${before - AT} ${limit}`);
      const forgotten = Math.min(left.keys, limit);
      left.keys -= forgotten;
      return forgotten;
    },
  };
  const sweeper = new Sweeper({
    keeper: { ask, role: 'owner' },
    store,
    ...(cartIdleMs !== null && { cartIdleMs }),
    clock: () => time.now,
    observe: (observation) => seen.push(observation),
  });
  const sweep = async () => {
    for (const list of [asked, reads, seen]) list.splice(0);
    await sweeper.sweep();
  };
  return { sweeper, sweep, time, left, seen, asked, reads, answers, gate };
}

const CANCELLED: Outcome = { kind: 'order', order: anOrder({ status: 'cancelled' }) };
const PENDING: Outcome = { kind: 'order', order: anOrder({ status: 'pending' }) };
const sku: Outcome = { kind: 'sku_quarantined', skuId: 'S', reason: 'r', retryAfterSeconds: 60 };
const order: Outcome = { kind: 'order_quarantined', orderId: 'o', reason: 'r', retryAfterSeconds: 60 };
const due = (reads: readonly string[]) => reads.filter((read) => read.startsWith('due'));

afterEach(() => {
  vi.useRealTimers();
});

describe('a walk over overdue orders', () => {
  it.each([
    [0, ['due 0  500']],
    [499, ['due 0  500']],
    [500, ['due 0  500', 'due 0 o499 500']],
    [1100, ['due 0  500', 'due 0 o499 500', 'due 0 o999 500']],
  ])('of %d asks for each once, page by page', async (orders, pages) => {
    const { sweep, asked, reads, seen } = world({ orders });
    await sweep();
    expect(asked).toEqual(Array.from({ length: orders }, (_, n) => `o${n}`));
    expect(due(reads)).toEqual(pages);
    expect(seen).toEqual(orders === 0 ? [] : [{ kind: 'orders_expired', orders }]);
  });

  it('goes on behind those that it cannot expire, says why, and counts those that are cancelled', async () => {
    const { sweep, asked, seen, answers } = world({ orders: 502 });
    answers.set('o0', () => PENDING);
    answers.set('o1', () => ({ kind: 'overloaded', retryAfterSeconds: 1 }));
    answers.set('o498', () => Promise.reject(new Error('bug')));
    answers.set('o499', () => Promise.reject('no error'));
    await sweep();
    expect(asked).toHaveLength(502);
    expect(seen).toEqual([
      { kind: 'sweep_failed', error: new Error('bug') },
      { kind: 'sweep_failed', error: new Error('no error') },
      { kind: 'orders_expired', orders: 498 },
    ]);
  });

  it('asks again in ten seconds who is quarantined, or has a SKU that is, and others at once; also when the clock is set back', async () => {
    const { sweep, asked, answers, time, seen } = world({ orders: 3 });
    answers.set('o0', () => sku);
    answers.set('o1', () => order);
    await sweep();
    expect(asked).toEqual(['o0', 'o1', 'o2']);
    time.now += 10 * SECOND - 1;
    await sweep();
    expect([asked, seen]).toEqual([['o2'], [{ kind: 'orders_expired', orders: 1 }]]);
    time.now += 1;
    await sweep();
    expect(asked).toEqual(['o0', 'o1', 'o2']);
    time.now -= 10 * SECOND;
    await sweep();
    expect(asked).toEqual(['o0', 'o1', 'o2']);
  });

  it('remembers no more than ten thousand of these', async () => {
    const { sweep, asked, answers } = world({ orders: 10_002 });
    for (let n = 0; n < 10_002; n++) answers.set(`o${n}`, () => order);
    await sweep();
    await sweep();
    expect(asked).toEqual(['o10000', 'o10001']);
  });

  it('tells of a database that fails, in its own words', async () => {
    const { sweep, seen, gate } = world();
    gate.due = () => Promise.reject('down');
    await sweep();
    expect(seen).toEqual([{ kind: 'sweep_failed', error: new Error('down') }]);
  });
});

describe('what is old', () => {
  const old = (reads: readonly string[]) => reads.filter((read) => !read.startsWith('due'));

  it('is looked for once a minute, of the ages that it is kept for; also when the clock is set back', async () => {
    const { sweep, reads, time, asked, seen } = world({ carts: 2, keys: 3 });
    const all = (at: number) => [`carts ${at - IDLE_MS}  500`, `keys ${at - KEY_KEPT_MS} 500`];
    await sweep();
    expect([old(reads), asked]).toEqual([all(0), [`c0 ${IDLE_MS}`, `c1 ${IDLE_MS}`]]);
    expect(seen).toEqual([{ kind: 'carts_swept', carts: 2 }]);
    time.now += MINUTE - 1;
    await sweep();
    expect(old(reads)).toEqual([]);
    time.now += 1;
    await sweep();
    expect(old(reads)).toEqual(all(MINUTE));
    time.now -= MINUTE;
    await sweep();
    expect(old(reads)).toEqual(all(0));
  });

  it('is carts that nobody has changed for 30 days, unless told otherwise', async () => {
    const { sweep, reads } = world({ cartIdleMs: null });
    await sweep();
    expect(old(reads)[0]).toBe(`carts -${30 * 24 * 60 * MINUTE}  500`);
  });

  it('is looked for again in the next sweep where there is more of it: carts behind the last, then from the first', async () => {
    const { sweep, reads, answers, seen, left } = world({ carts: 501 });
    answers.set('c0', () => ({ kind: 'cart_kept', cartId: 'c0' }));
    answers.set('c499', () => Promise.reject(new Error('bug')));
    await sweep();
    expect(seen).toEqual([
      { kind: 'sweep_failed', error: new Error('bug') },
      { kind: 'carts_swept', carts: 498 },
    ]);
    await sweep();
    expect(old(reads)[0]).toBe(`carts -${IDLE_MS} c499 500`);
    expect(seen).toEqual([{ kind: 'carts_swept', carts: 1 }]);
    await sweep();
    expect(old(reads)).toEqual([]);
    left.carts = 0;
  });

  it('is looked for from the first again a minute later, and nothing is told when there is nothing', async () => {
    const { sweep, reads, time, left, seen } = world({ carts: 501 });
    for (let sweeps = 0; sweeps < 2; sweeps++) await sweep();
    time.now += MINUTE;
    left.carts = 0;
    await sweep();
    expect([old(reads)[0], seen]).toEqual([`carts ${MINUTE - IDLE_MS}  500`, []]);
  });

  it.each<[keys: number, sweepsThatLook: number]>([
    [499, 1],
    [500, 2],
    [1200, 3],
  ])('of %d keys is forgotten a page in a sweep', async (keys, sweepsThatLook) => {
    const { sweep, reads } = world({ keys });
    let looks = 0;
    for (let sweeps = 0; sweeps < 5; sweeps++) {
      await sweep();
      looks += old(reads).length / 2;
    }
    expect(looks).toBe(sweepsThatLook);
  });
});

describe('a sweeper that is stopped', () => {
  it('ends behind the page that it is at, and is stopped then', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { sweeper, gate, reads, asked } = world({ orders: 1100 });
    const held = Promise.withResolvers<void>();
    gate.due = () => held.promise;
    sweeper.start();
    vi.advanceTimersByTime(199);
    expect(reads).toEqual([]);
    vi.advanceTimersByTime(1);
    const stopped = sweeper.stop();
    expect(await isSettled(stopped)).toBe(false);
    held.resolve();
    await stopped;
    expect([due(reads).length, asked.length]).toEqual([1, 500]);
    vi.advanceTimersByTime(MINUTE);
    await quiet();
    expect(due(reads)).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('while it rests sweeps no more, nor when it is started again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { sweeper, reads } = world();
    await sweeper.stop();
    sweeper.start();
    expect(vi.getTimerCount()).toBe(0);
    const other = world();
    other.sweeper.start();
    await other.sweeper.stop();
    vi.advanceTimersByTime(MINUTE);
    expect([reads, other.reads, vi.getTimerCount()]).toEqual([[], [], 0]);
  });
});
