/** The named answers of one order. Refusals are values, returned and never thrown. */
import type { Order } from './order.ts';

export type OrderSuccess =
  | { readonly kind: 'order_placed'; readonly order: Order }
  | { readonly kind: 'order'; readonly order: Order };

export type OrderRefusal =
  | { readonly kind: 'order_not_found'; readonly orderId: string }
  | { readonly kind: 'order_id_reused'; readonly orderId: string }
  | { readonly kind: 'unknown_sku'; readonly skuIds: readonly string[] }
  | { readonly kind: 'currency_mismatch'; readonly currencies: readonly string[] }
  | {
      readonly kind: 'max_per_order';
      readonly violations: readonly {
        readonly skuId: string;
        readonly requested: number;
        readonly maxPerOrder: number;
      }[];
    }
  /** A SKU has a limit per customer, and the request names no customer. */
  | { readonly kind: 'customer_required'; readonly skuId: string }
  /** The customer already has `standing` units of the SKU in standing orders. */
  | {
      readonly kind: 'max_per_customer';
      readonly skuId: string;
      readonly requested: number;
      readonly standing: number;
      readonly maxPerCustomer: number;
    }
  | { readonly kind: 'amount_too_large'; readonly highest: number }
  | { readonly kind: 'order_cancelled'; readonly orderId: string }
  | { readonly kind: 'order_expired'; readonly orderId: string; readonly expiresAt: number }
  | { readonly kind: 'order_shipped'; readonly orderId: string }
  | { readonly kind: 'order_not_confirmed'; readonly orderId: string }
  | { readonly kind: 'order_not_shipped'; readonly orderId: string; readonly orderStatus: string }
  | { readonly kind: 'line_not_found'; readonly orderId: string; readonly skuId: string }
  | {
      readonly kind: 'cannot_increase';
      readonly orderId: string;
      readonly skuId: string;
      readonly requested: number;
      readonly quantity: number;
    }
  | {
      readonly kind: 'return_exceeds_shipped';
      readonly orderId: string;
      readonly violations: readonly {
        readonly skuId: string;
        readonly requested: number;
        readonly returnable: number;
      }[];
    };
