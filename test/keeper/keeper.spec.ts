import { describe, expect, it } from 'vitest';
import { type CommitResult, KEY_KEPT_MS } from '../../src/journal/record.ts';
import type { Command } from '../../src/keeper/command.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { KeeperLimits } from '../../src/keeper/limits.ts';
import type { Observation } from '../../src/lib/observe.ts';
import { cancel, create, place, readOrder, readSku, receive } from '../support/commands.ts';
import { MemoryStore } from '../support/memory-store.ts';

const AT = 1_700_000_000_000;
const ABORTED: CommitResult = { kind: 'aborted', error: new Error('as planned') };

function shop(limits: Partial<KeeperLimits> = {}) {
  const store = new MemoryStore();
  const seen: Observation[] = [];
  const time = { now: AT };
  const keeper = new Keeper({
    store,
    lists: store,
    limits,
    clock: () => time.now,
    pause: async () => {},
    observe: (observation) => seen.push(observation),
  });
  return { store, keeper, seen, time };
}

/** Holds the next commit until `release`; `begun` resolves when it is there. */
function hold(store: MemoryStore) {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<CommitResult | undefined>();
  store.gate = {
    before: (call) => {
      if (call === 'load') return undefined;
      begun.resolve();
      return released.promise;
    },
    after: () => undefined,
  };
  const release = (result?: CommitResult) => {
    store.gate = { before: () => undefined, after: () => undefined };
    released.resolve(result);
  };
  return { begun: begun.promise, release };
}

/** Whether a promise has settled by now, all that can run having run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.finally(() => {
    settled = true;
  });
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
  return settled;
}

describe('a commit that is held up', () => {
  it('law: holds back every answer that rests on it, and no other', async () => {
    const { keeper, store } = shop();
    for (const command of [create('S', 1), create('T', 5)]) await keeper.ask(command);
    await keeper.ask(readSku('T'));
    const { begun, release } = hold(store);
    const key = { key: 'k', fingerprint: 'f' };
    const success = keeper.ask(place('o', { S: 1 }), key);
    await begun;
    const resting = [
      success,
      keeper.ask(place('o', { S: 1 })),
      keeper.ask(place('o', { S: 1 }), key),
      keeper.ask(place('o', { S: 2 })),
      keeper.ask(place('p', { S: 1 })),
      keeper.ask(readSku('S')),
      keeper.ask(readOrder('o')),
      keeper.ask({ ...create('S', 1) }),
      keeper.ask(readSku('T'), { key: 'k', fingerprint: 'other' }),
    ];
    // The refusal of `p` has had its turn before the cancel gives the unit back.
    for (const answer of resting) expect(await isSettled(answer)).toBe(false);
    resting.push(keeper.ask(cancel('o')));
    const free = [keeper.ask(readSku('T')), keeper.ask(readSku('none')), keeper.ask(readOrder('none'))];
    await Promise.all(free);
    for (const answer of resting) expect(await isSettled(answer)).toBe(false);
    release();
    expect((await Promise.all(resting)).map(({ outcome, replayed }) => [outcome.kind, replayed])).toEqual([
      ['order_placed', false],
      ['order_placed', true],
      ['order_placed', true],
      ['order_id_reused', false],
      ['insufficient_stock', false],
      ['sku', false],
      ['order', false],
      ['sku_exists', false],
      ['idempotency_key_reused', false],
      ['order', false],
    ]);
  });

  it('decides again a refusal that rested on a decision which was then lost', async () => {
    const { keeper, store, seen } = shop();
    await keeper.ask(create('S', 1));
    const { begun, release } = hold(store);
    const lost = keeper.ask(place('o', { S: 1 }));
    await begun;
    const refusal = keeper.ask(place('p', { S: 1 }));
    const read = keeper.ask(readSku('S'));
    release(ABORTED);
    const kinds = (await Promise.all([lost, refusal])).map(({ outcome }) => outcome.kind);
    expect(kinds.sort()).toEqual(['insufficient_stock', 'order_placed']);
    expect((await read).outcome.kind).toBe('sku');
    expect(seen.map(({ kind }) => kind)).toContain('batch_failed');
    expect(store.skuRows.get('S')).toMatchObject({ reserved: 1, version: 2 });
  });
});

/** Commits that each wait until the test says what becomes of them. */
function commitsByHand(store: MemoryStore) {
  const waiting: ((result: CommitResult | undefined) => void)[] = [];
  store.gate = {
    before: (call) => (call === 'load' ? undefined : new Promise((resolve) => waiting.push(resolve))),
    after: () => undefined,
  };
  return async (result?: CommitResult) => {
    while (waiting.length === 0) await new Promise(setImmediate);
    waiting.shift()?.(result);
  };
}

