/**
 * The rules of one SKU: `decideStock` turns a message into a movement or a refusal, `evolve` applies a movement.
 * Pure, so the same function decides in production, replays the ledger and is the model of the property tests.
 */
import { assert, unreachable } from '../lib/assert.ts';
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

/** A message to a SKU's actor. `at` is the time of the turn. */
export type StockMessage =
  | {
      readonly type: 'receive';
      readonly quantity: number;
      readonly reason: string | null;
      readonly reference: string | null;
      readonly at: number;
    }
  /** `delta` counts from what is on hand, `onHand` is absolute. */
  | {
      readonly type: 'adjust';
      readonly by: { readonly delta: number } | { readonly onHand: number };
      readonly reason: string;
      readonly at: number;
    }
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
    }
  | { readonly type: 'change'; readonly changes: SkuChanges; readonly at: number };

export type StockDecision =
  | { readonly kind: 'moved'; readonly sku: Sku; readonly movement: Movement }
  | { readonly kind: 'unchanged'; readonly sku: Sku }
  | { readonly kind: 'refused'; readonly refusal: SkuRefusal };

type Step = Pick<Movement, 'kind' | 'quantity'> &
  Partial<Pick<Movement, 'orderId' | 'reason' | 'reference' | 'restocked'>>;

/** The counters after a movement: the table of movements in README, row by row. */
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

/** A new SKU and the `received` movement of its opening stock; without opening stock its ledger is empty and its version 0. */
export function openSku(asked: Omit<NewSku, 'reserved' | 'sales'>, at: number): { sku: Sku; movement: Movement | null } {
  const empty: Sku = { ...asked, onHand: 0, reserved: 0, sales: 0, version: 0, createdAt: at, updatedAt: at };
  if (asked.onHand === 0) return { sku: empty, movement: null };
  const { sku, movement } = move(empty, { kind: 'received', quantity: asked.onHand }, at);
  return { sku, movement };
}

/** Decides one message on one SKU. Throws `Bug` when the message breaks an invariant that the callers guarantee (more released than reserved, a quantity that is no whole number of units). */
export function decideStock(sku: Sku, message: StockMessage): StockDecision {
  switch (message.type) {
    case 'receive':
      return raised(sku, { ...message, kind: 'received' }, message.at);
    case 'adjust':
      return adjust(sku, message);
    case 'reserve':
      return reserve(sku, message);
    case 'release':
      return move(sku, { ...message, kind: 'released' }, message.at);
    case 'ship':
      return ship(sku, message);
    case 'return':
      return raised(sku, { ...message, kind: 'returned', restocked: message.restock }, message.at);
    case 'change':
      return change(sku, message);
    default:
      return unreachable(message);
  }
}

function reserve(sku: Sku, message: Extract<StockMessage, { type: 'reserve' }>): StockDecision {
  const refusal = refuseReserve(sku, message.quantity);
  if (refusal !== null) return { kind: 'refused', refusal };
  return move(sku, { ...message, kind: 'reserved' }, message.at);
}

/** Why a SKU would not reserve this many units now, `null` when it would: asked of every line of an order before the first is applied. */
export function refuseReserve(
  sku: Sku,
  quantity: number,
): Extract<SkuRefusal, { kind: 'insufficient_stock' | 'counter_limit' }> | null {
  const free = available(sku);
  if (quantity > free) {
    const shortage = { skuId: sku.id, requested: quantity, available: free, version: sku.version };
    return { kind: 'insufficient_stock', shortages: [shortage] };
  }
  return beyondLimit(sku, evolve(sku, { kind: 'reserved', quantity }));
}

function ship(sku: Sku, message: Extract<StockMessage, { type: 'ship' }>): StockDecision {
  if (message.quantity > sku.onHand) {
    const shortage = { skuId: sku.id, requested: message.quantity, onHand: sku.onHand, version: sku.version };
    return { kind: 'refused', refusal: { kind: 'not_on_hand', shortages: [shortage] } };
  }
  return move(sku, { ...message, kind: 'shipped' }, message.at);
}

/** A correction downwards may not break a promise: what is on hand and what may be backordered must still cover `reserved`. A correction upwards always may. */
function adjust(sku: Sku, message: Extract<StockMessage, { type: 'adjust' }>): StockDecision {
  const requested = 'delta' in message.by ? sku.onHand + message.by.delta : message.by.onHand;
  const quantity = requested - sku.onHand;
  if (quantity === 0) return { kind: 'unchanged', sku };
  const lowest = Math.max(0, sku.reserved - sku.backorderLimit);
  if (requested < 0 || (quantity < 0 && requested < lowest)) {
    const { onHand, reserved, version } = sku;
    return {
      kind: 'refused',
      refusal: { kind: 'below_reserved', skuId: sku.id, requested, lowest, onHand, reserved, version },
    };
  }
  return raised(sku, { kind: 'adjusted', quantity, reason: message.reason }, message.at);
}

function change(sku: Sku, message: Extract<StockMessage, { type: 'change' }>): StockDecision {
  const changed = (Object.keys(message.changes) as (keyof SkuChanges)[]).filter(
    (field) => message.changes[field] !== sku[field],
  );
  if (changed.length === 0) return { kind: 'unchanged', sku };
  return move({ ...sku, ...message.changes }, { kind: 'changed', quantity: 0, reason: changed.join(', ') }, message.at);
}

/** A movement that raises counters: refused, not wrapped, when one would leave its range. */
function raised(sku: Sku, step: Step, at: number): StockDecision {
  const refusal = beyondLimit(sku, evolve(sku, step));
  if (refusal !== null) return { kind: 'refused', refusal };
  return move(sku, step, at);
}

function beyondLimit(sku: Sku, after: Counters): Extract<SkuRefusal, { kind: 'counter_limit' }> | null {
  for (const counter of ['onHand', 'reserved', 'sales'] as const) {
    const requested = after[counter];
    if (requested > COUNTER_MAX) return { kind: 'counter_limit', skuId: sku.id, counter, requested, highest: COUNTER_MAX };
  }
  return null;
}

function move(sku: Sku, step: Step, at: number): Extract<StockDecision, { kind: 'moved' }> {
  const signed = step.kind === 'adjusted' || step.kind === 'changed';
  assert(Number.isInteger(step.quantity) && (signed || step.quantity > 0), `${step.kind} ${step.quantity} of ${sku.id} moves no units`);
  const { onHand, reserved, sales } = evolve(sku, step);
  assert(onHand >= 0 && reserved >= 0 && sales >= 0, `${step.kind} ${step.quantity} makes a counter of ${sku.id} negative`);
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
