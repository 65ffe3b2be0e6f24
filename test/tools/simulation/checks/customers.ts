/**
 * What customers had of SKUs, reckoned from the ledgers alone: nobody was sold more than the SKU allowed a customer at that turn (I1), and who was
 * told what a customer has was told what was so at such a moment (I2).
 */
import type { Movement } from '../../../../src/shop/skus/sku.ts';
import type { World } from '../world.ts';
import type { Rows } from './rows.ts';

/** What the customer of an order had of a SKU once a version of it was written. */
interface Had {
  readonly version: number;
  readonly tick: number;
  readonly units: number;
  readonly movement: Movement | null;
  readonly maxPerCustomer: number | null;
}

export function checkCustomers(world: World): string[] {
  const found: string[] = [];
  for (const skuId of world.database.skus.keys()) {
    if (world.tainted.has(`SKU ${skuId}`) || world.tainted.has(`lines of ${skuId}`)) continue;
    for (const customerId of customersOf(world)) {
      for (const { version, units, movement, maxPerCustomer } of hadOf(world, skuId, customerId)) {
        const isSold = movement?.kind === 'reserved' && customerOf(world, movement) === customerId;
        if (!isSold || maxPerCustomer === null) continue;
        const named = `SKU ${skuId}@${version} has ${maxPerCustomer} for each customer`;
        if (customerId === null) found.push(`I1: ${named} and was sold to nobody by name`);
        else if (units > maxPerCustomer) found.push(`I1: ${named}, ${customerId} has ${units}`);
      }
    }
  }
  return found;
}

/** Why a call may not be told that the customer has so many units, `null` when it may. */
export function toldOfCustomer(
  world: World,
  rows: Rows,
  { called, answered }: { readonly called: number; readonly answered: number },
  { skuId, standing }: { readonly skuId: string; readonly standing: number },
  customerId: string | null,
): string | null {
  if (world.tainted.has(`lines of ${skuId}`)) return null;
  const floor = rows.skuFloor(skuId, called);
  const had = [...hadOf(world, skuId, customerId)];
  const isSo = had.some(({ version, tick, units }) => version >= floor && tick <= answered && units === standing);
  return isSo ? null : `I2: ${customerId} never had ${standing} of SKU ${skuId} then`;
}

function customersOf(world: World): ReadonlySet<string | null> {
  const orders = [...world.database.orders.values()].flatMap((versions) => [...versions.values()]);
  return new Set(orders.map(({ row }) => row.customerId));
}

function customerOf({ database }: World, { orderId }: Movement): string | null {
  return database.store.orderRows.get(orderId ?? '')?.customerId ?? null;
}

function* hadOf(world: World, skuId: string, customerId: string | null): Generator<Had> {
  let units = 0;
  const versions = [...(world.database.skus.get(skuId)?.values() ?? [])];
  for (const { row, tick, facts } of versions.sort((a, b) => a.row.version - b.row.version)) {
    const { movement = null } = facts.skus.find((fact) => fact.id === skuId && fact.row?.version === row.version) ?? {};
    if (movement !== null && customerOf(world, movement) === customerId) units += soldBy(movement);
    yield { version: row.version, tick, units, movement, maxPerCustomer: row.maxPerCustomer };
  }
}

function soldBy({ kind, quantity }: Movement): number {
  if (kind === 'reserved') return quantity;
  return kind === 'released' || kind === 'returned' ? -quantity : 0;
}