describe('a row that an entry is about to change', () => {
  // Red with: one walk over the queue, which kept an entry whose resident left memory with a later one.
  it('law: is not read back before that entry is settled, when its batch fails', async () => {
    const { keeper, store } = shop();
    await keeper.ask(create('A', 10));
    await keeper.ask(create('B', 0));
    await keeper.ask(readOrder('none'));
    const next = commitsByHand(store);
    const first = keeper.ask(receive('A', 1));
    await isSettled(first);
    const received = keeper.ask(receive('B', 5));
    const across = keeper.ask(place('o', { A: 1, B: 1 }));
    await isSettled(across);
    await next(ABORTED);
    await isSettled(first);
    const read = keeper.ask(readSku('B'));
    while (!(await isSettled(Promise.all([first, received, across, read]))))
      await Promise.race([next(), Promise.all([first, received, across, read])]);
    const acknowledged = (await received).outcome;
    expect(acknowledged).toMatchObject({ kind: 'sku' });
    store.gate = { before: () => undefined, after: () => undefined };
    expect((await keeper.ask(readSku('B'))).outcome).toMatchObject({ sku: { onHand: 5 } });
    expect(store.skuRows.get('B')).toMatchObject({ onHand: 5 });
  });

  // Red with: residents that a bug threw away read at once, while their entries were being committed.
  it('law: is not read back before that entry is settled, when a bug threw its owner away', async () => {
    const { keeper, store } = shop();
    await keeper.ask(create('B', 10));
    await keeper.ask(create('X', 10));
    await keeper.ask(place('o', { B: 1, X: 1 }));
    const corrupt = store.skuRows.get('X');
    if (corrupt === undefined) throw new Error('X was stored');
    store.skuRows.set('X', { ...corrupt, reserved: 0, sales: 0 });
    const later = new Keeper({ store, lists: store, clock: () => AT });
    await later.ask(readSku('B'));
    await later.ask(readOrder('o'));
    await later.ask(readSku('X'));
    const next = commitsByHand(store);
    const received = later.ask(receive('B', 5));
    expect(await isSettled(received)).toBe(false);
    await expect(later.ask(cancel('o'))).rejects.toThrow('makes a counter of X negative');
    const read = later.ask(readSku('B'));
    expect(await isSettled(read)).toBe(false);
    await next();
    expect((await received).outcome).toMatchObject({ sku: { onHand: 15 } });
    expect((await read).outcome).toMatchObject({ sku: { onHand: 15 } });
  });
});

