/**
 * The types of one cart: what a shopper has picked, and which of it is selected for checkout. Times are milliseconds
 * since the Unix epoch.
 */
import type { LineRequest } from '../orders/order.ts';

export interface CartLine {
  readonly skuId: string;
  /** 1…`QUANTITY_MAX`. A cart promises nothing, so it may be more than is available. */
  readonly quantity: number;
  /** Whether a checkout buys it. */
  readonly selected: boolean;
}

export interface Cart {
  readonly id: string;
  /** In the order in which they were added; at most one per SKU. */
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
 * The lines of `asked`, which were selected when a checkout was asked for, that are still selected. A line that was
 * removed or deselected since then is not bought. A line that was changed is bought up to its present quantity.
 */
export function stillSelected(asked: readonly LineRequest[], cart: Cart): LineRequest[] {
  const now = new Map(selectedLines(cart).map(({ skuId, quantity }) => [skuId, quantity]));
  return asked.flatMap(({ skuId, quantity }) => {
    const left = Math.min(quantity, now.get(skuId) ?? 0);
    return left > 0 ? [{ skuId, quantity: left }] : [];
  });
}

/** Whether the cart has been unchanged for `idleMs` milliseconds. */
export function isIdle(cart: Cart, at: number, idleMs: number): boolean {
  return at - cart.updatedAt >= idleMs;
}
