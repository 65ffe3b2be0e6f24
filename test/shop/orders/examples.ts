/** Orders to start an example from: two lines, online, expiring a second after placing. */
import type { Order, OrderStatus } from '../../../src/shop/orders/order.ts';
import { OrderActor } from '../../../src/shop/orders/order-actor.ts';
import type { OrderMessage, OrderSaid } from '../../../src/shop/orders/order-changes.ts';

export const PLACED_AT = 1000;
export const EXPIRES_AT = 2000;
/** A time of a turn before the expiry. */
export const AT = 1500;

export const STATUSES: readonly OrderStatus[] = ['pending', 'confirmed', 'shipped', 'cancelled'];

export function anOrder(changes: Partial<Order> = {}): Order {
  return {
    id: 'o1',
    status: 'pending',
    payment: 'online',
    customerId: null,
    lines: [
      { skuId: 'anvil', quantity: 3, ordered: 3, unitPrice: 500, returned: 0 },
      { skuId: 'bolt', quantity: 2, ordered: 2, unitPrice: 10, returned: 0 },
    ],
    freight: 450,
    currency: 'EUR',
    expiresAt: EXPIRES_AT,
    cancelReason: null,
    version: 1,
    fingerprint: 'f',
    createdAt: PLACED_AT,
    updatedAt: PLACED_AT,
    ...changes,
  };
}

/** An order as it is stored in this status. */
export function inStatus(status: OrderStatus): Order {
  return anOrder({ status, cancelReason: status === 'cancelled' ? 'requested' : null, version: 4 });
}

export const confirm = (at = AT): OrderMessage => ({ type: 'confirm', at });
export const cancel = (at = AT): OrderMessage => ({ type: 'cancel', at, reason: 'changed my mind' });
export const ship = (at = AT): OrderMessage => ({ type: 'ship', at, blocked: null });
export const expire = (at = AT): OrderMessage => ({ type: 'expire', at });
export const reduce = (skuId: string, quantity: number, at = AT): OrderMessage => ({
  type: 'reduce',
  at,
  skuId,
  quantity,
});
export const takeBack = (quantities: Record<string, number>, at = AT): OrderMessage => ({
  type: 'return',
  at,
  lines: Object.entries(quantities).map(([skuId, quantity]) => ({ skuId, quantity })),
  restock: true,
  blocked: null,
});

/** An order after a message, and what it said. */
export function told(order: Order, message: OrderMessage) {
  const owner = new OrderActor(order);
  const said = owner.tell(message);
  return { order: owner.order, said };
}

/** The messages to the SKUs in short: `release anvil 3`. */
export const stockOf = ({ stock }: OrderSaid): string[] =>
  stock.map(({ skuId, message }) => `${message.type} ${skuId} ${'quantity' in message ? message.quantity : ''}`);
