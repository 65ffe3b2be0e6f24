/**
 * What a command must have in memory before its turn, in two steps: what it names, then the SKUs that it works on. A stored order or cart tells only
 * when it is read which SKUs these are, so both steps are asked again after every load. Between the steps the lines are counted: a command that would
 * work on more lines than may be in flight is refused before any of their SKUs is loaded.
 */
import { selectedLines } from '../carts/cart.ts';
import { unreachable } from '../lib/assert.ts';
import type { Command, Idempotency } from './command.ts';
import type { Held } from './memory/held.ts';

/** What is known of stored orders and carts. */
type Known = Pick<Held, 'loadedOrder' | 'loadedCart'>;

/** At admission nothing is in memory for the command yet. */
const NOTHING: Known = { loadedOrder: () => null, loadedCart: () => null };

type SkuNamed = { readonly skuId: string };

const NO_SKUS: readonly SkuNamed[] = [];

/** Lines that the command works on, as far as it says so itself; at least 1. */
export const linesAsked = (command: Command): number => linesOf(command, NOTHING);

/** Lines that the command works on, as far as is known by now; at least 1. It grows when a stored order or cart is read. */
export const linesOf = (command: Command, known: Known): number => Math.max(1, skusOf(command, known).length);

/**
 * Holds the order, carts, product and key that the command names. `isSeen`: it waits in line, where others see its order id, and may have asked for
 * it, or used it.
 */
export function holdNamed(command: Command, idempotency: Idempotency | null, isSeen: boolean, held: Held): void {
  if (idempotency !== null) held.wantKey(idempotency.key);
  if ('product' in command) held.wantProduct(command.product.id);
  if ('cartId' in command) held.wantCart(command.cartId);
  if ('from' in command) held.wantCart(command.from);
  if (!('orderId' in command)) return;
  if ('idIsNew' in command && command.idIsNew === true && !isSeen) held.wantNewOrder(command.orderId);
  else held.wantOrder(command.orderId);
}

/** Holds the SKUs that the command works on, as far as they are known; `Held.loading` tells when to ask again. */
export function holdSkus(command: Command, held: Held): void {
  const reserves = command.kind === 'place' || command.kind === 'checkout';
  const customerId = reserves ? command.customerId : null;
  for (const { skuId } of skusOf(command, held)) {
    held.wantSku(skuId);
    // What the customer has of it, where that is limited: known once the SKU is in memory.
    if (customerId !== null && (held.loadedSku(skuId)?.maxPerCustomer ?? null) !== null) {
      held.wantStanding(customerId, skuId);
    }
  }
}

/** The SKUs of all lines that the command works on, as far as is known. */
function skusOf(command: Command, known: Known): readonly SkuNamed[] {
  switch (command.kind) {
    case 'create_sku':
      return [{ skuId: command.sku.id }];
    case 'read_sku':
    case 'change_sku':
    case 'receive':
    case 'adjust':
      return [command];
    case 'read_availability':
      return command.skuIds.map((skuId) => ({ skuId }));
    case 'place':
      return command.lines;
    case 'checkout': {
      const cart = known.loadedCart(command.cartId);
      return cart === null ? NO_SKUS : selectedLines(cart);
    }
    // A cart is shown with what its SKUs say.
    case 'put_line':
      return [...cartLines(command.cartId, known), command];
    case 'merge_carts':
      if (command.from === command.cartId) return cartLines(command.cartId, known);
      return [...cartLines(command.cartId, known), ...cartLines(command.from, known)];
    case 'read_cart':
    case 'remove_line':
    case 'select_all':
      return cartLines(command.cartId, known);
    case 'return':
      return orderLines(command.orderId, known) ?? command.lines;
    case 'confirm':
    case 'cancel':
    case 'ship':
    case 'reduce':
    case 'expire':
      return orderLines(command.orderId, known) ?? NO_SKUS;
    case 'put_product':
    case 'read_order':
    case 'sweep_cart':
      return NO_SKUS;
    default:
      return unreachable(command);
  }
}

const cartLines = (cartId: string, known: Known): readonly SkuNamed[] => known.loadedCart(cartId)?.lines ?? NO_SKUS;

/** A command on a stored order moves stock of SKUs that its lines name; a cancelled order moves none. `null`: it is not read yet, or there is none. */
function orderLines(orderId: string, known: Known): readonly SkuNamed[] | null {
  const order = known.loadedOrder(orderId);
  if (order === null) return null;
  return order.status === 'cancelled' ? NO_SKUS : order.lines;
}
