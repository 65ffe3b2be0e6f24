/** The turns of commands, one by one: what comes of them at their edges. Whole histories are compared with the model in `as-the-model.spec.ts`. */
import { describe, expect, it } from 'vitest';
import type { Cart } from '../../src/shop/carts/cart.ts';
import type { Command } from '../../src/shop/commands.ts';
import { ruleOf } from '../../src/shop/commands.ts';
import type { LineRequest } from '../../src/shop/orders/order.ts';
import type { Answer } from '../../src/shop/outcome.ts';
import { COUNTER_MAX } from '../../src/shop/skus/sku.ts';
import type { Turn } from '../../src/shop/turn.ts';
import { checkout as buy, cancel, create, place, put, receive } from '../support/commands.ts';
import { AT, shop } from '../support/shop.ts';

const line = (skuId: string, quantity: number) => ({ skuId, quantity, selected: true });
const cart = (lines: Cart['lines']): Cart => ({ id: 'c', lines, version: 1, createdAt: 0, updatedAt: 0 });
const confirm = (orderId: string): Command => ({ kind: 'confirm', orderId });
const ship = (orderId: string): Command => ({ kind: 'ship', orderId });
const giveBack = (orderId: string, ...skuIds: readonly string[]): Command => ({
  kind: 'return',
  orderId,
  lines: skuIds.map((skuId) => ({ skuId, quantity: 1 })),
  restock: true,
});

async function shopWith(...commands: readonly Command[]) {
  const world = shop();
  for (const command of commands) await world.keeper.ask(command);
  return world;
}

describe('what is available', () => {
  it('is told of the SKUs that there are, and the others are named', async () => {
    const { keeper } = await shopWith(create('A', 3), create('B', 5, { safetyStock: 1 }), receive('A', 1));
    expect(await keeper.ask({ kind: 'read_availability', skuIds: ['B', 'none', 'A', 'nor'] })).toEqual({
      outcome: {
        kind: 'availability',
        items: [
          { skuId: 'B', available: 4, version: 1 },
          { skuId: 'A', available: 4, version: 2 },
        ],
        unknown: ['none', 'nor'],
        at: AT,
      },
      replayed: false,
    });
  });
});

describe('shipping', () => {
  const backorder = { backorderLimit: 9 };
  const world = (...commands: readonly Command[]) =>
    shopWith(
      create('A', 5),
      create('B', 1, backorder),
      create('C', 0, backorder),
      place('o', { A: 1, B: 2, C: 3 }),
      ...commands,
    );
  const short = (skuId: string, requested: number, onHand: number) => ({
    ...{ skuId, requested, onHand },
    version: expect.any(Number),
  });

  it('is refused for all lines whose units are not in the building, once it is confirmed', async () => {
    const { keeper, store } = await world();
    expect((await keeper.ask(ship('o'))).outcome.kind).toBe('order_not_confirmed');
    await keeper.ask(confirm('o'));
    expect((await keeper.ask(ship('o'))).outcome).toEqual({
      kind: 'not_on_hand',
      shortages: [short('B', 2, 1), short('C', 3, 0)],
    });
    expect(store.orderRows.get('o')?.status).toBe('confirmed');
  });

  it('asks for nothing of a line that was reduced to none', async () => {
    const { keeper } = await world({ kind: 'reduce', orderId: 'o', skuId: 'C', quantity: 0 }, confirm('o'));
    expect((await keeper.ask(ship('o'))).outcome).toEqual({ kind: 'not_on_hand', shortages: [short('B', 2, 1)] });
    await keeper.ask(receive('B', 1));
    expect((await keeper.ask(ship('o'))).outcome).toMatchObject({ kind: 'order', order: { status: 'shipped' } });
  });

  it('of what is cancelled, or a return of it, is refused without a look at its SKUs', async () => {
    const { keeper } = await world(cancel('o'));
    expect((await keeper.ask(ship('o'))).outcome.kind).toBe('order_cancelled');
    expect((await keeper.ask(giveBack('o', 'A'))).outcome.kind).toMatch(/^order_/);
  });
});

describe('a return', () => {
  const world = (...commands: readonly Command[]) =>
    shopWith(
      create('A', 1),
      create('FULL', COUNTER_MAX),
      create('X', 1),
      place('o', { A: 1, FULL: 1 }),
      confirm('o'),
      ...commands,
    );

  it('is refused when one of its SKUs cannot take it, and moves none of the others', async () => {
    const { keeper, store } = await world(ship('o'), receive('FULL', 1));
    expect((await keeper.ask(giveBack('o', 'A', 'FULL'))).outcome).toMatchObject({ kind: 'counter_limit' });
    expect(store.skuRows.get('A')?.onHand).toBe(0);
    expect((await keeper.ask(giveBack('o', 'A'))).outcome.kind).toBe('order');
  });

  it('is refused by the order first: before it is shipped, and of what is not in it', async () => {
    const { keeper } = await world();
    expect((await keeper.ask(giveBack('o', 'FULL'))).outcome.kind).toBe('order_not_shipped');
    await keeper.ask(ship('o'));
    await keeper.ask(receive('FULL', 1));
    for (const skuId of ['X', 'none']) {
      expect((await keeper.ask(giveBack('o', skuId))).outcome).toMatchObject({
        kind: 'return_exceeds_shipped',
        violations: [{ skuId, requested: 1, returnable: 0 }],
      });
    }
  });
});

