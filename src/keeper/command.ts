/** What can be asked of the keeper, and the named answers. */
import type { CartRefusal, CartSuccess } from '../carts/outcomes.ts';
import type { Quarantined } from '../lib/corrupt.ts';
import type { LineRequest } from '../orders/order.ts';
import type { OrderRefusal, OrderSuccess } from '../orders/outcomes.ts';
import type { PlaceRequest } from '../orders/place.ts';
import type { NewSku, SkuChanges } from '../stock/decide.ts';
import type { SkuRefusal, SkuSuccess } from '../stock/outcomes.ts';
import type { ProductSuccess, ProductTexts } from '../stock/product.ts';
import type { Conditional, StaleVersion } from './versions.ts';

/** Commands on SKUs. */
export type SkuCommand =
  | { readonly kind: 'create_sku'; readonly sku: Omit<NewSku, 'reserved' | 'sales'> }
  | { readonly kind: 'read_sku'; readonly skuId: string }
  /** Several SKUs in one turn; no id twice. */
  | { readonly kind: 'read_availability'; readonly skuIds: readonly string[] }
  | {
      readonly kind: 'change_sku';
      readonly skuId: string;
      readonly changes: SkuChanges;
    }
  | {
      readonly kind: 'receive';
      readonly skuId: string;
      readonly quantity: number;
      readonly reason: string | null;
      readonly reference: string | null;
    }
  | {
      readonly kind: 'adjust';
      readonly skuId: string;
      readonly by: { readonly delta: number } | { readonly onHand: number };
      readonly reason: string;
    };

/** Commands on one order and the SKUs of its lines. */
export type OrderCommand =
  /**
   * `idIsNew`: the id was made for this request, so there is nothing to look for under it. `waitSeconds`: how long it waits in line when there is
   * too little stock, 0 by default.
   */
  | ({ readonly kind: 'place'; readonly idIsNew?: boolean; readonly waitSeconds?: number } & PlaceRequest)
  | { readonly kind: 'read_order'; readonly orderId: string }
  | { readonly kind: 'confirm'; readonly orderId: string }
  | { readonly kind: 'cancel'; readonly orderId: string; readonly reason: string | null }
  | { readonly kind: 'ship'; readonly orderId: string }
  | { readonly kind: 'reduce'; readonly orderId: string; readonly skuId: string; readonly quantity: number }
  | {
      readonly kind: 'return';
      readonly orderId: string;
      readonly lines: readonly LineRequest[];
      readonly restock: boolean;
    }
  /** From the sweeper: cancels the order if it is overdue. */
  | { readonly kind: 'expire'; readonly orderId: string };

/** Commands on one cart, two when they are merged, and the SKUs of their lines. */
export type CartCommand =
  | { readonly kind: 'read_cart'; readonly cartId: string }
  /** `selected`: `null` selects a new line and leaves a present one as it is. */
  | {
      readonly kind: 'put_line';
      readonly cartId: string;
      readonly skuId: string;
      readonly quantity: number;
      readonly selected: boolean | null;
    }
  | { readonly kind: 'remove_line'; readonly cartId: string; readonly skuId: string }
  | { readonly kind: 'select_all'; readonly cartId: string; readonly selected: boolean }
  /** The lines of `from` go to `cartId`. */
  | { readonly kind: 'merge_carts'; readonly cartId: string; readonly from: string }
  /** From the sweeper: makes an end of the cart if nobody has changed it for `idleMs`. */
  | { readonly kind: 'sweep_cart'; readonly cartId: string; readonly idleMs: number };

/** Places an order of what is selected in a cart. */
export type Checkout = {
  readonly kind: 'checkout';
  readonly cartId: string;
  readonly idIsNew?: boolean;
  readonly waitSeconds?: number;
} & Omit<PlaceRequest, 'lines'>;

/** Sets what a product says of itself; absolute. */
export interface PutProduct {
  readonly kind: 'put_product';
  readonly product: ProductTexts;
}

/** What is asked of the keeper, and at which version of what it is about. */
export type Command = (SkuCommand | OrderCommand | CartCommand | Checkout | PutProduct) & Conditional;

/** An idempotency key and what tells a repeated request from another one under the same key. */
export interface Idempotency {
  readonly key: string;
  readonly fingerprint: string;
  /** What a build before this one recorded as its fingerprint, for an order placed with this freight; without it, the same. */
  readonly formerly?: (freight: number) => string;
}

export type KeeperRefusal =
  | { readonly kind: 'idempotency_key_reused'; readonly key: string }
  /** At admission: too many commands, or lines of theirs, are in flight. Nothing was decided. */
  | { readonly kind: 'overloaded'; readonly retryAfterSeconds: number }
  /** Too little stock, and the waiting line has no place. Nothing was decided. */
  | { readonly kind: 'waiting_line_full'; readonly retryAfterSeconds: number }
  /** At admission: the keeper is closing. Nothing was decided. */
  | { readonly kind: 'closing'; readonly retryAfterSeconds: number }
  /** What is stored of it contradicts itself. Nothing was decided, and nothing will be until a person has seen to it. */
  | (Quarantined & { readonly retryAfterSeconds: number })
  /** At admission: another process owns the database. Nothing was decided. */
  | { readonly kind: 'standby'; readonly retryAfterSeconds: number }
  /** It could not be made durable, or not be read, within the deadline. It may have happened: ask again. */
  | { readonly kind: 'unknown_outcome'; readonly retryAfterSeconds: number };

export type Outcome =
  | SkuSuccess
  | OrderSuccess
  | CartSuccess
  | ProductSuccess
  | SkuRefusal
  | OrderRefusal
  | CartRefusal
  | StaleVersion
  | KeeperRefusal;

/** `replayed` is true when the first answer under the same order id or idempotency key is given again. */
export interface Answer {
  readonly outcome: Outcome;
  readonly replayed: boolean;
}
