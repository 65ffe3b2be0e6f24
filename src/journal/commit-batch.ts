/** What a batch writes, as the arguments of the function that commits it; `db/commit-batch.ts` tells what that does. */
import { type BatchRecord, PART_NAMES, PARTS, type Part, type PartName } from '../db/batch-parts.ts';
import type { Order } from '../orders/order.ts';
import { KEY_KEPT_MS } from '../shop/idempotency.ts';
import { type Change, merge } from './merge.ts';
import type { Batch } from './record.ts';

/** Arguments of the call for a batch that is number `number` of its epoch. */
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
  const { skus, orders, movements, keys, carts, products } = merge(batch);
  const storedSkus = skus.filter(isStored);
  const newOrders = orders.filter(isNew);
  const storedOrders = orders.filter(isStored);
  const keptCarts = carts.flatMap(({ basis, row }) => (row === null ? [] : [{ basis, row }]));
  const goneCarts = carts.filter((cart) => isStored(cart) && cart.row === null);
  return {
    new_skus: skus.filter(isNew).map(recordsBy(PARTS.new_skus)),
    changed_skus: storedSkus.filter((change) => change.detailsChanged).map(recordsBy(PARTS.changed_skus)),
    moved_skus: storedSkus.filter((change) => !change.detailsChanged).map(recordsBy(PARTS.moved_skus)),
    movements: movements.map((row) => PARTS.movements.record(row, null)),
    new_orders: newOrders.map(recordsBy(PARTS.new_orders)),
    new_lines: newOrders.flatMap(linesBy(PARTS.new_lines)),
    changed_orders: storedOrders.map(recordsBy(PARTS.changed_orders)),
    changed_lines: storedOrders.filter((change) => change.linesChanged).flatMap(linesBy(PARTS.changed_lines)),
    keys: keys.map((row) => PARTS.keys.record(row, null)),
    new_carts: keptCarts.filter(isNew).map(recordsBy(PARTS.new_carts)),
    changed_carts: keptCarts.filter(isStored).map(recordsBy(PARTS.changed_carts)),
    removed_carts: goneCarts.map(({ id, basis }) => ({ id, basis })),
    new_products: products.filter(isNew).map(recordsBy(PARTS.new_products)),
    changed_products: products.filter(isStored).map(recordsBy(PARTS.changed_products)),
  };
}

const asJson = (part: readonly BatchRecord[]): string | null => (part.length === 0 ? null : JSON.stringify(part));

const isNew = (change: { readonly basis: number | null }): boolean => change.basis === null;
const isStored = (change: { readonly basis: number | null }): boolean => change.basis !== null;

const recordsBy =
  <P extends string>(part: Part<P>) =>
  ({ basis, row }: Change<Readonly<Record<P, unknown>>>): BatchRecord =>
    part.record(row, basis);

const linesBy =
  (part: typeof PARTS.new_lines) =>
  ({ row: { id: orderId, lines } }: Change<Order>): BatchRecord[] =>
    lines.map((line, position) => part.record({ ...line, orderId, position }, null));
