/**
 * What a customer has of a SKU: the units in its standing orders, less what was returned. It is needed where a SKU has
 * a limit per customer. It is not stored: it is read from the orders, and from then on each turn that moves units of
 * such an order counts them in memory.
 *
 * A standing counts beside one resident of the SKU, the one it was read for. A turn that changes an order writes its
 * SKUs, so the version of the SKU fences the standing too. If another writer came between, the commit of the SKU is
 * lost, and the SKU is read again with every standing beside it.
 */
import type { SkuActor } from '../../shop/skus/sku-actor.ts';
import type { Resident, Residents } from './residents.ts';

export interface Standing {
  /** The resident it counts beside; `null` when that SKU was not in memory, and the standing counts for none. */
  readonly sku: Resident<SkuActor> | null;
  readonly units: number;
}

/**
 * The id of a standing among the residents. `skuOfStanding` takes it apart, and so does the statement that reads it.
 */
export function standingId(customerId: string, skuId: string): string {
  return JSON.stringify([customerId, skuId]);
}

export function skuOfStanding(id: string): string {
  return (JSON.parse(id) as [customerId: string, skuId: string])[1];
}

/** Called in a turn: units of the SKU went into an order of the customer, or came back out of it. */
export function countStanding(
  standings: Residents<Standing>,
  customerId: string | null,
  sku: Resident<SkuActor>,
  units: number,
): void {
  if (customerId === null || units === 0 || standings.size === 0) return;
  const resident = standings.find(standingId(customerId, sku.id));
  if (resident === null) return;
  const { owner } = resident;
  if (owner !== null && owner.sku === sku) resident.owner = { sku, units: owner.units + units };
  // A load may have read it before these units were durable. A command that waits for that load asks again.
  else standings.evict(resident);
}
