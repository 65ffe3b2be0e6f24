/** A second writer on the same database: it decides by the rules on the rows as they are, and writes with ledger and versions at once. */

import { type Facts, KEY_KEPT_MS, type SkuFact } from '../../src/journal/record.ts';
import type { Command, Idempotency } from '../../src/keeper/command.ts';
import { step } from '../support/model.ts';
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
  const before = { skus: store.skuRows, orders: store.orderRows };
  const { world: after, outcome, movements } = step(before, command, at);
  const skus: SkuFact[] = [];
  for (const sku of after.skus.values()) {
    const row = before.skus.get(sku.id);
    if (row?.version === sku.version) continue;
    const movement = movements.find(({ skuId }) => skuId === sku.id) ?? null;
    skus.push({ basis: row?.version ?? null, sku, movement });
  }
  const order = [...after.orders.values()].find(({ id, version }) => before.orders.get(id)?.version !== version);
  if (skus.length === 0 && order === undefined) return;
  const facts: Facts = {
    skus,
    order:
      order === undefined ? null : { basis: before.orders.get(order.id)?.version ?? null, order, linesChanged: true },
    key: idempotency === null ? null : { ...idempotency, outcome: JSON.stringify(outcome), at },
  };
  const { kind } = await world.database.commit([facts], by);
  world.coverage.count(`fault: ${by === 'other' ? 'second writer' : 'another owner'}, ${kind}`);
  world.trace(() => `${by === 'other' ? 'a second writer' : 'another owner'} has ${kind} ${JSON.stringify(command)}`);
}
