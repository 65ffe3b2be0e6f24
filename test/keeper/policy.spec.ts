/**
 * The policy of a SKU changes while the shop is open. It counts from the next turn on, not from the commit of the
 * change.
 */
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/shop/commands.ts';
import type { SkuChanges } from '../../src/shop/skus/rules.ts';
import type { Policy } from '../../src/shop/skus/sku.ts';
import { cancel, create, place } from '../support/commands.ts';
import { ABORTED, hold, isSettled, shop } from '../support/shop.ts';

const change = (changes: SkuChanges): Command => ({ kind: 'change_sku', skuId: 'S', changes, ifVersion: null });

/**
 * Each row has a value before and a value after. With 10 on hand, an order of 5 is taken under the one and refused
 * under the other.
 */
const POLICIES: readonly [name: string, takes: Partial<Policy>, refuses: Partial<Policy>, refusal: string][] = [
  ['safetyStock', { safetyStock: 5 }, { safetyStock: 6 }, 'insufficient_stock'],
  [
    'backorderLimit',
    { safetyStock: 10, backorderLimit: 5 },
    { safetyStock: 10, backorderLimit: 4 },
    'insufficient_stock',
  ],
  ['maxPerOrder', { maxPerOrder: 5 }, { maxPerOrder: 4 }, 'max_per_order'],
  ['maxPerCustomer', { maxPerCustomer: 5 }, { maxPerCustomer: 4 }, 'max_per_customer'],
];

const order = { ...place('o', { S: 5 }), customerId: 'ann' };

describe.each(POLICIES)('%s changed at run time', (_, takes, refuses, refusal) => {
  it.each([
    ['allows what was refused', refuses, takes, refusal, 'order_placed'],
    ['refuses what was allowed', takes, refuses, 'order_placed', refusal],
  ])('%s, from the next turn on', async (__, from, to, before, after) => {
    const { keeper, store } = shop();
    await keeper.ask(create('S', 10, from));
    const { outcome } = await keeper.ask({ ...order, orderId: 'first' });
    expect(outcome.kind).toBe(before);
    await keeper.ask(cancel('first'));

    const { begun, release } = hold(store);
    const changed = keeper.ask(change(to));
    await begun;
    const answer = keeper.ask(order);
    // The order was decided on the change, which is not durable. Neither is answered before it is.
    expect(await isSettled(answer)).toBe(false);
    release();
    expect((await changed).outcome).toMatchObject({ kind: 'sku', sku: to });
    expect((await answer).outcome.kind).toBe(after);
  });

  it('is not changed when the commit is lost: what rested on it is decided again', async () => {
    const { keeper, store } = shop({ attemptsMax: 1 });
    await keeper.ask(create('S', 10, takes));
    const { begun, release } = hold(store);
    const changed = keeper.ask(change(refuses));
    await begun;
    release(ABORTED);
    expect((await changed).outcome.kind).toBe('unknown_outcome');
    expect((await keeper.ask(order)).outcome.kind).toBe('order_placed');
  });
});
