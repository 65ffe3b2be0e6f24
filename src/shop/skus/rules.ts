/**
 * The rules of one SKU: `decideStock` turns a message into a movement or a refusal, and `evolve` applies a movement.
 * They are pure, so the same function decides in production, replays the ledger and is the model of the property tests.
 */
import { assert, unreachable } from '../../lib/assert.ts';
import { corruptSku } from '../../lib/corrupt.ts';
import type { SkuRefusal } from './outcomes.ts';
import { available, COUNTER_MAX, type Counters, type Movement, type Policy, type Sku } from './sku.ts';

/** What `PATCH` may change; an absent field stays as it is. */
export interface SkuChanges extends Partial<Policy> {
  readonly name?: string;
  readonly price?: number;
  readonly productId?: string | null;
}

/** A new SKU as asked for; `onHand` is its opening stock. */
export interface NewSku extends Counters, Policy {
  readonly id: string;
  readonly productId: string | null;
  readonly name: string;
  readonly price: number;
  readonly currency: string;
}

/** A message to a SKU's actor that concerns no order. `at` is the time of the turn. */
export type OwnMessage =
  | {
      readonly type: 'receive';
      readonly quantity: number;
      readonly reason: string | null;
      readonly reference: string | null;
      readonly at: number;
    }
  /** `delta` is relative to what is on hand; `onHand` is absolute. */
  | {
      readonly type: 'adjust';
      readonly by: { readonly delta: number } | { readonly onHand: number };
      readonly reason: string;
      readonly at: number;
    }
  | { readonly type: 'change'; readonly changes: SkuChanges; readonly at: number };

/** A message to a SKU's actor for a line of an order. */
export type LineMessage =
  | { readonly type: 'reserve'; readonly quantity: number; readonly orderId: string; readonly at: number }
  | {
      readonly type: 'release';
      readonly quantity: number;
      readonly orderId: string;
      readonly reason: string | null;
      readonly at: number;
    }
  | { readonly type: 'ship'; readonly quantity: number; readonly orderId: string; readonly at: number }
  | {
      readonly type: 'return';
      readonly quantity: number;
      readonly orderId: string;
      readonly restock: boolean;
      readonly at: number;
    };

export type StockMessage = OwnMessage | LineMessage;

export type StockDecision =
  | { readonly kind: 'moved'; readonly sku: Sku; readonly movement: Movement }
  | { readonly kind: 'unchanged'; readonly sku: Sku }
  | { readonly kind: 'refused'; readonly refusal: SkuRefusal };

type Step = Pick<Movement, 'kind' | 'quantity'> &
  Partial<Pick<Movement, 'orderId' | 'reason' | 'reference' | 'restocked'>>;

/** The counters after a movement: the table of movements in docs/shop.md, row by row. */
export function evolve(
  counters: Counters,
  step: Pick<Movement, 'kind' | 'quantity'> & { readonly restocked?: boolean | null },
): Counters {
  const { onHand, reserved, sales } = counters;
  const q = step.quantity;
  switch (step.kind) {
    case 'received':
    case 'adjusted':
      return { onHand: onHand + q, reserved, sales };
    case 'reserved':
      return { onHand, reserved: reserved + q, sales: sales + q };
    case 'released':
      return { onHand, reserved: reserved - q, sales: sales - q };
    case 'shipped':
      return { onHand: onHand - q, reserved: reserved - q, sales };
    case 'returned':
      return { onHand: step.restocked ? onHand + q : onHand, reserved, sales: sales - q };
    case 'changed':
      return { onHand, reserved, sales };
    default:
      return unreachable(step.kind);
  }
}

/**
 * A new SKU and the `received` movement of its opening stock. Without opening stock its ledger is empty and its version
 * is 0.
 */
export function openSku(
  asked: Omit<NewSku, 'reserved' | 'sales'>,
  at: number,
): { sku: Sku; movement: Movement | null } {
  const empty: Sku = { ...asked, onHand: 0, reserved: 0, sales: 0, version: 0, createdAt: at, updatedAt: at };
  if (asked.onHand === 0) return { sku: empty, movement: null };
  const { sku, movement } = move(empty, { kind: 'received', quantity: asked.onHand }, at);
  return { sku, movement };
}

/**
 * Why a SKU would refuse a message now, `null` when it would not. A turn checks every SKU this way before it tells the
 * first one. Never throws.
 */
export function refusalOf(sku: Sku, message: StockMessage): SkuRefusal | null {
  switch (message.type) {
    case 'receive':
      return beyondLimit(sku, { kind: 'received', quantity: message.quantity });
    case 'adjust':
      return refuseAdjust(sku, adjustedBy(sku, message));
    case 'reserve':
      return refuseReserve(sku, message.quantity);
    case 'ship':
      return refuseShip(sku, message.quantity);
    case 'return':
      return beyondLimit(sku, { kind: 'returned', quantity: message.quantity, restocked: message.restock });
    case 'release':
    case 'change':
      return null;
    default:
      return unreachable(message);
  }
}

