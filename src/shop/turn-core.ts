/** What a turn works on: rows of any kind in memory. The keeper implements it. */

import type { Fact } from './facts.ts';
import type { KindName } from './kind-names.ts';
import type { Owner } from './kinds.ts';
import type { LineRequest } from './orders/order.ts';

export interface TurnCore {
  /** Time of the turn, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** The owner of a row as it stands, `null` if there is none. From now on the answer rests on it. */
  see<K extends KindName>(kind: K, id: string): Owner<K> | null;
  /** Changes the row in memory to what the fact says, and keeps the fact for the journal. */
  write<K extends KindName>(kind: K, fact: Fact<K>): void;
  /** Units of a SKU in the standing orders of a customer, less what was returned. */
  standing(customerId: string, skuId: string): number;
  /** Counts units of a SKU that went into an order of a customer. Negative units came back out of it. */
  countStanding(customerId: string | null, skuId: string, units: number): void;
  /** Units of a SKU that the waiters ahead in the waiting line ask for. */
  ahead(skuId: string): number;
  /** Says what stock the command asks for. */
  asks(lines: readonly LineRequest[]): void;
  /**
   * The lines that an earlier turn of the command kept; `null` when it kept none, or when what it had seen by then was
   * lost.
   */
  recall(): readonly LineRequest[] | null;
  /** Keeps lines for later turns of the command. */
  keep(lines: readonly LineRequest[]): void;
}
