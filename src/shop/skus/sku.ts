/**
 * The types of one SKU: its counters, its policy, its movements. Quantities are integers in units of the SKU, times are
 * milliseconds since the Unix epoch.
 */

/** Counters never leave 0…COUNTER_MAX (PostgreSQL `integer`). */
export const COUNTER_MAX = 2_147_483_647;

/** The most one message may move: units of one line, one receipt, one return. */
export const QUANTITY_MAX = 1_000_000;

export interface Counters {
  /** Units in the building. */
  readonly onHand: number;
  /** Units promised to orders not yet shipped. */
  readonly reserved: number;
  /** Units in orders that stand. */
  readonly sales: number;
}

export interface Policy {
  /** Units never offered. */
  readonly safetyStock: number;
  /** Units that may be promised beyond what is on hand. */
  readonly backorderLimit: number;
  /** The most units one order may take; `null` is no limit. */
  readonly maxPerOrder: number | null;
  /** The most units that the standing orders of one customer may have together; `null` is no limit. */
  readonly maxPerCustomer: number | null;
}

export interface Sku extends Counters, Policy {
  readonly id: string;
  readonly productId: string | null;
  readonly name: string;
  /** Minor units of `currency`. */
  readonly price: number;
  /** ISO 4217. */
  readonly currency: string;
  /** Number of movements of this SKU. */
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type MovementKind = 'received' | 'adjusted' | 'reserved' | 'released' | 'shipped' | 'returned' | 'changed';

/**
 * One line of a SKU's ledger. `quantity` is signed for `adjusted`, 0 for `changed`, positive otherwise; the counters
 * are those after it.
 */
export interface Movement extends Counters {
  readonly skuId: string;
  readonly version: number;
  readonly kind: MovementKind;
  readonly quantity: number;
  readonly orderId: string | null;
  readonly reason: string | null;
  readonly reference: string | null;
  /** `returned` only: whether the units went back on the shelf. */
  readonly restocked: boolean | null;
  readonly at: number;
}

/**
 * What may be reserved now: `onHand + backorderLimit − safetyStock − reserved`. Derived, never stored; negative after a
 * policy change or a stocktake.
 */
export function available(sku: Counters & Policy): number {
  return sku.onHand + sku.backorderLimit - sku.safetyStock - sku.reserved;
}

/** A line that asked for more than was available, with the version at which that was true. */
export interface Shortage {
  readonly skuId: string;
  readonly requested: number;
  readonly available: number;
  /** Units that those ahead in the waiting line ask for; left out when there are none. */
  readonly ahead?: number;
  readonly version: number;
}
