/** What a command must have in memory before its turn. Asked again after every load, for an order or a cart tells only when it is read which SKUs it names. */
import { selectedLines } from '../carts/cart.ts';
import type { Checkout, Command, Idempotency, OrderCommand } from './command.ts';
import type { Held } from './held.ts';

type Placement = Extract<OrderCommand, { kind: 'place' }>;

/**
 * Holds what the command needs as far as it is known; `Held.loading` tells when to ask again. `isSeen`: it waits in line, where others see its order id,
 * and may have asked for it, or used it.
 */
export function holdNeeds(command: Command, idempotency: Idempotency | null, isSeen: boolean, held: Held): void {
  if (idempotency !== null) held.wantKey(idempotency.key);
  switch (command.kind) {
    case 'create_sku':
      return held.wantSku(command.sku.id);
    case 'read_sku':
    case 'change_sku':
    case 'receive':
    case 'adjust':
      return held.wantSku(command.skuId);
    case 'read_availability':
      for (const skuId of command.skuIds) held.wantSku(skuId);
      return;
    case 'put_product':
      return held.wantProduct(command.product.id);
    case 'place':
      for (const { skuId } of command.lines) holdToReserve(skuId, command.customerId, held);
      return holdToPlace(command, isSeen, held);
    case 'read_order':
      return held.wantOrder(command.orderId);
    case 'sweep_cart':
      return held.wantCart(command.cartId);
    case 'put_line':
      held.wantSku(command.skuId);
      return holdCart(command.cartId, held);
    case 'read_cart':
    case 'remove_line':
    case 'select_all':
      return holdCart(command.cartId, held);
    case 'merge_carts':
      holdCart(command.from, held);
      return holdCart(command.cartId, held);
    case 'checkout':
      holdToPlace(command, isSeen, held);
      held.wantCart(command.cartId);
      for (const { skuId } of selectedIn(command.cartId, held)) holdToReserve(skuId, command.customerId, held);
      return;
    default:
      held.wantOrder(command.orderId);
      return holdLines(command.orderId, held);
  }
}

function holdToPlace({ orderId, idIsNew }: Checkout | Placement, isSeen: boolean, held: Held): void {
  if (idIsNew && !isSeen) held.wantNewOrder(orderId);
  else held.wantOrder(orderId);
}

/** What is to be reserved, and what the customer has of it where that is limited: known once the SKU is in memory. */
function holdToReserve(skuId: string, customerId: string | null, held: Held): void {
  held.wantSku(skuId);
  if (customerId === null) return;
  const sku = held.loadedSku(skuId);
  if (sku !== null && sku.maxPerCustomer !== null) held.wantStanding(customerId, skuId);
}

/** A cart is shown with what its SKUs say. */
function holdCart(cartId: string, held: Held): void {
  held.wantCart(cartId);
  for (const { skuId } of held.loadedCart(cartId)?.lines ?? []) held.wantSku(skuId);
}

function selectedIn(cartId: string, held: Held) {
  const cart = held.loadedCart(cartId);
  return cart === null ? [] : selectedLines(cart);
}

/** A command on a stored order moves stock of SKUs that its lines name; a cancelled order moves none. */
function holdLines(orderId: string, held: Held): void {
  const order = held.loadedOrder(orderId);
  if (order === null || order.status === 'cancelled') return;
  for (const line of order.lines) held.wantSku(line.skuId);
}
