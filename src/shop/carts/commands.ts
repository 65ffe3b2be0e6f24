/** The commands on one cart, or on two when they are merged, and on the SKUs of their lines. */

import { assert } from '../../lib/assert.ts';
import { NO_SKUS, type RulesOf, type SkuNamed } from '../command-rule.ts';
import type { Known } from '../kind-names.ts';
import { type Answer, first } from '../outcome.ts';
import { available } from '../skus/sku.ts';
import type { Turn } from '../turn.ts';
import { type Conditional, unmet } from '../versions.ts';
import { type Cart, isIdle } from './cart.ts';
import { CHECKOUT_RULE, type Checkout } from './checkout.ts';
import type { CartDecision } from './rules.ts';

interface OfCart {
  readonly cartId: string;
}

export type CartCommand =
  | ({ readonly kind: 'read_cart' } & OfCart)
  /** `selected`: `null` selects a new line and leaves a present one as it is. */
  | ({
      readonly kind: 'put_line';
      readonly skuId: string;
      readonly quantity: number;
      readonly selected: boolean | null;
    } & OfCart)
  | ({ readonly kind: 'remove_line'; readonly skuId: string } & OfCart)
  | ({ readonly kind: 'select_all'; readonly selected: boolean } & OfCart)
  /** The lines of `from` go to `cartId`. */
  | ({ readonly kind: 'merge_carts'; readonly from: string } & OfCart)
  | Checkout
  /** From the sweeper: removes the cart if it has been unchanged for `idleMs` milliseconds. */
  | ({ readonly kind: 'sweep_cart'; readonly idleMs: number } & OfCart);

const cartLines = (cartId: string, known: Known): readonly SkuNamed[] => known.find('carts', cartId)?.lines ?? NO_SKUS;

/** What commands on one cart have in common. The cart is shown together with its SKUs. */
const ofCart = {
  needs: ({ cartId }: OfCart) => [{ kind: 'carts', id: cartId }] as const,
  lines: ({ cartId }: OfCart, known: Known) => cartLines(cartId, known),
  stale: ({ cartId, ...conditions }: OfCart & Conditional, turn: Turn) =>
    unmet(conditions, { cartId }, turn.cart(cartId)),
};

export const CART_RULES: RulesOf<CartCommand> = {
  read_cart: {
    ...ofCart,
    stale: (command, turn) =>
      ofCart.stale(isShownAnew(command, turn) ? { ...command, ifNotVersion: null } : command, turn),
    decide: ({ cartId }, turn) => (turn.cart(cartId) === null ? notFound(cartId) : shown(cartId, turn)),
  },

  put_line: {
    ...ofCart,
    lines: (command, known) => [...cartLines(command.cartId, known), command],
    decide: ({ cartId, skuId, quantity, selected }, turn) => {
      if (turn.sku(skuId) === null) return first({ kind: 'unknown_sku', skuIds: [skuId] });
      return after(turn.tellCart(cartId, { type: 'put', skuId, quantity, selected, at: turn.at }), cartId, turn);
    },
  },

  remove_line: {
    ...ofCart,
    decide: ({ cartId, skuId }, turn) => {
      if (turn.cart(cartId) === null) return notFound(cartId);
      return after(turn.tellCart(cartId, { type: 'remove', skuId, at: turn.at }), cartId, turn);
    },
  },

  select_all: {
    ...ofCart,
    decide: ({ cartId, selected }, turn) => {
      if (turn.cart(cartId) === null) return notFound(cartId);
      return after(turn.tellCart(cartId, { type: 'select_all', selected, at: turn.at }), cartId, turn);
    },
  },

  merge_carts: {
    ...ofCart,
    needs: ({ cartId, from }) => [
      { kind: 'carts', id: cartId },
      { kind: 'carts', id: from },
    ],
    lines: ({ cartId, from }, known) =>
      from === cartId ? cartLines(cartId, known) : [...cartLines(cartId, known), ...cartLines(from, known)],
    decide: ({ cartId, from }, turn) => merge(cartId, from, turn),
  },

  checkout: CHECKOUT_RULE,

  sweep_cart: {
    needs: ofCart.needs,
    lines: () => NO_SKUS,
    decide: ({ cartId, idleMs }, turn) => {
      const cart = turn.cart(cartId);
      if (cart === null) return notFound(cartId);
      if (!isIdle(cart, turn.at, idleMs)) return first({ kind: 'cart_kept', cartId });
      turn.removeCart(cartId);
      return first({ kind: 'cart_swept', cartId });
    },
    isOwn: true,
  },
};

const notFound = (cartId: string): Answer => first({ kind: 'cart_not_found', cartId });

/** Both carts change in this turn, or neither. On a repeat the other cart is empty, so nothing is added twice. */
function merge(cartId: string, from: string, turn: Turn): Answer {
  if (from === cartId) return first({ kind: 'cart_merged_into_itself', cartId });
  const other = turn.cart(from);
  if (other === null) return notFound(from);
  const taken = turn.tellCart(cartId, { type: 'take_in', lines: other.lines, at: turn.at });
  if (taken.kind === 'changed') turn.tellCart(from, { type: 'hand_over', at: turn.at });
  // There was nothing to take in, and no cart to put it in.
  if (taken.kind === 'unchanged' && turn.cart(cartId) === null) return notFound(cartId);
  return after(taken, cartId, turn);
}

/**
 * What a cart shows of its SKUs changes without the cart. If a SKU has changed since the cart did, the cart is news
 * even to a reader that knows its version.
 */
function isShownAnew({ cartId, ifNotVersion }: OfCart & Conditional, turn: Turn): boolean {
  if (ifNotVersion === '*') return false;
  const cart = turn.cart(cartId);
  return cart?.lines.some(({ skuId }) => turn.namedSku(skuId).updatedAt >= cart.updatedAt) ?? false;
}

const after = (decision: CartDecision, cartId: string, turn: Turn): Answer =>
  decision.kind === 'refused' ? first(decision.refusal) : shown(cartId, turn);

/** The cart with what its SKUs say in this turn. */
function shown(cartId: string, turn: Turn): Answer {
  const cart: Cart | null = turn.cart(cartId);
  assert(cart !== null, `cart ${cartId} is present`);
  const lines = cart.lines.map((line) => {
    const sku = turn.namedSku(line.skuId);
    const { name, price, currency } = sku;
    return { ...line, name, price, currency, available: available(sku) };
  });
  return first({ kind: 'cart', cart: { ...cart, lines } });
}
