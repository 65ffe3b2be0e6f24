/**
 * The commands on one order and the SKUs of its lines. Each checks everything first and then sends everything, with
 * nothing in between.
 */
import { assert } from '../../lib/assert.ts';
import { NO_SKUS, type RulesOf, type SkuNamed } from '../command-rule.ts';
import type { Known } from '../kind-names.ts';
import { type Answer, first } from '../outcome.ts';
import type { SkuRefusal } from '../skus/outcomes.ts';
import type { LineMessage } from '../skus/rules.ts';
import type { OrderTold, Turn } from '../turn.ts';
import { type Conditional, unmet } from '../versions.ts';
import { addTogether, type LineRequest, type Order } from './order.ts';
import type { OrderMessage } from './order-changes.ts';
import { namesOf, type Placement, place, waitsAs } from './placement.ts';

interface OfOrder {
  readonly orderId: string;
}

export type OrderCommand =
  | ({ readonly kind: 'place'; readonly lines: readonly LineRequest[] } & Placement)
  | ({ readonly kind: 'read_order' } & OfOrder)
  | ({ readonly kind: 'confirm' } & OfOrder)
  | ({ readonly kind: 'cancel'; readonly reason: string | null } & OfOrder)
  | ({ readonly kind: 'ship' } & OfOrder)
  | ({ readonly kind: 'reduce'; readonly skuId: string; readonly quantity: number } & OfOrder)
  | ({ readonly kind: 'return'; readonly lines: readonly LineRequest[]; readonly restock: boolean } & OfOrder)
  /** From the sweeper: cancels the order if it is overdue. */
  | ({ readonly kind: 'expire' } & OfOrder);

const needs = ({ orderId }: OfOrder) => [{ kind: 'orders', id: orderId }] as const;

const stale = ({ orderId, ...conditions }: OfOrder & Conditional, turn: Turn) =>
  unmet(conditions, { orderId }, turn.order(orderId));

/**
 * The SKUs named by the lines of a stored order, whose stock a command may move. A cancelled order moves none. `null`:
 * the order is not read yet, or there is none.
 */
function linesOf(orderId: string, known: Known): readonly SkuNamed[] | null {
  const order = known.find('orders', orderId);
  if (order === null) return null;
  return order.status === 'cancelled' ? NO_SKUS : order.lines;
}

/** What commands that change an existing order have in common. */
const change = { needs, lines: ({ orderId }: OfOrder, known: Known) => linesOf(orderId, known) ?? NO_SKUS, stale };

export const ORDER_RULES: RulesOf<OrderCommand> = {
  place: {
    needs: ({ orderId, idIsNew = false }) => [{ kind: 'orders', id: orderId, isNew: idIsNew }],
    lines: ({ lines }) => lines,
    customer: ({ customerId }) => customerId,
    // A repeat gets the same answer, whatever has become of the version since.
    stale: ({ orderId, ...conditions }, turn) =>
      turn.order(orderId) === null ? unmet(conditions, { orderId }, null) : null,
    decide: (command, turn) => place(command, turn),
    waits: waitsAs,
    names: (command, hasKey) => namesOf(command, hasKey),
  },

  read_order: {
    needs,
    lines: () => NO_SKUS,
    stale,
    decide: ({ orderId }, turn) => {
      const order = turn.order(orderId);
      return first(order === null ? { kind: 'order_not_found', orderId } : { kind: 'order', order });
    },
  },

  confirm: { ...change, decide: ({ orderId }, turn) => tell(orderId, () => ({ type: 'confirm', at: turn.at }), turn) },

  cancel: {
    ...change,
    stale: (command, turn) => staleCancel(command, turn),
    decide: ({ orderId, reason }, turn) => tell(orderId, () => ({ type: 'cancel', reason, at: turn.at }), turn),
  },

  ship: {
    ...change,
    decide: ({ orderId }, turn) =>
      tell(orderId, (order) => ({ type: 'ship', blocked: shippingBlocked(order, turn), at: turn.at }), turn),
  },

  reduce: {
    ...change,
    decide: ({ orderId, skuId, quantity }, turn) =>
      tell(orderId, () => ({ type: 'reduce', skuId, quantity, at: turn.at }), turn),
  },

  return: {
    ...change,
    // Until the order is read, only the lines that the command names are known.
    lines: ({ orderId, lines }, known) => linesOf(orderId, known) ?? lines,
    decide: ({ orderId, lines, restock }, turn) => {
      const asked = addTogether(lines);
      const message = (order: Order): OrderMessage => {
        const blocked = returnBlocked(order, asked, restock, turn);
        return { type: 'return', lines: asked, restock, blocked, at: turn.at };
      };
      return tell(orderId, message, turn);
    },
  },

  expire: {
    needs,
    lines: change.lines,
    decide: ({ orderId }, turn) => tell(orderId, () => ({ type: 'expire', at: turn.at }), turn),
    isOwn: true,
  },
};

/** Sends an existing order a message, and then sends its SKUs what the order said to them. */
function tell(orderId: string, messageTo: (order: Order) => OrderMessage, turn: Turn): Answer {
  const order = turn.order(orderId);
  if (order === null) return first({ kind: 'order_not_found', orderId });
  const told = turn.tellOrder(orderId, messageTo(order));
  moveAll(told, told.said.stock, turn);
  return first(told.said.refusal ?? { kind: 'order', order: told.order });
}

/** Every message was checked in this turn, so every one moves stock. */
function moveAll(told: OrderTold, moves: readonly { skuId: string; message: LineMessage }[], turn: Turn): void {
  for (const { skuId, message } of moves) {
    const { kind } = turn.moveStock(told, skuId, message);
    assert(kind === 'moved', `SKU ${skuId} moves by ${message.type} as it was checked to`);
  }
}

/**
 * Any number of cancels get the same answer. A cancelled order never changes again, so it was cancelled at the version
 * before its last. A cancel that asks for that version would have done exactly this, or did it.
 */
function staleCancel({ orderId, ...conditions }: OfOrder & Conditional, turn: Turn) {
  const order = turn.order(orderId);
  const found = unmet(conditions, { orderId }, order);
  if (order?.status !== 'cancelled') return found;
  return unmet(conditions, { orderId }, { version: order.version - 1 }) === null ? null : found;
}

/** A refusal with all lines of a confirmed order whose units are not in the building; `null` when there are none. */
function shippingBlocked(order: Order, turn: Turn): SkuRefusal | null {
  if (order.status !== 'confirmed') return null;
  const shortages = order.lines.flatMap(({ skuId, quantity }) => {
    if (quantity === 0) return [];
    const refusal = turn.refusalOf(skuId, { type: 'ship', quantity, orderId: order.id, at: turn.at });
    return refusal?.kind === 'not_on_hand' ? refusal.shortages : [];
  });
  return shortages.length > 0 ? { kind: 'not_on_hand', shortages } : null;
}

/** The refusal of the first SKU that cannot take units of a shipped order back; `null` when all can. */
function returnBlocked(order: Order, lines: readonly LineRequest[], restock: boolean, turn: Turn): SkuRefusal | null {
  if (order.status !== 'shipped') return null;
  for (const { skuId, quantity } of lines) {
    if (!order.lines.some((line) => line.skuId === skuId)) continue;
    const refusal = turn.refusalOf(skuId, { type: 'return', quantity, orderId: order.id, restock, at: turn.at });
    if (refusal !== null) return refusal;
  }
  return null;
}
