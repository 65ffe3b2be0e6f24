/** What a turn stands on: rows in memory of any kind. The keeper is behind it. */

import type { Fact } from './facts.ts';
import type { KindName } from './kind-names.ts';
import type { Owner } from './kinds.ts';
import type { LineRequest } from './orders/order.ts';

export interface TurnCore {
  /** Time of the turn, milliseconds since the Unix epoch. */
  readonly at: number;
  /** The owner of a row as it stands, `null` if there is none. The answer rests on it from now on. */
  see<K extends KindName>(kind: K, id: string): Owner<K> | null;
  /** Has a row in memory as the fact says it is, and keeps the fact for the journal. */
  write<K extends KindName>(kind: K, fact: Fact<K>): void;
  /** Units of a SKU in the standing orders of a customer, less what was returned. */
  standing(customerId: string, skuId: string): number;
  /** Units of a SKU went into an order of a customer or, where they are negative, came back out of it. */
  countStanding(customerId: string | null, skuId: string, units: number): void;
  /** Units of a SKU that those ask for who are ahead in the waiting line. */
  ahead(skuId: string): number;
  /** What the command asks of stock. */
  asks(lines: readonly LineRequest[]): void;
  /**
   * What an earlier turn of the command kept, `null` when nothing, or when what that turn had seen until then was lost.
   */
  recall(): readonly LineRequest[] | null;
  /** Keeps lines for later turns of the command. */
  keep(lines: readonly LineRequest[]): void;
}
