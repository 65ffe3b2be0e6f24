/**
 * The kinds of rows that are kept: how a row becomes its owner in memory, and how many bytes that takes. Memory,
 * loading and quarantine are loops over these entries.
 */

import type { Quarantined } from '../lib/corrupt.ts';
import { type CartActor, cartOf, startCartActor } from './carts/cart-actor.ts';
import type { KeyRecord } from './idempotency.ts';
import type { KindName, Row } from './kind-names.ts';
import { OrderActor } from './orders/order-actor.ts';
import type { Product } from './products/product.ts';
import { cartBytes, keyBytes, orderBytes, productBytes, skuBytes } from './sizes.ts';
import { type SkuActor, skuOf, startSkuActor } from './skus/sku-actor.ts';

/** What owns a row of each kind in memory. */
export interface Owners {
  readonly skus: SkuActor;
  readonly orders: OrderActor;
  readonly carts: CartActor;
  readonly products: Product;
  readonly keys: KeyRecord;
}

export type Owner<K extends KindName> = Owners[K];

export interface Kind<Row, Owner> {
  readonly own: (row: Row) => Owner;
  readonly rowOf: (owner: Owner) => Row;
  readonly idOf: (row: Row) => string;
  /** Bytes that the owner takes, estimated. */
  readonly bytesOf: (row: Row) => number;
  /** The most residents, for a kind of which few are worth keeping. */
  readonly residentsMax?: number;
  /** Bytes of all residents together, where it is not the usual share. */
  readonly bytesMax?: number;
  /** The answer when a row contradicts itself. Left out for a kind whose rows cannot. */
  readonly quarantined?: (id: string, reason: string) => Quarantined;
}

const idOf = ({ id }: { readonly id: string }): string => id;
const itself = <T>(row: T): T => row;

export const KINDS: { readonly [K in KindName]: Kind<Row<K>, Owner<K>> } = {
  skus: {
    own: startSkuActor,
    rowOf: skuOf,
    idOf,
    bytesOf: skuBytes,
    quarantined: (skuId, reason) => ({ kind: 'sku_quarantined', skuId, reason }),
  },
  orders: {
    own: (order) => new OrderActor(order),
    rowOf: ({ order }) => order,
    idOf,
    bytesOf: orderBytes,
    quarantined: (orderId, reason) => ({ kind: 'order_quarantined', orderId, reason }),
  },
  carts: {
    own: startCartActor,
    rowOf: cartOf,
    idOf,
    bytesOf: cartBytes,
    quarantined: (cartId, reason) => ({ kind: 'cart_quarantined', cartId, reason }),
  },
  // Only commands that change a product need it in memory.
  products: { own: itself, rowOf: itself, idOf, bytesOf: productBytes, residentsMax: 1000 },
  // Keys are asked for again only when a client repeats a request. Answers of long orders take up to a hundred
  // kilobytes each.
  keys: {
    own: itself,
    rowOf: itself,
    idOf: ({ key }) => key,
    bytesOf: keyBytes,
    residentsMax: 1000,
    bytesMax: 16_000_000,
  },
};
