/** What a batch writes, as the arguments of the function that commits it. `db/commit-batch.ts` says what that does. */
import { type BatchRecord, PART_NAMES, PARTS, type Part, type PartName } from '../db/batch-parts.ts';
import type { Change } from '../shop/facts.ts';
import { KEY_KEPT_MS } from '../shop/idempotency.ts';
import type { KindName, Row } from '../shop/kind-names.ts';
import type { Order } from '../shop/orders/order.ts';
import { merge } from './merge.ts';
import type { Batch } from './record.ts';

/** Arguments of the call that commits a batch as number `number` of its epoch. */
export function commitBatchArgs(
  batch: Batch,
  epoch: { readonly number: number; readonly owner: string },
  number: number,
): (string | null)[] {
  const parts = partsOf(batch);
  const fence = [String(epoch.number), epoch.owner, String(number), `${KEY_KEPT_MS} ms`];
  return [...fence, ...PART_NAMES.map((name) => asJson(parts[name]))];
}

function partsOf(batch: Batch): Readonly<Record<PartName, readonly BatchRecord[]>> {
  const { movements, keys, ...changes } = merge(batch);
  const [skus, orders] = [sorted(changes.skus), sorted(changes.orders)];
  const [carts, products] = [sorted(changes.carts), sorted(changes.products)];
  return {
    new_skus: skus.made.map(recordsBy(PARTS.new_skus)),
    changed_skus: skus.changed.filter(isWhole).map(recordsBy(PARTS.changed_skus)),
    moved_skus: skus.changed.filter((change) => !change.isWhole).map(recordsBy(PARTS.moved_skus)),
    movements: movements.map((row) => PARTS.movements.record(row, null)),
    new_orders: orders.made.map(recordsBy(PARTS.new_orders)),
    new_lines: orders.made.flatMap(linesBy(PARTS.new_lines)),
    changed_orders: orders.changed.map(recordsBy(PARTS.changed_orders)),
    changed_lines: orders.changed.filter(isWhole).flatMap(linesBy(PARTS.changed_lines)),
    // Fenced by their time. The statement itself finds out whether there is a row.
    keys: sorted(keys).made.map(recordsBy(PARTS.keys)),
    new_carts: carts.made.map(recordsBy(PARTS.new_carts)),
    changed_carts: carts.changed.map(recordsBy(PARTS.changed_carts)),
    removed_carts: carts.gone.map(({ id, basis }) => ({ id, basis })),
    new_products: products.made.map(recordsBy(PARTS.new_products)),
    changed_products: products.changed.map(recordsBy(PARTS.changed_products)),
  };
}

/** A change that leaves a row. */
interface Kept<T> {
  readonly basis: number | null;
  readonly row: T;
  readonly isWhole: boolean;
}

/** Changes by what must be done with them. A row that came and went within the batch is in none of the lists. */
function sorted<K extends KindName>(changes: readonly Change<K>[]) {
  const made: Kept<Row<K>>[] = [];
  const changed: Kept<Row<K>>[] = [];
  const gone: Change<K>[] = [];
  for (const change of changes) {
    const { basis, row, isWhole } = change;
    if (row !== null) (basis === null ? made : changed).push({ basis, row, isWhole });
    else if (basis !== null) gone.push(change);
  }
  return { made, changed, gone };
}

const isWhole = (change: { readonly isWhole: boolean }): boolean => change.isWhole;

const asJson = (part: readonly BatchRecord[]): string | null => (part.length === 0 ? null : JSON.stringify(part));

const recordsBy =
  <P extends string>(part: Part<P>) =>
  ({ basis, row }: Kept<Readonly<Record<P, unknown>>>): BatchRecord =>
    part.record(row, basis);

const linesBy =
  (part: typeof PARTS.new_lines) =>
  ({ row: { id: orderId, lines } }: Kept<Order>): BatchRecord[] =>
    lines.map((line, position) => part.record({ ...line, orderId, position }, null));