describe('loads', () => {
  it('asked for in one tick share one SELECT', async () => {
    const { keeper, store } = shop();
    await Promise.all(Array.from({ length: 20 }, (_, i) => keeper.ask(create(`S${i}`, 1))));
    expect(store.loads).toHaveLength(1);
    await keeper.ask(place('o', { S1: 1, S2: 1 }));
    expect(store.loads).toHaveLength(2);
    expect(store.loads[1]).toEqual({ skus: [], orders: ['o'], keys: [] });
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
    expect(keeper.load).toEqual({ commands: 0, skus: 0, orders: 0 });
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

describe('an idempotency key', () => {
  const key = (fingerprint: string) => ({ key: 'k', fingerprint });

  it('law: gives the first answer again, whatever happened since, also to another keeper', async () => {
    const { keeper, store } = shop();
    await keeper.ask(create('S', 3));
    const [first, joined] = await Promise.all([
      keeper.ask(receive('S', 2), key('f')),
      keeper.ask(receive('S', 2), key('f')),
    ]);
    await keeper.ask(receive('S', 7));
    const again = await keeper.ask(receive('S', 2), key('f'));
    const elsewhere = await new Keeper({ store, lists: store, clock: () => AT }).ask(receive('S', 2), key('f'));
    for (const repeat of [joined, again, elsewhere]) expect(repeat).toEqual({ outcome: first.outcome, replayed: true });
    expect(store.skuRows.get('S')?.onHand).toBe(12);
    expect((await keeper.ask(receive('S', 3), key('g'))).outcome).toEqual({ kind: 'idempotency_key_reused', key: 'k' });
  });

  it('remembers refusals, but not those for lack of stock', async () => {
    const { keeper } = shop();
    await keeper.ask(create('S', 1));
    expect((await keeper.ask(place('o', { S: 2 }), key('f'))).outcome.kind).toBe('insufficient_stock');
    await keeper.ask(receive('S', 1));
    expect(await keeper.ask(place('o', { S: 2 }), key('f'))).toMatchObject({
      outcome: { kind: 'order_placed' },
      replayed: false,
    });
    const refused = { key: 'r', fingerprint: 'f' };
    expect((await keeper.ask({ kind: 'ship', orderId: 'o' }, refused)).outcome.kind).toBe('order_not_confirmed');
    await keeper.ask({ kind: 'confirm', orderId: 'o' });
    expect(await keeper.ask({ kind: 'ship', orderId: 'o' }, refused)).toMatchObject({
      outcome: { kind: 'order_not_confirmed' },
      replayed: true,
    });
  });

  it('is decided afresh after 24 hours', async () => {
    const { keeper, store, time } = shop();
    await keeper.ask(create('S', 1));
    await keeper.ask(receive('S', 1), key('f'));
    time.now += KEY_KEPT_MS - 1;
    expect((await keeper.ask(receive('S', 1), key('f'))).replayed).toBe(true);
    time.now += 1;
    expect((await keeper.ask(receive('S', 1), key('other'))).replayed).toBe(false);
    expect(store.keyRows.get('k')).toMatchObject({ fingerprint: 'other', at: time.now });
    expect((await keeper.ask(receive('S', 1), key('other'))).replayed).toBe(true);
  });

  it('is recorded in the same transaction as its effect', async () => {
    const { keeper, store } = shop();
    await keeper.ask(create('S', 1), key('f'));
    expect(store.batches).toHaveLength(1);
    expect(store.batches[0]?.[0]).toMatchObject({ skus: [{ basis: null }], key: { key: 'k' } });
  });
});

describe('an entry that can never be committed', () => {
  it('is answered as unknown, and its neighbours succeed', async () => {
    const { keeper, store, seen } = shop();
    store.check = (batch) => {
      if (batch.some((facts) => facts.skus.some(({ sku }) => sku.id === 'poison'))) throw new Error('skus_name_check');
    };
    const answers = await Promise.all(['a', 'b', 'poison', 'c', 'd'].map((id) => keeper.ask(create(id, 1))));
    expect(answers.map(({ outcome }) => outcome.kind)).toEqual([
      'sku_created',
      'sku_created',
      'unknown_outcome',
      'sku_created',
      'sku_created',
    ]);
    expect(seen.filter(({ kind }) => kind === 'batch_failed').length).toBeGreaterThan(2);
    expect((await keeper.ask(readSku('poison'))).outcome.kind).toBe('sku_not_found');
  });
});

describe('a row changed by another writer', () => {
  it('law: is noticed at commit, read again and decided on anew', async () => {
    const { keeper, store, seen } = shop();
    await keeper.ask(create('S', 5));
    await keeper.ask(create('T', 5));
    const row = store.skuRows.get('S');
    if (row !== undefined) store.skuRows.set('S', { ...row, onHand: 1, version: 2 });
    const answers = await Promise.all([
      keeper.ask(place('o', { S: 2, T: 1 })),
      keeper.ask(place('p', { T: 1 })),
      keeper.ask(place('q', { S: 1 })),
    ]);
    expect(answers.map(({ outcome }) => outcome.kind)).toEqual(['insufficient_stock', 'order_placed', 'order_placed']);
    expect(answers[0]?.outcome).toMatchObject({ shortages: [{ skuId: 'S', requested: 2 }] });
    expect(store.skuRows.get('S')).toMatchObject({ onHand: 1, reserved: 1, version: 3 });
    expect(store.skuRows.get('T')).toMatchObject({ reserved: 1 });
    expect(seen).toContainEqual(expect.objectContaining({ kind: 'batch_failed', result: 'lost' }));
  });
});

describe('a commit whose outcome is unknown', () => {
  it('is answered so, and asking again with the same id tells the truth', async () => {
    const { keeper, store } = shop();
    await keeper.ask(create('S', 1));
    store.gate = {
      before: () => undefined,
      after: (call) => (call === 'commit' ? { kind: 'unknown', error: new Error('wire') } : undefined),
    };
    expect((await keeper.ask(place('o', { S: 1 }))).outcome.kind).toBe('unknown_outcome');
    store.gate = { before: () => undefined, after: () => undefined };
    expect(await keeper.ask(place('o', { S: 1 }))).toMatchObject({ outcome: { kind: 'order_placed' }, replayed: true });
    expect(store.skuRows.get('S')).toMatchObject({ reserved: 1, version: 2 });
  });
});

describe('the door', () => {
  it('refuses one command more than the waiting line holds, and takes it again afterwards', async () => {
    const { keeper, store } = shop({ commandsMax: 2 });
    await keeper.ask(create('S', 9));
    const { begun, release } = hold(store);
    const taken = [keeper.ask(place('a', { S: 1 })), keeper.ask(place('b', { S: 1 }))];
    await begun;
    expect(await keeper.ask(place('c', { S: 1 }))).toEqual({
      outcome: { kind: 'overloaded', retryAfterSeconds: 1 },
      replayed: false,
    });
    expect(await keeper.readiness()).toEqual({ ready: false, reason: 'the waiting line is full' });
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
    expect(await keeper.readiness()).toEqual({ ready: false, reason: 'the keeper is closing' });
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

    // What becomes of the commit is nobody's any more: nothing is decided again.
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
    expect(await keeper.readiness()).toEqual({ ready: false, reason: 'the database does not answer' });
  });
});

describe('memory that a rule found corrupt', () => {
  it('is thrown away: the command fails as a bug and the next one reads again', async () => {
    const { keeper, store } = shop();
    await keeper.ask(create('S', 2));
    await keeper.ask(place('o', { S: 2 }));
    const row = store.skuRows.get('S');
    if (row === undefined) throw new Error('S was stored');
    store.skuRows.set('S', { ...row, reserved: 1, sales: 1 });
    const later = new Keeper({ store, lists: store, clock: () => AT });
    await expect(later.ask(cancel('o'))).rejects.toThrow('makes a counter of S negative');
    expect(store.orderRows.get('o')?.status).toBe('pending');
    store.skuRows.set('S', row);
    expect((await later.ask(cancel('o'))).outcome.kind).toBe('order');
    expect(store.skuRows.get('S')).toMatchObject({ reserved: 0, onHand: 2 });
  });
});
