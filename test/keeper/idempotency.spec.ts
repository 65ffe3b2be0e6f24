/** Asking again under a key. */
import { describe, expect, it } from 'vitest';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { Command } from '../../src/shop/commands.ts';
import { KEY_KEPT_MS } from '../../src/shop/idempotency.ts';
import type { Outcome } from '../../src/shop/outcome.ts';
import { cancel, checkout, create, place, receive } from '../support/commands.ts';
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

  // Red with: any refusal recorded.
  it('law: remembers what was done, and no refusal, of whatever kind: it is decided afresh when it is asked again', async () => {
    const { keeper, store, time } = shop();
    await keeper.ask(create('S', 1));
    await keeper.ask(create('LIMITED', 9, { maxPerOrder: 1, maxPerCustomer: 3 }));
    await keeper.ask(create('FULL', 2_147_483_647));
    await keeper.ask({ ...place('short', { S: 1 }), expiresInSeconds: 1 });
    await keeper.ask({ ...place('paid', { LIMITED: 1 }), customerId: 'ann', payment: 'cash_on_delivery' });
    const returned = { kind: 'return', lines: [{ skuId: 'LIMITED', quantity: 1 }], restock: true } as const;
    const adjust = { kind: 'adjust', skuId: 'S', reason: 'count', ifVersion: null } as const;
    time.now += 1000;
    const refused: [Command, Outcome['kind']][] = [
      [create('S', 1), 'sku_exists'],
      [receive('nowhere', 1), 'sku_not_found'],
      [receive('FULL', 1), 'counter_limit'],
      [{ ...adjust, by: { delta: -9 } }, 'below_reserved'],
      [{ ...adjust, by: { delta: 1 }, ifVersion: 99 }, 'stale_version'],
      [place('p', { S: 9 }), 'insufficient_stock'],
      [place('p', { nowhere: 1 }), 'unknown_sku'],
      [place('p', { LIMITED: 2 }), 'max_per_order'],
      [place('p', { LIMITED: 1 }), 'customer_required'],
      [place('paid', { S: 1 }), 'order_id_reused'],
      [{ kind: 'confirm', orderId: 'none' }, 'order_not_found'],
      // This one writes, because the order expires in its turn.
      [{ kind: 'confirm', orderId: 'short' }, 'order_expired'],
      [{ kind: 'ship', orderId: 'short' }, 'order_cancelled'],
      [{ ...returned, orderId: 'paid' }, 'order_not_shipped'],
      [{ kind: 'merge_carts', cartId: 'c', from: 'none' }, 'cart_not_found'],
      [{ kind: 'merge_carts', cartId: 'c', from: 'c' }, 'cart_merged_into_itself'],
      [checkout('none', 'q'), 'cart_not_found'],
    ];
    for (const [n, [command, kind]] of refused.entries()) {
      for (const _ of ['first', 'again']) {
        const answer = await keeper.ask(command, { key: `k${n}`, fingerprint: 'f' });
        expect(answer, kind).toMatchObject({ outcome: { kind }, replayed: false });
      }
      expect([...store.keyRows.keys()], kind).toEqual([]);
    }
    // Under one of these keys the command can now be done, so it is done.
    await keeper.ask(create('nowhere', 5));
    expect(await keeper.ask(receive('nowhere', 1), { key: 'k1', fingerprint: 'f' })).toMatchObject({
      outcome: { kind: 'sku', sku: { onHand: 6 } },
      replayed: false,
    });
    expect([...store.keyRows.keys()]).toEqual(['k1']);
  });

  it('remembers what had been done before: a cancel of an order that is cancelled', async () => {
    const { keeper } = shop();
    await keeper.ask(create('S', 1));
    await keeper.ask(place('o', { S: 1 }));
    await keeper.ask(cancel('o'));
    expect(await keeper.ask(cancel('o'), key('f'))).toMatchObject({ outcome: { kind: 'order' }, replayed: false });
    expect(await keeper.ask(cancel('o'), key('f'))).toMatchObject({ outcome: { kind: 'order' }, replayed: true });
  });

  it('under which a build before recorded a refusal has nothing recorded', async () => {
    const { keeper, store } = shop();
    await keeper.ask(create('S', 1));
    const outcome = JSON.stringify({ kind: 'order_not_confirmed', orderId: 'o' });
    store.keyRows.set('k', { key: 'k', fingerprint: 'f', outcome, at: AT });
    expect(await keeper.ask(receive('S', 1), key('other'))).toMatchObject({
      outcome: { kind: 'sku' },
      replayed: false,
    });
    expect(store.keyRows.get('k')).toMatchObject({ fingerprint: 'other' });
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
    expect(store.batches[0]?.[0]).toMatchObject({ skus: [{ basis: null }], keys: [{ id: 'k' }] });
  });
});