/**
 * Decides one message on one SKU. Throws `Bug` for a quantity that is not a number of units. Throws `Corrupt` when more
 * is released, shipped or returned than was reserved, because then a stored order cannot be true.
 */
export function decideStock(sku: Sku, message: StockMessage): StockDecision {
  const refusal = refusalOf(sku, message);
  if (refusal !== null) return { kind: 'refused', refusal };
  switch (message.type) {
    case 'receive':
      return move(sku, { ...message, kind: 'received' }, message.at);
    case 'adjust': {
      const quantity = adjustedBy(sku, message);
      if (quantity === 0) return { kind: 'unchanged', sku };
      return move(sku, { kind: 'adjusted', quantity, reason: message.reason }, message.at);
    }
    case 'reserve':
      return move(sku, { ...message, kind: 'reserved' }, message.at);
    case 'release':
      return move(sku, { ...message, kind: 'released' }, message.at);
    case 'ship':
      return move(sku, { ...message, kind: 'shipped' }, message.at);
    case 'return':
      return move(sku, { ...message, kind: 'returned', restocked: message.restock }, message.at);
    case 'change':
      return change(sku, message);
    default:
      return unreachable(message);
  }
}

function refuseReserve(sku: Sku, quantity: number): SkuRefusal | null {
  const free = available(sku);
  if (quantity <= free) return beyondLimit(sku, { kind: 'reserved', quantity });
  const shortage = { skuId: sku.id, requested: quantity, available: free, version: sku.version };
  return { kind: 'insufficient_stock', shortages: [shortage] };
}

function refuseShip(sku: Sku, quantity: number): SkuRefusal | null {
  if (quantity <= sku.onHand) return null;
  const shortage = { skuId: sku.id, requested: quantity, onHand: sku.onHand, version: sku.version };
  return { kind: 'not_on_hand', shortages: [shortage] };
}

/** Signed units that an adjustment moves. */
function adjustedBy(sku: Sku, { by }: Extract<StockMessage, { type: 'adjust' }>): number {
  return 'delta' in by ? by.delta : by.onHand - sku.onHand;
}

/**
 * A correction downwards may not break a promise: what is on hand and what may be backordered must still cover
 * `reserved`. A correction upwards never breaks one.
 */
function refuseAdjust(sku: Sku, quantity: number): SkuRefusal | null {
  if (quantity >= 0) return beyondLimit(sku, { kind: 'adjusted', quantity });
  const requested = sku.onHand + quantity;
  const lowest = Math.max(0, sku.reserved - sku.backorderLimit);
  if (requested >= lowest) return null;
  const { onHand, reserved, version } = sku;
  return { kind: 'below_reserved', skuId: sku.id, requested, lowest, onHand, reserved, version };
}

/** A movement that would take a counter out of its range is refused, not wrapped. */
function beyondLimit(sku: Sku, step: Parameters<typeof evolve>[1]): SkuRefusal | null {
  const after = evolve(sku, step);
  for (const counter of ['onHand', 'reserved', 'sales'] as const) {
    const requested = after[counter];
    if (requested > COUNTER_MAX)
      return { kind: 'counter_limit', skuId: sku.id, counter, requested, highest: COUNTER_MAX };
  }
  return null;
}

function change(sku: Sku, message: Extract<StockMessage, { type: 'change' }>): StockDecision {
  const changed = (Object.keys(message.changes) as (keyof SkuChanges)[]).filter(
    (field) => message.changes[field] !== sku[field],
  );
  if (changed.length === 0) return { kind: 'unchanged', sku };
  return move({ ...sku, ...message.changes }, { kind: 'changed', quantity: 0, reason: changed.join(', ') }, message.at);
}

function move(sku: Sku, step: Step, at: number): Extract<StockDecision, { kind: 'moved' }> {
  const signed = step.kind === 'adjusted' || step.kind === 'changed';
  assert(
    Number.isInteger(step.quantity) && (signed || step.quantity > 0),
    `${step.kind} ${step.quantity} of ${sku.id} moves no number of units`,
  );
  const { onHand, reserved, sales } = evolve(sku, step);
  if (onHand < 0 || reserved < 0 || sales < 0) {
    const after = `onHand ${onHand}, reserved ${reserved}, sales ${sales}`;
    throw corruptSku(sku.id, `${step.kind} ${step.quantity} for order ${step.orderId} would make it ${after}`);
  }
  const version = sku.version + 1;
  const movement: Movement = {
    skuId: sku.id,
    version,
    kind: step.kind,
    quantity: step.quantity,
    onHand,
    reserved,
    sales,
    orderId: step.orderId ?? null,
    reason: step.reason ?? null,
    reference: step.reference ?? null,
    restocked: step.restocked ?? null,
    at,
  };
  return { kind: 'moved', sku: { ...sku, onHand, reserved, sales, version, updatedAt: at }, movement };
}