describe('what a build before asked for in other words', () => {
  const formerly = (freight: number) => `old ${freight}`;
  const freighted = (orderId: string) => ({ ...place(orderId, { A: 1 }), freight: 450 });

  it('is the same order, where its freight is the same', async () => {
    const { keeper } = await shopWith(create('A', 9), { ...freighted('o'), fingerprint: 'old 450' });
    const asked = (old: (freight: number) => string) =>
      keeper.ask({ ...freighted('o'), fingerprint: 'new', formerly: old });
    expect(await asked(formerly)).toMatchObject({ outcome: { kind: 'order_placed' }, replayed: true });
    expect((await asked((freight) => `older ${freight}`)).outcome.kind).toBe('order_id_reused');
  });

  it('is the same request under its key, where an order was placed with this freight', async () => {
    const { keeper } = await shopWith(create('A', 9));
    await keeper.ask(freighted('o'), { key: 'order', fingerprint: 'old 450' });
    await keeper.ask(receive('A', 1), { key: 'sku', fingerprint: 'old 450' });
    const asked = (key: string, old: (freight: number) => string): Promise<Answer> =>
      keeper.ask(freighted('p'), { key, fingerprint: 'new', formerly: old });
    expect(await asked('order', formerly)).toMatchObject({ outcome: { order: { id: 'o' } }, replayed: true });
    expect((await asked('order', () => 'old 451')).outcome.kind).toBe('idempotency_key_reused');
    expect((await asked('sku', () => 'old 450')).outcome.kind).toBe('idempotency_key_reused');
  });
});

describe('a cart that is not there', () => {
  it('is not found, and does not come into being, but by a line that is put in it, or those of another', async () => {
    const { keeper, store } = await shopWith(create('A', 1), put('full', 'A', 1));
    const none = { kind: 'cart_not_found', cartId: 'c' };
    for (const command of [
      { kind: 'read_cart', cartId: 'c' },
      { kind: 'remove_line', cartId: 'c', skuId: 'A' },
      { kind: 'select_all', cartId: 'c', selected: true },
      { kind: 'sweep_cart', cartId: 'c', idleMs: 0 },
      { kind: 'merge_carts', cartId: 'full', from: 'c' },
      buy('c', 'o'),
    ] as const) {
      expect(await keeper.ask(command)).toEqual({ outcome: none, replayed: false });
    }
    expect([...store.cartRows.keys()]).toEqual(['full']);
    await keeper.ask({ kind: 'remove_line', cartId: 'full', skuId: 'A' });
    // Nothing to take in, and nowhere to put it.
    expect((await keeper.ask({ kind: 'merge_carts', cartId: 'c', from: 'full' })).outcome).toEqual(none);
    expect(await keeper.ask(buy('full', 'o'))).toEqual({
      outcome: { kind: 'nothing_selected', cartId: 'full' },
      replayed: false,
    });
    await keeper.ask(put('full', 'A', 2));
    expect((await keeper.ask({ kind: 'merge_carts', cartId: 'c', from: 'full' })).outcome).toMatchObject({
      kind: 'cart',
    });
    expect([...store.cartRows].map(([id, { lines }]) => [id, lines.length])).toEqual([
      ['full', 0],
      ['c', 1],
    ]);
    // Asked again, there is nothing to take in, and the cart is as it is.
    expect((await keeper.ask({ kind: 'merge_carts', cartId: 'c', from: 'full' })).outcome).toMatchObject({
      kind: 'cart',
      cart: { version: 1 },
    });
  });

  it('keeps its lines when the other has no room for them', () => {
    const told: string[] = [];
    const refusal = { kind: 'cart_full', cartId: 'c', lines: 501, highest: 500 } as const;
    const turn = {
      at: AT,
      cart: () => cart([line('A', 1)]),
      tellCart: (id: string, { type }: { type: string }) => {
        told.push(`${id} ${type}`);
        return { kind: 'refused', refusal };
      },
    } as unknown as Turn;
    const command = { kind: 'merge_carts', cartId: 'c', from: 'd' } as const;
    expect(ruleOf(command).decide(command, turn).outcome).toBe(refusal);
    expect(told).toEqual(['c take_in']);
  });
});

describe('what a checkout has picked', () => {
  const now = cart([line('A', 1), line('B', 2)]);
  /** What it asks for, with this kept from an earlier turn, and what it keeps itself. */
  const asked = (kept: readonly LineRequest[] | null) => {
    const told: (readonly LineRequest[])[] = [];
    const turn = {
      at: AT,
      order: () => null,
      cart: () => now,
      recall: () => kept,
      keep: (lines: readonly LineRequest[]) => told.push(lines),
      asks: (lines: readonly LineRequest[]) => told.push(lines),
      sku: () => null,
    } as unknown as Turn;
    const command = buy('c', 'o');
    expect(ruleOf(command).decide(command, turn).outcome.kind).toBe('unknown_sku');
    return told.map((lines) => lines.map(({ skuId, quantity }) => `${quantity} ${skuId}`));
  };

  // Red with: bought what was put in the cart since; or nothing, for a cart that never was.
  it('is kept from its first turn on: of it, it asks for what still is in the cart', () => {
    expect(asked([{ skuId: 'A', quantity: 3 }])).toEqual([['1 A']]);
  });

  it('is what is selected, where nothing is kept', () => {
    const all = ['1 A', '2 B'];
    expect(asked(null)).toEqual([all, all]);
  });
});
