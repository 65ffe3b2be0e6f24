/**
 * The words of one cart: what a shopper has picked, and of that what is selected to be bought. Times are milliseconds
 * since the Unix epoch.
 */
import type { LineRequest } from '../orders/order.ts';

export interface CartLine {
  readonly skuId: string;
  /** 1…`QUANTITY_MAX`. A cart promises nothing: it may be more than is available. */
  readonly quantity: number;
  /** Whether a checkout buys it. */
  readonly selected: boolean;
}

export interface Cart {
  readonly id: string;
  /** In the order in which they were added; no two of one SKU. */
  readonly lines: readonly CartLine[];
  /** Number of changes. */
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A cart before its first change. */
export function emptyCart(id: string, at: number): Cart {
  return { id, lines: [], version: 0, createdAt: at, updatedAt: at };
}

/** What a checkout buys: the lines that are selected. */
export function selectedLines(cart: Cart): LineRequest[] {
  return cart.lines.filter((line) => line.selected).map(({ skuId, quantity }) => ({ skuId, quantity }));
}

/**
 * Of what was selected when a checkout was asked for, what still is: a line that was taken out or deselected meanwhile
 * is not bought, of one that was changed at most what it says now.
 */
export function stillSelected(asked: readonly LineRequest[], cart: Cart): LineRequest[] {
  const now = new Map(selectedLines(cart).map(({ skuId, quantity }) => [skuId, quantity]));
  return asked.flatMap(({ skuId, quantity }) => {
    const left = Math.min(quantity, now.get(skuId) ?? 0);
    return left > 0 ? [{ skuId, quantity: left }] : [];
  });
}

/** Whether nobody has changed the cart for `idleMs`. */
export function isIdle(cart: Cart, at: number, idleMs: number): boolean {
  return at - cart.updatedAt >= idleMs;
}
