/** The turns of commands on carts, and the checkout: one turn over a cart, an order, and all SKUs of its lines. */
import { type Cart, isIdle, selectedLines, stillSelected } from '../carts/cart.ts';
import type { CartDecision } from '../carts/decide.ts';
import type { CartShown } from '../carts/outcomes.ts';
import type { Entry } from '../journal/journal.ts';
import { assert, unreachable } from '../lib/assert.ts';
import type { LineRequest } from '../orders/order.ts';
import { available } from '../stock/sku.ts';
import type { CartCommand, Checkout, Outcome } from './command.ts';
import { place } from './decide-order.ts';
import type { Turn } from './turn.ts';

/** Decides a command on one cart, or on two. */
export function decideCartCommand(command: CartCommand, turn: Turn): Outcome {
  const { cartId } = command;
  const cart = turn.cart(cartId);
  const notFound = { kind: 'cart_not_found', cartId } as const;
  switch (command.kind) {
    case 'read_cart':
      return cart === null ? notFound : shown(cartId, turn);
    case 'put_line': {
      const { skuId, quantity, selected } = command;
      if (turn.sku(skuId) === null) return { kind: 'unknown_sku', skuIds: [skuId] };
      return after(turn.tellCart(cartId, { type: 'put', skuId, quantity, selected, at: turn.at }), cartId, turn);
    }
    case 'remove_line':
      if (cart === null) return notFound;
      return after(turn.tellCart(cartId, { type: 'remove', skuId: command.skuId, at: turn.at }), cartId, turn);
    case 'select_all': {
      if (cart === null) return notFound;
      const { selected } = command;
      return after(turn.tellCart(cartId, { type: 'select_all', selected, at: turn.at }), cartId, turn);
    }
    case 'merge_carts':
      return merge(command, turn);
    case 'sweep_cart':
      if (cart === null) return notFound;
      if (!isIdle(cart, turn.at, command.idleMs)) return { kind: 'cart_kept', cartId };
      turn.removeCart(cartId);
      return { kind: 'cart_swept', cartId };
    default:
      return unreachable(command);
  }
}

/** Both carts change in this turn or neither: asked again, the other cart is empty and nothing is added twice. */
function merge({ cartId, from }: Extract<CartCommand, { kind: 'merge_carts' }>, turn: Turn): Outcome {
  if (from === cartId) return { kind: 'cart_merged_into_itself', cartId };
  const other = turn.cart(from);
  if (other === null) return { kind: 'cart_not_found', cartId: from };
  const taken = turn.tellCart(cartId, { type: 'take_in', lines: other.lines, at: turn.at });
  if (taken.kind === 'changed') turn.tellCart(from, { type: 'hand_over', at: turn.at });
  // There was nothing to take in, and nowhere to put it.
  if (taken.kind === 'unchanged' && turn.cart(cartId) === null) return { kind: 'cart_not_found', cartId };
  return after(taken, cartId, turn);
}

/**
 * What was selected when the checkout was asked for, kept for as long as it is worked on: quantity that is added while it waits, or while a lost
 * commit is decided again, is not bought.
 */
export interface Picked {
  lines: readonly LineRequest[] | null;
  /** What had changed the cart and was not durable yet, `null` for nothing: if it is lost, there never was such a cart, and it is picked anew. */
  standsOn: Entry | null;
  /** What of it still is in the cart and selected. */
  now: readonly LineRequest[];
}

/** Buys what was picked, as far as it still is in the cart and selected, and takes exactly that from the cart. */
export function checkout(command: Checkout, picked: Picked, turn: Turn): { outcome: Outcome; replayed: boolean } {
  const { cartId, orderId } = command;
  // Before the cart: bought before, it is no more in the cart.
  if (turn.order(orderId) !== null) return place({ ...command, kind: 'place', lines: [] }, turn);
  const cart = turn.cart(cartId);
  if (cart === null) return { outcome: { kind: 'cart_not_found', cartId }, replayed: false };
  const lines = stillSelected(pickedLines(picked, cart, turn), cart);
  picked.now = lines;
  if (lines.length === 0) return { outcome: { kind: 'nothing_selected', cartId }, replayed: false };
  const answer = place({ ...command, kind: 'place', lines }, turn);
  if (answer.outcome.kind === 'order_placed') {
    const { kind } = turn.tellCart(cartId, { type: 'bought', lines, at: turn.at });
    assert(kind === 'changed', `cart ${cartId} lets go of what was bought`);
  }
  return answer;
}

function pickedLines(picked: Picked, cart: Cart, turn: Turn): readonly LineRequest[] {
  if (picked.lines === null || isLost(picked.standsOn)) {
    picked.lines = selectedLines(cart);
    picked.standsOn = turn.cartUnderWay(cart.id);
  }
  return picked.lines;
}

const isLost = (entry: Entry | null) =>
  entry?.state === 'lost' || entry?.state === 'displaced' || entry?.state === 'unknown';

function after(decision: CartDecision, cartId: string, turn: Turn): Outcome {
  return decision.kind === 'refused' ? decision.refusal : shown(cartId, turn);
}

/** The cart with what its SKUs say in this turn. */
function shown(cartId: string, turn: Turn): Outcome {
  const cart = turn.cart(cartId);
  assert(cart !== null, `cart ${cartId} is present`);
  const lines = cart.lines.map((line) => {
    const sku = turn.namedSku(line.skuId);
    const { name, price, currency } = sku;
    return { ...line, name, price, currency, available: available(sku) };
  });
  return { kind: 'cart', cart: { ...cart, lines } satisfies CartShown };
}
