/** The texts of a product, put by many clients and at the same time. */
import { describe, expect, it } from 'vitest';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { Command } from '../../src/shop/commands.ts';
import { ABORTED, AT, commitsByHand, hold, isSettled, release, shop } from '../support/shop.ts';

const put = (name: string, ifVersion: number | null = null, description: string | null = null): Command => ({
  kind: 'put_product',
  product: { id: 'P', name, description },
  ifVersion,
});

describe('a product that is put', () => {
  it('is new, then changed, then the same again without a commit', async () => {
    const { keeper, store, time } = shop();
    expect((await keeper.ask(put('Mug'))).outcome).toEqual({
      kind: 'product_created',
      product: { id: 'P', name: 'Mug', description: null, version: 1, createdAt: AT, updatedAt: AT },
    });
    time.now++;
    const changed = { id: 'P', name: 'Mug', description: 'Glass', version: 2, createdAt: AT, updatedAt: AT + 1 };
    expect((await keeper.ask(put('Mug', null, 'Glass'))).outcome).toEqual({ kind: 'product', product: changed });
    const commits = store.batches.length;
    expect((await keeper.ask(put('Mug', 2, 'Glass'))).outcome).toEqual({ kind: 'product', product: changed });
    expect(store.batches).toHaveLength(commits);
    expect(store.productRows.get('P')).toEqual(changed);
  });

  it('is refused at another version than the one asked for; never put, it is at 0', async () => {
    const { keeper, store } = shop();
    expect((await keeper.ask(put('Mug', 3))).outcome).toEqual({
      kind: 'stale_version',
      productId: 'P',
      expected: 3,
      version: 0,
    });
    expect((await keeper.ask(put('Mug', 0))).outcome.kind).toBe('product_created');
    expect((await keeper.ask(put('Cup', 0))).outcome).toMatchObject({ kind: 'stale_version', version: 1 });
    expect(store.productRows.get('P')).toMatchObject({ name: 'Mug', version: 1 });
  });

  it('law: takes the change of one alone among many who have read the same version', async () => {
    const { keeper, store } = shop();
    await keeper.ask(put('Mug'));
    const names = Array.from({ length: 64 }, (_, at) => `name ${at}`);
    const kinds = await Promise.all(names.map(async (name) => (await keeper.ask(put(name, 1))).outcome.kind));
    expect(kinds.filter((kind) => kind === 'product')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'stale_version')).toHaveLength(63);
    expect(store.productRows.get('P')).toMatchObject({ name: names[kinds.indexOf('product')], version: 2 });
  });

  it('law: is answered, refused and repeated only when what that rests on is durable', async () => {
    const { keeper, store } = shop();
    const { begun, release } = hold(store);
    const first = keeper.ask(put('Mug'));
    await begun;
    const resting = [first, keeper.ask(put('Mug')), keeper.ask(put('Cup', 0))];
    for (const answer of resting) expect(await isSettled(answer)).toBe(false);
    release();
    expect((await Promise.all(resting)).map(({ outcome }) => outcome.kind)).toEqual([
      'product_created',
      'product',
      'stale_version',
    ]);
  });
});

describe('a product whose commit is lost', () => {
  it('is put again when the commit is aborted', async () => {
    const { keeper, store } = shop();
    await keeper.ask(put('Mug'));
    const next = commitsByHand(store);
    const changed = keeper.ask(put('Cup', 1));
    await isSettled(changed);
    const behind = keeper.ask(put('Glass', 2));
    await next(ABORTED);
    release(store);
    await next();
    expect((await changed).outcome).toMatchObject({ kind: 'product', product: { name: 'Cup', version: 2 } });
    expect(['product', 'stale_version']).toContain((await behind).outcome.kind);
    expect(store.productRows.get('P')?.version).toBeGreaterThanOrEqual(2);
  });

  it('is read again when another has written it: nothing of theirs is overwritten unseen', async () => {
    const { keeper, store, seen } = shop();
    await keeper.ask(put('Mug'));
    const other = new Keeper({ store, lists: store, clock: () => AT });
    await other.ask(put('Theirs'));
    expect((await keeper.ask(put('Mine', 1))).outcome).toMatchObject({ kind: 'stale_version', version: 2 });
    expect(seen).toContainEqual(expect.objectContaining({ kind: 'batch_failed', result: 'lost' }));
    expect(store.productRows.get('P')).toMatchObject({ name: 'Theirs', version: 2 });
    expect((await keeper.ask(put('Mine', 2))).outcome).toMatchObject({ product: { name: 'Mine', version: 3 } });
  });
});
