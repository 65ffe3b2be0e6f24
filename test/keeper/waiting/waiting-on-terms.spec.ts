/**
 * Waiting for stock on terms that change meanwhile. A request that may no longer have it is told at once, and keeps
 * nothing from those behind it.
 */
import { describe, expect, it } from 'vitest';
import { Keeper } from '../../../src/keeper/keeper.ts';
import type { Command } from '../../../src/shop/commands.ts';
import type { SkuChanges } from '../../../src/shop/skus/rules.ts';
import type { Policy } from '../../../src/shop/skus/sku.ts';
import { cancel, create, place, receive } from '../../support/commands.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { AT, quiet } from '../../support/shop.ts';

/** A SKU without stock, and clients that wait for it for as long as it takes. */
async function soldOut(policy: Partial<Policy> = {}) {
  const store = new MemoryStore();
  const keeper = new Keeper({ store, lists: store, clock: () => AT, pause: async () => {}, alarm: () => () => {} });
  await keeper.ask(create('S', 0, policy));
  const answers: [orderId: string, kind: string][] = [];
  const wait = async (customerId: string, orderId: string, quantity: number) => {
    const command = { ...place(orderId, { S: quantity }), customerId, waitSeconds: 30 };
    void keeper.ask(command).then(({ outcome }) => answers.push([orderId, outcome.kind]));
    await quiet();
  };
  const ask = async (command: Command) => {
    await keeper.ask(command);
    await quiet();
  };
  const change = (changes: SkuChanges) => ask({ kind: 'change_sku', skuId: 'S', changes, ifVersion: null });
  return { keeper, answers, wait, ask, change };
}

describe('two that wait for one customer, who may have one unit', () => {
  // Red with: only those woken for which there is enough. The second request would then keep units from bob until its
  // time is up.
  it('are served and refused as soon as the first is served', async () => {
    const { answers, wait, ask } = await soldOut({ maxPerCustomer: 1 });
    await wait('ann', 'a1', 1);
    await wait('ann', 'a2', 1);
    await wait('bob', 'b1', 1);
    await ask(receive('S', 1));
    expect(answers).toEqual([
      ['a1', 'order_placed'],
      ['a2', 'max_per_customer'],
    ]);
    await ask(receive('S', 1));
    expect(answers.slice(2)).toEqual([['b1', 'order_placed']]);
  });

  it('are not refused for what another customer has', async () => {
    const { answers, wait, ask } = await soldOut({ maxPerCustomer: 1 });
    await wait('ann', 'a1', 1);
    await wait('bob', 'b1', 1);
    await ask(receive('S', 1));
    await ask(cancel('a1'));
    expect(answers).toEqual([
      ['a1', 'order_placed'],
      ['b1', 'order_placed'],
    ]);
  });
});

describe('a limit that is lowered below what somebody waits for', () => {
  // Red with: a change that wakes no request.
  it.each<[string, Partial<Policy>, string]>([
    ['of an order', { maxPerOrder: 2 }, 'max_per_order'],
    ['of a customer', { maxPerCustomer: 2 }, 'max_per_customer'],
  ])('%s is told at once, and those behind move up', async (_, limit, kind) => {
    const { keeper, answers, wait, ask, change } = await soldOut();
    await wait('ann', 'large', 3);
    await wait('bob', 'small', 2);
    await change(limit);
    expect(answers).toEqual([['large', kind]]);
    expect(keeper.waiting.of('S').map(({ orderId }) => orderId)).toEqual(['small']);
    await ask(receive('S', 2));
    expect(answers.slice(1)).toEqual([['small', 'order_placed']]);
  });

  it.each<[string, Partial<Policy>]>([
    ['more may be promised beyond what is on hand', { backorderLimit: 3 }],
    ['less is held back', { safetyStock: 0 }],
  ])('is no matter where %s: who waits is served', async (_, changes) => {
    const { answers, wait, ask, change } = await soldOut({ safetyStock: 3 });
    await ask(receive('S', 3));
    await wait('ann', 'a1', 3);
    expect(answers).toEqual([]);
    await change(changes);
    expect(answers).toEqual([['a1', 'order_placed']]);
  });
});
