/**
 * What a customer has of a SKU: the units in its standing orders, less what was returned. Asked for where a SKU has a
 * limit for each customer. Nothing is stored of it. It is read from the orders, and from then on each turn that moves
 * units of such an order counts them in memory.
 *
 * A standing counts beside one resident of the SKU, the one it was read for. Whoever changes an order writes its SKUs,
 * so the version of the SKU fences the standing too: where another writer came between, the commit of the SKU is lost,
 * the SKU is read again, and with it every standing beside it.
 */
import type { SkuActor } from '../../shop/skus/sku-actor.ts';
import type { Resident, Residents } from './residents.ts';

export interface Standing {
  /** Beside whom it counts; `null` when that SKU was not in memory, and it counts for nobody. */
  readonly sku: Resident<SkuActor> | null;
  readonly units: number;
}

/**
 * The id of a standing among the residents; `skuOfStanding` takes it apart, and so does the statement that reads it.
 */
export function standingId(customerId: string, skuId: string): string {
  return JSON.stringify([customerId, skuId]);
}

export function skuOfStanding(id: string): string {
  return (JSON.parse(id) as [customerId: string, skuId: string])[1];
}

/** In a turn: units of the SKU went into an order of the customer, or came back out of it. */
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
  // While it loads, it may have been read before these units were durable: whoever waits for it asks again.
  else standings.evict(resident);
}
