/** A second writer on the same database: it decides by the rules on the rows as they are, and writes with ledger and versions at once. */

import { Corrupt } from '../../../src/lib/corrupt.ts';
import type { Command } from '../../../src/shop/commands.ts';
import type { Fact, Facts } from '../../../src/shop/facts.ts';
import type { Idempotency } from '../../../src/shop/idempotency.ts';
import { KEY_KEPT_MS } from '../../../src/shop/idempotency.ts';
import { keyFact } from '../../journal/facts.ts';
import { type World as Shop, type Step, step } from '../../support/model.ts';
import { DONE } from './checks/words.ts';
import type { WrittenBy } from './database.ts';
import type { World } from './world.ts';

/** One turn of the second writer; nothing is written where nothing changes. */
export async function writeBehind(
  world: World,
  command: Command,
  idempotency: Idempotency | null,
  by: WrittenBy,
): Promise<void> {
  const { store } = world.database;
  if (idempotency !== null) world.keyUses.push(idempotency);
  const at = world.clock();
  const earlier = idempotency === null ? undefined : store.keyRows.get(idempotency.key);
  if (earlier !== undefined && at < earlier.at + KEY_KEPT_MS) return;
  const before = { skus: store.skuRows, orders: store.orderRows, carts: store.cartRows };
  const turn = stepUnlessTorn(world, before, command, at);
  if (turn === null) return;
  const { world: after, outcome, movements } = turn;
  const skus: Fact<'skus'>[] = [];
  for (const sku of after.skus.values()) {
    const row = before.skus.get(sku.id);
    if (row?.version === sku.version) continue;
    const movement = movements.find(({ skuId }) => skuId === sku.id) ?? null;
    skus.push({ id: sku.id, basis: row?.version ?? null, row: sku, isWhole: movement?.kind === 'changed', movement });
  }
  const order = [...after.orders.values()].find(({ id, version }) => before.orders.get(id)?.version !== version);
  const carts: Fact<'carts'>[] = [];
  for (const cart of after.carts.values()) {
    const basis = before.carts.get(cart.id)?.version ?? null;
    if (basis !== cart.version) carts.push({ id: cart.id, basis, row: cart, isWhole: true });
  }
  if (skus.length === 0 && order === undefined && carts.length === 0) return;
  const facts: Facts = {
    skus,
    orders:
      order === undefined
        ? []
        : [{ id: order.id, basis: before.orders.get(order.id)?.version ?? null, row: order, isWhole: true }],
    // Something may be done where the answer is a refusal: an order that had expired is cancelled, and no key remembers that.
    keys:
      idempotency === null || !DONE.includes(outcome.kind)
        ? []
        : [keyFact({ ...idempotency, outcome: JSON.stringify(outcome), at })],
    carts,
    products: [],
  };
  const { kind } = await world.database.commit([facts], by);
  world.coverage.count(`fault: ${by === 'other' ? 'second writer' : 'another owner'}, ${kind}`);
  world.trace(() => `${by === 'other' ? 'a second writer' : 'another owner'} has ${kind} ${JSON.stringify(command)}`);
}

/** It leaves alone, too, what was corrupted by hand. */
function stepUnlessTorn(world: World, before: Shop, command: Command, at: number): Step | null {
  const carts = 'cartId' in command ? [command.cartId, 'from' in command ? command.from : ''] : [];
  if (carts.some((id) => world.tainted.has(`cart ${id}`))) return null;
  try {
    return step(before, command, at);
  } catch (error) {
    if (error instanceof Corrupt && world.tainted.size > 0) return null;
    throw error;
  }
}
