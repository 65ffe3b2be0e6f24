/** The named answers of one cart. Refusals are values, returned and never thrown. */
import type { Cart, CartLine } from './cart.ts';

/** A line with what its SKU says in the same turn: its name, its price in minor units, and the units available. */
export interface CartLineShown extends CartLine {
  readonly name: string;
  readonly price: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly available: number;
}

export interface CartShown extends Cart {
  readonly lines: readonly CartLineShown[];
}

export type CartSuccess =
  | { readonly kind: 'cart'; readonly cart: CartShown }
  /** For the sweeper: the cart was idle and is removed, or it was changed in the meantime and is kept. */
  | { readonly kind: 'cart_swept'; readonly cartId: string }
  | { readonly kind: 'cart_kept'; readonly cartId: string };

export type CartRefusal =
  | { readonly kind: 'cart_not_found'; readonly cartId: string }
  /** With what was asked for, the cart would have `lines` lines; `highest` is the most it may have. */
  | { readonly kind: 'cart_full'; readonly cartId: string; readonly lines: number; readonly highest: number }
  | { readonly kind: 'cart_merged_into_itself'; readonly cartId: string }
  | { readonly kind: 'nothing_selected'; readonly cartId: string };
