/** Asking again under a key. */
import { describe, expect, it } from 'vitest';
import { KEY_KEPT_MS } from '../../src/journal/record.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { create, place, receive } from '../support/commands.ts';
import { AT, shop } from '../support/shop.ts';

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
