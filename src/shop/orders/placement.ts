/** What placing an order and checking out a cart have in common. */
import { assert } from '../../lib/assert.ts';
import type { RequestName, Waits } from '../command-rule.ts';
import { type Answer, first } from '../outcome.ts';
import type { Turn } from '../turn.ts';
import { asPlaced, type LineRequest } from './order.ts';
import { type PlaceRequest, placeOrder } from './place.ts';

/** An order that is asked for. Its lines are in the command, or in a cart. */
export interface Placement extends Omit<PlaceRequest, 'lines'> {
  /** The id was made for this request, so no order can have it. */
  readonly idIsNew?: boolean;
  /** How long it waits in line when there is too little stock, in seconds; 0 by default. */
  readonly waitSeconds?: number;
}

/** Places an order, or repeats the answer of the request that placed it. */
export function place(command: Placement & { readonly lines: readonly LineRequest[] }, turn: Turn): Answer {
  const existing = turn.order(command.orderId);
  if (existing !== null) {
    const { fingerprint, freight } = existing;
    return fingerprint === command.fingerprint || fingerprint === command.formerly?.(freight)
      ? { outcome: { kind: 'order_placed', order: asPlaced(existing) }, replayed: true }
      : first({ kind: 'order_id_reused', orderId: command.orderId });
  }
  turn.asks(command.lines);
  const decided = placeOrder(command, turn, turn.at);
  if ('refusal' in decided) return first(decided.refusal);
  const told = turn.placeOrder(decided.placed);
  for (const { skuId, quantity } of told.order.lines) {
    const message = { type: 'reserve', quantity, orderId: told.order.id, at: turn.at } as const;
    const { kind } = turn.moveStock(told, skuId, message);
    assert(kind === 'moved', `SKU ${skuId} reserves as it was checked to`);
  }
  return first({ kind: 'order_placed', order: told.order });
}

export const waitsAs = ({ orderId, customerId, waitSeconds = 0 }: Placement): Waits => ({
  orderId,
  customerId,
  seconds: waitSeconds,
});

const NAMELESS: readonly RequestName[] = [];

/**
 * The name of the order to be placed. Others can see an id that was made for the request only while the request waits
 * in line.
 */
export function namesOf(
  { orderId, fingerprint, idIsNew = false, waitSeconds = 0 }: Placement,
  hasKey: boolean,
): readonly RequestName[] {
  return !hasKey && idIsNew && waitSeconds === 0 ? NAMELESS : [orderName(orderId, fingerprint)];
}

export const orderName = (orderId: string, fingerprint: string): RequestName => ({
  text: `order ${orderId}`,
  fingerprint,
  isSettled: (turn) => turn.find('orders', orderId) !== null,
  reused: { kind: 'order_id_reused', orderId },
});
