/** One request that waits for stock: what it asks for, and the units that it keeps from those behind it. */
import type { Entry } from '../../journal/journal.ts';
import type { KindName } from '../../shop/kind-names.ts';
import { addTogether, type LineRequest } from '../../shop/orders/order.ts';

/** `again`: something may have changed. `dropped`: nobody waits for its answer. `closing`: nobody may wait any more. */
export type Woken = 'again' | 'dropped' | 'closing';

/** A row, whether it is there or not. */
export interface Named {
  readonly kind: KindName;
  readonly id: string;
}

/** A row as one text. No two of different kinds have the same. */
export const nameOf = ({ kind, id }: Named): string => `${kind} ${id}`;

export interface Waiter {
  readonly orderId: string;
  readonly customerId: string | null;
  /** The rows that its command names. A change of one of them concerns it. */
  readonly names: readonly Named[];
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
  until: number;
  /** Smaller for a waiter that came earlier. */
  readonly arrival: number;
  /** The SKUs in whose lines it stands. */
  readonly skuIds: string[];
  /** Units that it asks for, by SKU. */
  needs: ReadonlyMap<string, number>;
  /** SKUs that had too little for it at its last turn. */
  shortOf: ReadonlySet<string>;
  /** The entry of the turn that served it. */
  entry: Entry | null;
  /** Set while it is asleep. */
  awaken: ((why: Woken) => void) | null;
}

/**
 * Units that it keeps from those behind it. None while its order may become durable, because it has got what it asked
 * for.
 */
export function unitsOf(waiter: Waiter, skuId: string): number {
  return isServed(waiter) ? 0 : (waiter.needs.get(skuId) ?? 0);
}

function isServed({ entry }: Waiter): boolean {
  return entry !== null && (entry.state === 'waiting' || entry.state === 'committing' || entry.state === 'durable');
}

/** Units by SKU. Lines that name the same SKU are added together. */
export const needsOf = (asked: readonly LineRequest[]): ReadonlyMap<string, number> =>
  new Map(addTogether(asked).map(({ skuId, quantity }) => [skuId, quantity]));
