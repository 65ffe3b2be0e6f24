/** Checking out a cart: one turn over the cart, an order, and all SKUs of its lines. */

import { assert } from '../../lib/assert.ts';
import { type CommandRule, NO_SKUS, type RequestName } from '../command-rule.ts';
import type { LineRequest } from '../orders/order.ts';
import { namesOf, orderName, type Placement, place, waitsAs } from '../orders/placement.ts';
import { type Answer, first } from '../outcome.ts';
import type { Turn } from '../turn.ts';
import { type Conditional, unmet } from '../versions.ts';
import { type Cart, selectedLines, stillSelected } from './cart.ts';

/** Places an order of what is selected in a cart. */
export interface Checkout extends Placement {
  readonly kind: 'checkout';
  readonly cartId: string;
}

export const CHECKOUT_RULE: CommandRule<Checkout> = {
  needs: ({ cartId, orderId, idIsNew = false }) => [
    { kind: 'carts', id: cartId },
    { kind: 'orders', id: orderId, isNew: idIsNew },
  ],
  lines: ({ cartId }, known) => {
    const cart = known.find('carts', cartId);
    return cart === null ? NO_SKUS : selectedLines(cart);
  },
  customer: ({ customerId }) => customerId,
  // A repeat gets the same answer, whatever has become of the cart since.
  stale: ({ cartId, orderId, ...conditions }, turn) =>
    turn.order(orderId) === null ? unmet(conditions, { cartId }, turn.cart(cartId)) : null,
  decide: checkout,
  waits: waitsAs,
  names: (command, hasKey) =>
    command.idIsNew === true && !hasKey
      ? [orderName(command.orderId, command.fingerprint), cartName(command)]
      : namesOf(command, hasKey),
};

/** Buys what was picked, as far as it is still in the cart and selected, and takes exactly that out of the cart. */
function checkout(command: Checkout, turn: Turn): Answer {
  const { cartId } = command;
  // Checked before the cart, because what was bought is no longer in the cart.
  if (turn.order(command.orderId) !== null) return place({ ...command, lines: [] }, turn);
  const cart = turn.cart(cartId);
  if (cart === null) return first({ kind: 'cart_not_found', cartId });
  const lines = stillSelected(picked(cart, turn), cart);
  if (lines.length === 0) return first({ kind: 'nothing_selected', cartId });
  const answer = place({ ...command, lines }, turn);
  if (answer.outcome.kind === 'order_placed') {
    const { kind } = turn.tellCart(cartId, { type: 'bought', lines, at: turn.at });
    assert(kind === 'changed', `cart ${cartId} lets go of what was bought`);
  }
  return answer;
}

/**
 * What was selected when the checkout was asked for. It is kept as long as the checkout is worked on: quantity that is
 * added while it waits, or while it is decided again after a lost commit, is not bought. If the change of the cart that
 * it was picked from is lost, there never was such a cart, and the lines are picked anew.
 */
function picked(cart: Cart, turn: Turn): readonly LineRequest[] {
  const kept = turn.recall();
  if (kept !== null) return kept;
  const lines = selectedLines(cart);
  turn.keep(lines);
  return lines;
}

/**
 * Where neither an order id nor a key identifies a repeat, the cart and the terms do. With other terms, or another
 * version, it is a different request.
 */
function cartName(command: Checkout & Conditional): RequestName {
  const { cartId, orderId, fingerprint, ifVersion = null, ifNotVersion = null } = command;
  return {
    text: `cart ${JSON.stringify([cartId, fingerprint, ifVersion, ifNotVersion])}`,
    fingerprint,
    isSettled: () => false,
    reused: { kind: 'order_id_reused', orderId },
  };
}
