/**
 * Answers and the commits that they rest on: a commit is held up, fails, is unknown, or is overwritten by another
 * process.
 */
import { describe, expect, it } from 'vitest';
import { Keeper } from '../../src/keeper/keeper.ts';
import { cancel, create, place, readOrder, readSku, receive } from '../support/commands.ts';
import { ABORTED, AT, commitsByHand, hold, isSettled, release, shop } from '../support/shop.ts';

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
    // The refusal of `p` has its turn before the cancel gives the unit back.
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

describe('a row that an entry is about to change', () => {
  // Red with: a single walk over the queue, which kept an entry although a later entry's resident left memory.
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
    release(store);
    expect((await keeper.ask(readSku('B'))).outcome).toMatchObject({ sku: { onHand: 5 } });
    expect(store.skuRows.get('B')).toMatchObject({ onHand: 5 });
  });

  // Red with: residents that a bug threw away read again at once, while their entries were being committed.
  it('law: is not read back before that entry is settled, when a contradiction threw its owner away', async () => {
    const { keeper, store } = shop();
    await keeper.ask(create('B', 10));
    await keeper.ask(create('X', 10));
    await keeper.ask(place('o', { B: 1, X: 1 }));
    store.tearLine('o', 'X', 5);
    const later = new Keeper({ store, lists: store, clock: () => AT });
    await later.ask(readSku('B'));
    await later.ask(readOrder('o'));
    await later.ask(readSku('X'));
    const next = commitsByHand(store);
    const received = later.ask(receive('B', 5));
    expect(await isSettled(received)).toBe(false);
    // It looks twice. The second look waits for the entry of B.
    const cancelled = later.ask(cancel('o'));
    const read = later.ask(readSku('B'));
    expect(await isSettled(read)).toBe(false);
    await next();
    expect((await received).outcome).toMatchObject({ sku: { onHand: 15 } });
    expect((await read).outcome).toMatchObject({ sku: { onHand: 15 } });
    expect((await cancelled).outcome).toMatchObject({ kind: 'sku_quarantined', skuId: 'X' });
  });
});

describe('an entry that can never be committed', () => {
  it('is answered as unknown, and its neighbours succeed', async () => {
    const { keeper, store, seen } = shop();
    store.check = (batch) => {
      if (batch.some((facts) => facts.skus.some(({ id }) => id === 'poison'))) throw new Error('skus_name_check');
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

  // Red with: losing a place behind other entries counted as an attempt.
  it('makes nobody give up who stands behind many of it, one after another', async () => {
    const { store, keeper } = shop();
    await keeper.ask(create('A', 100));
    store.check = (batch) => {
      if (batch.some(({ orders }) => orders.some(({ id }) => id.startsWith('poison')))) throw new Error('orders_check');
    };
    const ids = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? `poison-${i}` : `order-${i}`));
    const kinds = await Promise.all(ids.map(async (id) => [id, (await keeper.ask(place(id, { A: 1 }))).outcome.kind]));
    for (const [id, kind] of kinds)
      expect([id, kind]).toEqual([id, id?.startsWith('poison') ? 'unknown_outcome' : 'order_placed']);
    expect(store.skuRows.get('A')?.reserved).toBe(20);
  });
});

describe('a row changed by another writer', () => {
  it('law: is noticed at commit, read again and decided on anew', async () => {
    const { keeper, store, seen } = shop();
    await keeper.ask(create('S', 5));
    await keeper.ask(create('T', 5));
    const row = store.skuRows.get('S');
    const [received] = store.ledger;
    if (row === undefined || received === undefined) throw new Error('S was stored');
    store.skuRows.set('S', { ...row, onHand: 1, version: 2 });
    store.ledger.push({ ...received, version: 2, kind: 'adjusted', quantity: -4, onHand: 1 });
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

  // Red with: everything that was found wrong a second time believed, even of a SKU that had not been read again.
  it('quarantines nothing when memory is behind on several SKUs of one order', async () => {
    const { keeper, store, seen } = shop();
    for (const id of ['S', 'T', 'U']) await keeper.ask(create(id, 5));
    const other = new Keeper({ store, lists: store, clock: () => AT });
    await other.ask(place('o', { S: 1, T: 1, U: 1 }));
    expect((await keeper.ask(cancel('o'))).outcome).toMatchObject({ kind: 'order', order: { status: 'cancelled' } });
    expect(seen).not.toContainEqual(expect.objectContaining({ kind: 'quarantined' }));
    for (const id of ['S', 'T', 'U']) expect(store.skuRows.get(id)).toMatchObject({ reserved: 0, version: 3 });
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
    release(store);
    expect(await keeper.ask(place('o', { S: 1 }))).toMatchObject({ outcome: { kind: 'order_placed' }, replayed: true });
    expect(store.skuRows.get('S')).toMatchObject({ reserved: 1, version: 2 });
  });
});
