/** What one transaction writes for a batch: of several changes of one row the last, standing on the version of the first; of movements all. */

import type { Cart } from '../carts/cart.ts';
import { assert } from '../lib/assert.ts';
import type { Order } from '../orders/order.ts';
import type { KeyRecord } from '../shop/idempotency.ts';
import type { Product } from '../stock/product.ts';
import type { Movement, Sku } from '../stock/sku.ts';
import type { Batch } from './record.ts';

/** A row as it is after the batch, and the version it must have before it; `null` for a row that is new. */
export interface Change<T> {
  readonly basis: number | null;
  readonly row: T;
}

export interface SkuChange extends Change<Sku> {
  /** Whether anything but its counters changed. */
  readonly detailsChanged: boolean;
}

export interface OrderChange extends Change<Order> {
  readonly linesChanged: boolean;
}

/** `row` is `null` for a cart that is gone after the batch. */
export interface CartChange {
  readonly id: string;
  readonly basis: number | null;
  readonly row: Cart | null;
}

export interface Merged {
  readonly skus: readonly SkuChange[];
  readonly orders: readonly OrderChange[];
  readonly movements: readonly Movement[];
  readonly keys: readonly KeyRecord[];
  readonly carts: readonly CartChange[];
  readonly products: readonly Change<Product>[];
}

/** Merges a batch. Throws `Bug` when two entries do not stand on each other: one owner cannot decide twice on one version. */
export function merge(batch: Batch): Merged {
  const skus = new Map<string, SkuChange>();
  const orders = new Map<string, OrderChange>();
  const keys = new Map<string, KeyRecord>();
  const carts = new Map<string, CartChange>();
  const products = new Map<string, Change<Product>>();
  const movements: Movement[] = [];
  for (const facts of batch) {
    for (const { basis, sku, movement } of facts.skus) {
      const earlier = skus.get(sku.id);
      skus.set(sku.id, {
        basis: basisOf(earlier, basis, sku.id),
        row: sku,
        detailsChanged: movement?.kind === 'changed' || (earlier?.detailsChanged ?? false),
      });
      if (movement !== null) movements.push(movement);
    }
    if (facts.order !== null) {
      const { basis, order, linesChanged } = facts.order;
      const earlier = orders.get(order.id);
      orders.set(order.id, {
        basis: basisOf(earlier, basis, order.id),
        row: order,
        linesChanged: linesChanged || (earlier?.linesChanged ?? false),
      });
    }
    if (facts.key !== null) keys.set(facts.key.key, facts.key);
    for (const { id, basis, cart } of facts.carts) {
      carts.set(id, { id, basis: basisOf(carts.get(id), basis, id), row: cart });
    }
    if (facts.product !== null) {
      const { basis, product } = facts.product;
      products.set(product.id, { basis: basisOf(products.get(product.id), basis, product.id), row: product });
    }
  }
  return {
    skus: sorted(skus),
    orders: sorted(orders),
    movements,
    keys: sorted(keys),
    carts: sorted(carts),
    products: sorted(products),
  };
}

function basisOf(
  earlier: { readonly basis: number | null; readonly row: { readonly version: number } | null } | undefined,
  basis: number | null,
  id: string,
): number | null {
  if (earlier === undefined) return basis;
  const version = earlier.row?.version ?? null;
  assert(basis === version, `${id} was decided on version ${basis} after version ${version}`);
  return earlier.basis;
}

/** In the order of their ids, so that two writers on one database lock rows in one order. */
function sorted<T>(byId: ReadonlyMap<string, T>): T[] {
  return [...byId.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
