/** What a turn leaves behind: rows as they are after it, to be committed together or not at all. */

import { eachKind, KIND_NAMES, type KindName, type Row } from './kind-names.ts';
import type { Movement } from './skus/sku.ts';

/** A row as it is after a change. */
export interface Change<K extends KindName> {
  readonly id: string;
  /** The version that the change is based on; `null` for a new row, and for a kind without versions. */
  readonly basis: number | null;
  /** `null` when the row is removed. */
  readonly row: Row<K> | null;
  /**
   * Whether the whole row is written. Otherwise only the part that moves with stock is: the counters of a SKU, or the
   * state of an order.
   */
  readonly isWhole: boolean;
}

/** What a turn decided about one row. */
export interface Fact<K extends KindName> extends Change<K> {
  /** The line that it adds to the SKU's ledger. */
  readonly movement?: Movement | null;
}

/** Everything that one turn decided, by kind, each kind in the order of its changes. */
export type Facts = { readonly [K in KindName]: readonly Fact<K>[] };

const NONE: readonly never[] = [];
export const NO_FACTS = eachKind<Facts>(() => NONE);

/** About how many rows the facts write. This bounds a batch. Each line of an order is a row of its own. */
export function rowsOf(facts: Facts): number {
  let rows = 0;
  for (const kind of KIND_NAMES) rows += facts[kind].length;
  for (const { row } of facts.orders) rows += row?.lines.length ?? 0;
  return rows;
}
