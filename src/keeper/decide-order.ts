/** The turns of commands on one order and the SKUs of its lines: check everything, then send everything, with nothing in between. */
import { assert, unreachable } from '../lib/assert.ts';
import { addTogether, asPlaced, type Order } from '../orders/order.ts';
import type { OrderMessage } from '../orders/order-changes.ts';
import { placeOrder } from '../orders/place.ts';
import type { StockMessage } from '../stock/decide.ts';
import type { SkuRefusal } from '../stock/outcomes.ts';
import type { OrderCommand, Outcome } from './command.ts';
import type { Turn } from './turn.ts';

type Placement = Extract<OrderCommand, { kind: 'place' }>;
type Change = Exclude<OrderCommand, { kind: 'place' | 'read_order' }>;

/** `replayed` is true for a placement that had been placed before. */
export function decideOrderCommand(command: OrderCommand, turn: Turn): { outcome: Outcome; replayed: boolean } {
  if (command.kind === 'place') return place(command, turn);
  const { orderId } = command;
  const order = turn.order(orderId);
  if (order === null) return { outcome: { kind: 'order_not_found', orderId }, replayed: false };
  const outcome = command.kind === 'read_order' ? ({ kind: 'order', order } as const) : change(command, order, turn);
  return { outcome, replayed: false };
}

/** Places an order, or gives the answer of the request that placed it again. */
export function place(command: Placement, turn: Turn): { outcome: Outcome; replayed: boolean } {
  const existing = turn.order(command.orderId);
  if (existing !== null) {
    const { fingerprint, freight } = existing;
    return fingerprint === command.fingerprint || fingerprint === command.formerly?.(freight)
      ? { outcome: { kind: 'order_placed', order: asPlaced(existing) }, replayed: true }
      : { outcome: { kind: 'order_id_reused', orderId: command.orderId }, replayed: false };
  }
  const decided = placeOrder(command, turn, turn.at);
  if ('refusal' in decided) return { outcome: decided.refusal, replayed: false };
  const order = decided.placed;
  turn.placeOrder(order);
  const reservations = order.lines.map(({ skuId, quantity }) => ({
    skuId,
    message: { type: 'reserve', quantity, orderId: order.id, at: turn.at } as const,
  }));
  tellAll(turn, reservations);
  return { outcome: { kind: 'order_placed', order }, replayed: false };
}

function change(command: Change, order: Order, turn: Turn): Outcome {
  const said = turn.tellOrder(order.id, messageOf(command, order, turn));
  tellAll(turn, said.stock);
  if (said.refusal !== null) return said.refusal;
  const after = turn.order(order.id);
  assert(after !== null, 'an order that was told something is present');
  return { kind: 'order', order: after };
}

function messageOf(command: Change, order: Order, turn: Turn): OrderMessage {
  const { at } = turn;
  switch (command.kind) {
    case 'confirm':
    case 'expire':
      return { type: command.kind, at };
    case 'cancel':
      return { type: 'cancel', reason: command.reason, at };
    case 'reduce':
      return { type: 'reduce', skuId: command.skuId, quantity: command.quantity, at };
    case 'ship':
      return { type: 'ship', blocked: order.status === 'confirmed' ? shippingBlocked(order, turn) : null, at };
    case 'return': {
      const lines = addTogether(command.lines);
      const { restock } = command;
      const messages = lines
        .filter(({ skuId }) => order.lines.some((line) => line.skuId === skuId))
        .map(({ skuId, quantity }) => ({
          skuId,
          message: { type: 'return', quantity, orderId: order.id, restock, at } as const,
        }));
      const blocked = order.status === 'shipped' ? firstRefusal(turn, messages) : null;
      return { type: 'return', lines, restock, blocked, at };
    }
    default:
      return unreachable(command);
  }
}

/** All lines whose units are not in the building. */
function shippingBlocked(order: Order, turn: Turn): SkuRefusal | null {
  const shortages = order.lines.flatMap(({ skuId, quantity }) => {
    if (quantity === 0) return [];
    const refusal = turn.refusalOf(skuId, { type: 'ship', quantity, orderId: order.id, at: turn.at });
    return refusal?.kind === 'not_on_hand' ? refusal.shortages : [];
  });
  return shortages.length > 0 ? { kind: 'not_on_hand', shortages } : null;
}

type Told = readonly { readonly skuId: string; readonly message: StockMessage }[];

function firstRefusal(turn: Turn, told: Told): SkuRefusal | null {
  for (const { skuId, message } of told) {
    const refusal = turn.refusalOf(skuId, message);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** Every message was checked in this turn, so every one moves stock. */
function tellAll(turn: Turn, told: Told): void {
  for (const { skuId, message } of told) {
    const { kind } = turn.tellSku(skuId, message);
    assert(kind === 'moved', `SKU ${skuId} moves by ${message.type} as it was checked to`);
  }
}
