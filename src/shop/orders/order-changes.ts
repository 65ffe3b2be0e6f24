/**
 * The changes that a message makes to an order. Each is a pure function from the order to the order after it and what
 * its SKUs must be told.
 */
import { assert, unreachable } from '../../lib/assert.ts';
import type { SkuRefusal } from '../skus/outcomes.ts';
import type { LineMessage } from '../skus/rules.ts';
import type { LineRequest, Order, OrderLine } from './order.ts';
import type { OrderRefusal } from './outcomes.ts';

/** A message to an order's actor. `at` is the time of the turn. */
export type OrderMessage =
  | { readonly type: 'confirm'; readonly at: number }
  | { readonly type: 'cancel'; readonly at: number; readonly reason: string | null }
  /** `blocked` is the SKUs' refusal to ship, found in the same turn. */
  | { readonly type: 'ship'; readonly at: number; readonly blocked: SkuRefusal | null }
  | { readonly type: 'reduce'; readonly at: number; readonly skuId: string; readonly quantity: number }
  /** `lines` name each SKU once. */
  | {
      readonly type: 'return';
      readonly at: number;
      readonly lines: readonly LineRequest[];
      readonly restock: boolean;
      readonly blocked: SkuRefusal | null;
    }
  | { readonly type: 'expire'; readonly at: number };

/**
 * What the order decided: the refusal, if any, and what its SKUs must be told. A refusal can come with messages:
 * confirming an overdue order expires it.
 */
export interface OrderSaid {
  readonly refusal: OrderRefusal | SkuRefusal | null;
  readonly changed: boolean;
  readonly stock: readonly { readonly skuId: string; readonly message: LineMessage }[];
}

export interface OrderContext {
  readonly order: Order;
  readonly said: OrderSaid;
}

export const NOTHING_SAID: OrderSaid = { refusal: null, changed: false, stock: [] };

/** One of the messages. */
export type Of<T extends OrderMessage['type']> = Extract<OrderMessage, { type: T }>;

/** Release of every line that still stands. */
function releases(order: Order, at: number, reason: string | null): OrderSaid['stock'] {
  return order.lines
    .filter((line) => line.quantity > 0)
    .map(({ skuId, quantity }) => ({
      skuId,
      message: { type: 'release', quantity, orderId: order.id, reason, at },
    }));
}

export function lineOf(order: Order, skuId: string): OrderLine | undefined {
  return order.lines.find((line) => line.skuId === skuId);
}

function next(order: Order, at: number, changes: Partial<Order>): Order {
  return { ...order, ...changes, version: order.version + 1, updatedAt: at };
}

export function refuse(order: Order, refusal: OrderSaid['refusal']): OrderContext {
  return { order, said: { ...NOTHING_SAID, refusal } };
}

/** Cancels an overdue order, and answers the message that found it overdue as if the sweeper had come first. */
export function expire(order: Order, message: OrderMessage): OrderContext {
  const after = next(order, message.at, { status: 'cancelled', cancelReason: 'expired' });
  return {
    order: after,
    said: { refusal: refusalOfCancelled(after, message), changed: true, stock: releases(order, message.at, 'expired') },
  };
}

/** What a cancelled order answers: `null` where the message asks for what is already so, else the refusal. */
export function refusalOfCancelled(order: Order, message: OrderMessage): OrderRefusal | null {
  switch (message.type) {
    case 'cancel':
    case 'expire':
      return null;
    case 'confirm':
      return endedAs(order);
    case 'ship':
    case 'return':
      return { kind: 'order_cancelled', orderId: order.id };
    case 'reduce': {
      const line = lineOf(order, message.skuId);
      if (line === undefined) return { kind: 'line_not_found', orderId: order.id, skuId: message.skuId };
      return line.quantity === message.quantity ? null : endedAs(order);
    }
    default:
      return unreachable(message);
  }
}

const endedAs = (order: Order): OrderRefusal =>
  order.cancelReason === 'expired' && order.expiresAt !== null
    ? { kind: 'order_expired', orderId: order.id, expiresAt: order.expiresAt }
    : { kind: 'order_cancelled', orderId: order.id };

export function confirm(order: Order, at: number): OrderContext {
  return { order: next(order, at, { status: 'confirmed' }), said: { ...NOTHING_SAID, changed: true } };
}

export function cancel(order: Order, message: Of<'cancel'>): OrderContext {
  return {
    order: next(order, message.at, { status: 'cancelled', cancelReason: 'requested' }),
    said: { refusal: null, changed: true, stock: releases(order, message.at, message.reason) },
  };
}

export function ship(order: Order, message: Of<'ship'>): OrderContext {
  const stock = order.lines
    .filter((line) => line.quantity > 0)
    .map(({ skuId, quantity }) => ({
      skuId,
      message: { type: 'ship', quantity, orderId: order.id, at: message.at } as const,
    }));
  return { order: next(order, message.at, { status: 'shipped' }), said: { refusal: null, changed: true, stock } };
}

export function reduce(order: Order, message: Of<'reduce'>): OrderContext {
  const { skuId, at } = message;
  assert(message.quantity >= 0, `order ${order.id} is asked to reduce ${skuId} to ${message.quantity}`);
  const quantity = (lineOf(order, skuId)?.quantity ?? 0) - message.quantity;
  const lines = order.lines.map((line) => (line.skuId === skuId ? { ...line, quantity: message.quantity } : line));
  const gone = lines.every((line) => line.quantity === 0);
  return {
    order: next(order, at, gone ? { lines, status: 'cancelled', cancelReason: 'requested' } : { lines }),
    said: {
      refusal: null,
      changed: true,
      stock: [{ skuId, message: { type: 'release', quantity, orderId: order.id, reason: 'line reduced', at } }],
    },
  };
}

export function takeBack(order: Order, message: Of<'return'>): OrderContext {
  const { at, restock } = message;
  const back = new Map(message.lines.map((line) => [line.skuId, line.quantity]));
  assert(back.size === message.lines.length, `a return to order ${order.id} names a SKU twice`);
  const lines = order.lines.map((line) => ({ ...line, returned: line.returned + (back.get(line.skuId) ?? 0) }));
  const stock = message.lines.map(({ skuId, quantity }) => ({
    skuId,
    message: { type: 'return', quantity, orderId: order.id, restock, at } as const,
  }));
  return { order: next(order, at, { lines }), said: { refusal: null, changed: true, stock } };
}

/** Lines that return more than was shipped and not yet returned. */
export function excess(order: Order, lines: readonly LineRequest[]) {
  return lines.flatMap(({ skuId, quantity }) => {
    const line = lineOf(order, skuId);
    const returnable = line === undefined ? 0 : line.quantity - line.returned;
    return quantity > returnable ? [{ skuId, requested: quantity, returnable }] : [];
  });
}
