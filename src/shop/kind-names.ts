/** The names and types of the kinds of rows, without their code, for the folders that store rows. */
import type { Cart } from './carts/cart.ts';
import type { CartActor } from './carts/cart-actor.ts';
import type { KeyRecord } from './idempotency.ts';
import type { Order } from './orders/order.ts';
import type { OrderActor } from './orders/order-actor.ts';
import type { Product } from './products/product.ts';
import type { Sku } from './skus/sku.ts';
import type { SkuActor } from './skus/sku-actor.ts';

/** The row of each kind, and its owner in memory. */
export interface Kinds {
  readonly skus: { readonly row: Sku; readonly owner: SkuActor };
  readonly orders: { readonly row: Order; readonly owner: OrderActor };
  readonly carts: { readonly row: Cart; readonly owner: CartActor };
  readonly products: { readonly row: Product; readonly owner: Product };
  readonly keys: { readonly row: KeyRecord; readonly owner: KeyRecord };
}

export type KindName = keyof Kinds;
export type Row<K extends KindName> = Kinds[K]['row'];
export type Owner<K extends KindName> = Kinds[K]['owner'];

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
