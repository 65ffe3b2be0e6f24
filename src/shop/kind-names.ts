/** The names and types of the kinds of rows, without their code, for the folders that store rows. */
import type { Cart } from './carts/cart.ts';
import type { KeyRecord } from './idempotency.ts';
import type { Order } from './orders/order.ts';
import type { Product } from './products/product.ts';
import type { Sku } from './skus/sku.ts';

/** The row of each kind. */
export interface Rows {
  readonly skus: Sku;
  readonly orders: Order;
  readonly carts: Cart;
  readonly products: Product;
  readonly keys: KeyRecord;
}

export type KindName = keyof Rows;
export type Row<K extends KindName> = Rows[K];

const NAMES: Readonly<Record<KindName, true>> = { skus: true, orders: true, carts: true, products: true, keys: true };

export const KIND_NAMES = Object.keys(NAMES) as readonly KindName[];

/** An object with one value for each kind. */
export function eachKind<T extends Readonly<Record<KindName, unknown>>>(
  make: <K extends KindName>(kind: K) => T[K],
): T {
  return Object.fromEntries(KIND_NAMES.map((kind) => [kind, make(kind)])) as T;
}

/** What is known while a command is brought into memory. */
export interface Known {
  /** The row as it stands in memory; `null` until it is read, and when there is none. */
  find<K extends KindName>(kind: K, id: string): Row<K> | null;
}
