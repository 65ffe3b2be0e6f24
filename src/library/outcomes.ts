/** What the library answers: the outcomes of the keeper, shown as HTTP shows them, narrowed to those that each call can have. */

import type { CartBody } from '../api/carts/body.ts';
import type { NOT_CHECKED_OUT, NOT_MERGED, NOT_OF_A_CART, NOT_PUT } from '../api/carts/requests.ts';
import type { OrderBody } from '../api/orders/body.ts';
import type { PLACED, READ_ORDER } from '../api/orders/requests.ts';
import type {
  NOT_CANCELLED,
  NOT_CONFIRMED,
  NOT_REDUCED,
  NOT_RETURNED,
  NOT_SHIPPED,
} from '../api/orders/step-requests.ts';
import type { AvailabilityBody, NOT_AVAILABLE } from '../api/skus/availability.ts';
import type { MovementBody, SkuBody } from '../api/skus/body.ts';
import type { NOT_CHANGED, NOT_CREATED, NOT_READ } from '../api/skus/requests.ts';
import type { NOT_ADJUSTED, NOT_RECEIVED } from '../api/skus/stock-requests.ts';
import type { KeeperRefusal, Outcome } from '../keeper/command.ts';
import type { Product } from '../stock/product.ts';

/** True when the first answer under the same order id or idempotency key is given again, or that of the same request in flight. Never of a refusal. */
interface Answered {
  readonly replayed: boolean;
}

/** A SKU has come into being. */
export interface SkuCreated extends Answered {
  readonly kind: 'sku_created';
  readonly sku: SkuBody;
}
/** A SKU as it stands when that was asked or done. */
export interface SkuAnswered extends Answered {
  readonly kind: 'sku';
  readonly sku: SkuBody;
}
/** What may be reserved of several SKUs, at one moment. */
export interface AvailabilityAnswered extends Answered, Readonly<AvailabilityBody> {
  readonly kind: 'availability';
}
/** An order holds the stock of all its lines. */
export interface OrderPlaced extends Answered {
  readonly kind: 'order_placed';
  readonly order: OrderBody;
}
/** An order as it stands when that was asked or done. */
export interface OrderAnswered extends Answered {
  readonly kind: 'order';
  readonly order: OrderBody;
}
/** A cart as it stands when that was asked or done. */
export interface CartAnswered extends Answered {
  readonly kind: 'cart';
  readonly cart: CartBody;
}
/** What a product says of itself. */
export interface ProductAnswered extends Answered {
  /** `product_created` when it had never been put. */
  readonly kind: 'product' | 'product_created';
  readonly product: Pick<Product, 'id' | 'name' | 'description' | 'version'>;
}

/** Any call can be answered these: nothing was decided, or, with `unknown_outcome`, it may have been: ask again with the same id or key. */
type AnyTime = Extract<KeeperRefusal, { kind: 'overloaded' | 'closing' | 'standby' | 'unknown_outcome' }>['kind'];

/** What is named by `Id` has changed since it was at the version that was asked for; what is not there is at version 0. Nothing was done. */
type Stale<Id extends 'skuId' | 'orderId' | 'cartId' | 'productId'> = Readonly<Record<Id, string>> & {
  readonly kind: 'stale_version';
  readonly expected: number;
  readonly version: number;
} & Answered;

type Refusals = Exclude<Outcome, { readonly kind: 'stale_version' }>;
/** Times are ISO 8601, as everywhere. */
type Timed<R> = R extends { readonly expiresAt: number } ? Omit<R, 'expiresAt'> & { readonly expiresAt: string } : R;
type Named<K extends Refusals['kind']> = K extends unknown
  ? Timed<Extract<Refusals, { readonly kind: K }>> & Answered
  : never;

/** The refusals that a call names in its list, and those that any can have. */
type Refused<List extends readonly Refusals['kind'][]> = Named<List[number] | AnyTime>;

export type CreateSkuOutcome = SkuCreated | Refused<typeof NOT_CREATED>;
export type ReadSkuOutcome = SkuAnswered | Refused<typeof NOT_READ>;
export type ChangeSkuOutcome = SkuAnswered | Refused<typeof NOT_CHANGED> | Stale<'skuId'>;
export type AvailabilityOutcome = AvailabilityAnswered | Refused<typeof NOT_AVAILABLE>;
export type ReceiveOutcome = SkuAnswered | Refused<typeof NOT_RECEIVED> | Stale<'skuId'>;
export type AdjustOutcome = SkuAnswered | Refused<typeof NOT_ADJUSTED> | Stale<'skuId'>;
export type PlaceOutcome = OrderPlaced | Refused<typeof PLACED>;
export type ReadOrderOutcome = OrderAnswered | Refused<typeof READ_ORDER>;
export type ConfirmOutcome = OrderAnswered | Refused<typeof NOT_CONFIRMED> | Stale<'orderId'>;
export type CancelOutcome = OrderAnswered | Refused<typeof NOT_CANCELLED> | Stale<'orderId'>;
export type ShipOutcome = OrderAnswered | Refused<typeof NOT_SHIPPED> | Stale<'orderId'>;
export type ReduceOutcome = OrderAnswered | Refused<typeof NOT_REDUCED> | Stale<'orderId'>;
export type ReturnOutcome = OrderAnswered | Refused<typeof NOT_RETURNED> | Stale<'orderId'>;
export type CartOutcome = CartAnswered | Refused<typeof NOT_OF_A_CART>;
export type ChangeCartOutcome = CartOutcome | Stale<'cartId'>;
export type PutLineOutcome = CartAnswered | Refused<typeof NOT_PUT> | Stale<'cartId'>;
export type MergeCartsOutcome = CartAnswered | Refused<typeof NOT_MERGED> | Stale<'cartId'>;
export type CheckoutOutcome = OrderPlaced | Refused<typeof NOT_CHECKED_OUT> | Stale<'cartId'>;
export type PutProductOutcome = ProductAnswered | Refused<[]> | Stale<'productId'>;

/** Why a list is not read. `database_unavailable`: the database did not answer. */
export type ListRefused =
  | Extract<KeeperRefusal, { kind: 'overloaded' | 'closing' | 'standby' }>
  | { readonly kind: 'database_unavailable'; readonly retryAfterSeconds: number };

/** A page of a list; give `next` as `after` for the next one, `null` is the last. */
export interface Page<T> {
  readonly kind: 'page';
  readonly items: readonly T[];
  readonly next: string | null;
}

interface ProductSold {
  readonly id: string;
  /** `null` while only SKUs name it. */
  readonly name: string | null;
  readonly description: string | null;
  readonly version: number;
  /** Units in orders that stand, summed over all of its SKUs. */
  readonly sales: number;
}

export type SkusOutcome = Page<SkuBody> | ListRefused;
export type OrdersOutcome = Page<OrderBody> | ListRefused;
export type ProductsOutcome = Page<ProductSold & { readonly skuCount: number }> | ListRefused;
export type MovementsOutcome =
  | Page<MovementBody>
  | { readonly kind: 'sku_not_found'; readonly skuId: string }
  | ListRefused;
export type ReadProductOutcome =
  | { readonly kind: 'product'; readonly product: ProductSold; readonly skus: Page<SkuBody> }
  | { readonly kind: 'product_not_found'; readonly productId: string }
  | ListRefused;
