/** What a turn leaves behind: rows as they are after it, to be committed together or not at all. */

import { eachKind, KIND_NAMES, type KindName, type Row } from './kind-names.ts';
import type { Movement } from './skus/sku.ts';

/** A row as it is after a change. */
export interface Change<K extends KindName> {
  readonly id: string;
  /** The version that the change stands on; `null` for a new row, and for a kind without versions. */
  readonly basis: number | null;
  /** `null` when there is no row any more. */
  readonly row: Row<K> | null;
  /**
   * Whether all of the row is to be written: else only what moves with its stock, the counters of a SKU or the state of
   * an order.
   */
  readonly isWhole: boolean;
}

/** What a turn decided of one row. */
export interface Fact<K extends KindName> extends Change<K> {
  /** The line that it adds to the ledger of a SKU. */
  readonly movement?: Movement | null;
}

/** All that one turn decided, kind by kind, each in the order of its changes. */
export type Facts = { readonly [K in KindName]: readonly Fact<K>[] };

const NONE: readonly never[] = [];
export const NO_FACTS = eachKind<Facts>(() => NONE);

/**
 * Rows that the facts write, about: what a batch of them is bounded by. The lines of an order are rows of their own.
 */
export function rowsOf(facts: Facts): number {
  let rows = 0;
  for (const kind of KIND_NAMES) rows += facts[kind].length;
  for (const { row } of facts.orders) rows += row?.lines.length ?? 0;
  return rows;
}
