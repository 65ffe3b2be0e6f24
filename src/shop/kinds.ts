/**
 * What is kept, kind by kind: how a row becomes its owner in memory, and how many bytes that takes. Memory, loading and quarantine are loops over
 * these entries.
 */
import type { Cart } from '../carts/cart.ts';
import { type CartActor, cartOf, startCartActor } from '../carts/cart-actor.ts';
import type { Quarantined } from '../lib/corrupt.ts';
import type { Order } from '../orders/order.ts';
import { OrderActor } from '../orders/order-actor.ts';
import type { Product } from '../stock/product.ts';
import type { Sku } from '../stock/sku.ts';
import { type SkuActor, skuOf, startSkuActor } from '../stock/sku-actor.ts';
import type { KeyRecord } from './idempotency.ts';
import { cartBytes, keyBytes, orderBytes, productBytes, skuBytes } from './sizes.ts';

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

export interface Kind<Row, Owner> {
  readonly own: (row: Row) => Owner;
  readonly rowOf: (owner: Owner) => Row;
  readonly idOf: (row: Row) => string;
  /** Bytes that the owner takes, estimated. */
  readonly bytesOf: (row: Row) => number;
  /** Residents, where few are worth keeping. */
  readonly residentsMax?: number;
  /** Bytes of all residents together, where it is not the residents' usual share. */
  readonly bytesMax?: number;
  /** What is answered when its row contradicts itself; left out where no row can. */
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
  // Only what changes a product needs it in memory.
  products: { own: itself, rowOf: itself, idOf, bytesOf: productBytes, residentsMax: 1000 },
  // Keys are asked for again only when a client repeats itself. Answers of long orders take up to a hundred kilobytes each.
  keys: {
    own: itself,
    rowOf: itself,
    idOf: ({ key }) => key,
    bytesOf: keyBytes,
    residentsMax: 1000,
    bytesMax: 16_000_000,
  },
};

export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[];

/** One thing for each kind. */
export function eachKind<T extends Readonly<Record<KindName, unknown>>>(
  make: <K extends KindName>(kind: K) => T[K],
): T {
  return Object.fromEntries(KIND_NAMES.map((kind) => [kind, make(kind)])) as T;
}

/** What is known while a command is brought into memory. */
export interface Known {
  /** The row as it stands in memory: `null` until it is read, and when there is none. */
  find<K extends KindName>(kind: K, id: string): Row<K> | null;
}
