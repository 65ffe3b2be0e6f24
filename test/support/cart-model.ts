/**
 * The turns of carts in the reference model. The rules are applied to two more maps, with no memory to lose and no line
 * to wait in.
 */

import { assert, unreachable } from '../../src/lib/assert.ts';
import { type Cart, emptyCart, isIdle, selectedLines } from '../../src/shop/carts/cart.ts';
import type { Checkout } from '../../src/shop/carts/checkout.ts';
import type { CartCommand } from '../../src/shop/carts/commands.ts';
import { type CartDecision, type CartMessage, decideCart } from '../../src/shop/carts/rules.ts';
import type { LineRequest } from '../../src/shop/orders/order.ts';
import type { Outcome } from '../../src/shop/outcome.ts';
import { available } from '../../src/shop/skus/sku.ts';
import type { Step, World } from './model.ts';

/** One turn of a command on carts. */
export function cartStep(world: World, command: Exclude<CartCommand, Checkout>, at: number): Step {
  const { cartId } = command;
  const cart = world.carts.get(cartId);
  const notFound = said(world, { kind: 'cart_not_found', cartId });
  if (command.kind === 'put_line') {
    if (!world.skus.has(command.skuId)) return said(world, { kind: 'unknown_sku', skuIds: [command.skuId] });
    const { skuId, quantity, selected } = command;
    return told(world, cartId, { type: 'put', skuId, quantity, selected, at });
  }
  if (command.kind === 'merge_carts') return merge(world, command, at);
  if (cart === undefined) return notFound;
  switch (command.kind) {
    case 'read_cart':
      return said(world, shown(world, cart));
    case 'remove_line':
      return told(world, cartId, { type: 'remove', skuId: command.skuId, at });
    case 'select_all':
      return told(world, cartId, { type: 'select_all', selected: command.selected, at });
    case 'sweep_cart': {
      if (!isIdle(cart, at, command.idleMs)) return said(world, { kind: 'cart_kept', cartId });
      const carts = new Map(world.carts);
      carts.delete(cartId);
      return said({ ...world, carts }, { kind: 'cart_swept', cartId });
    }
    default:
      return unreachable(command);
  }
}

/** One turn of a checkout that was not asked for before. `place` places an order of lines. */
export function checkoutStep(
  world: World,
  command: Checkout,
  at: number,
  place: (lines: readonly LineRequest[]) => Step,
): Step {
  const { cartId, orderId } = command;
  if (world.orders.has(orderId)) return place([]);
  const cart = world.carts.get(cartId);
  if (cart === undefined) return said(world, { kind: 'cart_not_found', cartId });
  const lines = selectedLines(cart);
  if (lines.length === 0) return said(world, { kind: 'nothing_selected', cartId });
  const placed = place(lines);
  if (placed.outcome.kind !== 'order_placed') return placed;
  const decision = decideCart(cart, { type: 'bought', lines, at });
  assert(decision.kind === 'changed', `cart ${cartId} lets go of what was bought`);
  return { ...placed, world: withCart(placed.world, decision.cart) };
}

function merge(world: World, { cartId, from }: Extract<CartCommand, { kind: 'merge_carts' }>, at: number): Step {
  if (cartId === from) return said(world, { kind: 'cart_merged_into_itself', cartId });
  const other = world.carts.get(from);
  if (other === undefined) return said(world, { kind: 'cart_not_found', cartId: from });
  if (other.lines.length === 0 && !world.carts.has(cartId)) return said(world, { kind: 'cart_not_found', cartId });
  const taken = told(world, cartId, { type: 'take_in', lines: other.lines, at });
  if (taken.world === world) return taken;
  return { ...taken, world: told(taken.world, from, { type: 'hand_over', at }).world };
}

function told(world: World, cartId: string, message: CartMessage): Step {
  const cart = world.carts.get(cartId) ?? emptyCart(cartId, message.at);
  const decision: CartDecision = decideCart(cart, message);
  if (decision.kind === 'refused') return said(world, decision.refusal);
  const after = decision.kind === 'changed' ? withCart(world, decision.cart) : world;
  return said(after, shown(after, decision.cart));
}

function withCart(world: World, cart: Cart): World {
  return { ...world, carts: new Map(world.carts).set(cart.id, cart) };
}

function shown(world: World, cart: Cart): Outcome {
  const lines = cart.lines.map((line) => {
    const sku = world.skus.get(line.skuId);
    assert(sku !== undefined, `cart ${cart.id} names ${line.skuId}, which does not exist`);
    return { ...line, name: sku.name, price: sku.price, currency: sku.currency, available: available(sku) };
  });
  return { kind: 'cart', cart: { ...cart, lines } };
}

const said = (world: World, outcome: Outcome): Step => ({ world, outcome, replayed: false, movements: [] });
