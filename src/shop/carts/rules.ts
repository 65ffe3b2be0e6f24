/**
 * The rules of one cart: `decideCart` turns a message into the cart after it, or into a refusal. Pure.
 *
 * A message that sets a line or a selection counts as a change even when it sets what was already there, because the
 * version counts the writes that were taken. A message that removes what is not there changes nothing.
 */
import { unreachable } from '../../lib/assert.ts';
import { LINES_MAX, type LineRequest } from '../orders/order.ts';
import { QUANTITY_MAX } from '../skus/sku.ts';
import type { Cart, CartLine } from './cart.ts';
import type { CartRefusal } from './outcomes.ts';

/** A message to a cart's actor. `at` is the time of the turn. */
export type CartMessage =
  /** `selected`: `null` selects a new line and leaves a present one as it is. */
  | {
      readonly type: 'put';
      readonly skuId: string;
      readonly quantity: number;
      readonly selected: boolean | null;
      readonly at: number;
    }
  | { readonly type: 'remove'; readonly skuId: string; readonly at: number }
  | { readonly type: 'select_all'; readonly selected: boolean; readonly at: number }
  /** Adds the lines of another cart. */
  | { readonly type: 'take_in'; readonly lines: readonly CartLine[]; readonly at: number }
  /** Its lines go to another cart. */
  | { readonly type: 'hand_over'; readonly at: number }
  /** These were bought. */
  | { readonly type: 'bought'; readonly lines: readonly LineRequest[]; readonly at: number };

export type CartDecision =
  | { readonly kind: 'changed'; readonly cart: Cart }
  | { readonly kind: 'unchanged'; readonly cart: Cart }
  | { readonly kind: 'refused'; readonly refusal: CartRefusal };

/** Decides one message on one cart. */
export function decideCart(cart: Cart, message: CartMessage): CartDecision {
  switch (message.type) {
    case 'put':
      return put(cart, message);
    case 'remove': {
      const lines = cart.lines.filter(({ skuId }) => skuId !== message.skuId);
      return lines.length === cart.lines.length ? { kind: 'unchanged', cart } : changed(cart, lines, message.at);
    }
    case 'select_all': {
      const { selected } = message;
      return changed(
        cart,
        cart.lines.map((line) => ({ ...line, selected })),
        message.at,
      );
    }
    case 'take_in':
      return message.lines.length === 0
        ? { kind: 'unchanged', cart }
        : limited(cart, merged(cart.lines, message.lines), message.at);
    case 'hand_over':
      return cart.lines.length === 0 ? { kind: 'unchanged', cart } : changed(cart, [], message.at);
    case 'bought':
      return bought(cart, message);
    default:
      return unreachable(message);
  }
}

function put(cart: Cart, { skuId, quantity, selected, at }: Extract<CartMessage, { type: 'put' }>): CartDecision {
  const isThere = cart.lines.some((line) => line.skuId === skuId);
  const lines = isThere
    ? cart.lines.map((line) => (line.skuId === skuId ? { skuId, quantity, selected: selected ?? line.selected } : line))
    : [...cart.lines, { skuId, quantity, selected: selected ?? true }];
  return limited(cart, lines, at);
}

/**
 * Quantities of a SKU in both carts are added, up to the most a line holds. The line is selected if it is in either
 * cart.
 */
function merged(mine: readonly CartLine[], theirs: readonly CartLine[]): CartLine[] {
  const lines = new Map(mine.map((line) => [line.skuId, line]));
  for (const { skuId, quantity, selected } of theirs) {
    const line = lines.get(skuId);
    lines.set(skuId, {
      skuId,
      quantity: Math.min(QUANTITY_MAX, quantity + (line?.quantity ?? 0)),
      selected: selected || (line?.selected ?? false),
    });
  }
  return [...lines.values()];
}

/** Takes out exactly what was bought. Quantity that was added meanwhile stays. */
function bought(cart: Cart, { lines, at }: Extract<CartMessage, { type: 'bought' }>): CartDecision {
  const gone = new Map(lines.map(({ skuId, quantity }) => [skuId, quantity]));
  const left = cart.lines.flatMap((line) => {
    const quantity = line.quantity - (gone.get(line.skuId) ?? 0);
    return quantity > 0 ? [{ ...line, quantity }] : [];
  });
  return changed(cart, left, at);
}

/** A cart may have as many lines as an order. */
function limited(cart: Cart, lines: readonly CartLine[], at: number): CartDecision {
  if (lines.length <= LINES_MAX) return changed(cart, lines, at);
  const refusal = { kind: 'cart_full', cartId: cart.id, lines: lines.length, highest: LINES_MAX } as const;
  return { kind: 'refused', refusal };
}

function changed(cart: Cart, lines: readonly CartLine[], at: number): CartDecision {
  return { kind: 'changed', cart: { ...cart, lines, version: cart.version + 1, updatedAt: at } };
}
