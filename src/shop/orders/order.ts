/**
 * The types of one order: its lines, status and totals. Money is integer minor units, times are milliseconds since the
 * Unix epoch.
 */
import { QUANTITY_MAX } from '../skus/sku.ts';

/** The most lines an order may name. */
export const LINES_MAX = 500;

/** How long an online order holds its stock unless it says otherwise, in seconds. */
export const EXPIRES_IN_SECONDS_DEFAULT = 900;
export const EXPIRES_IN_SECONDS_MAX = 2_592_000;

/** The longest that a placement may wait for stock, in seconds. */
export const WAIT_SECONDS_MAX = 60;

export type OrderStatus = 'pending' | 'confirmed' | 'shipped' | 'cancelled';
export type Payment = 'online' | 'cash_on_delivery';
export type CancelReason = 'requested' | 'expired';

export interface OrderLine {
  readonly skuId: string;
  /** Units that stand; 0 once the line was removed. */
  readonly quantity: number;
  /** Units asked for at placing; never changes. */
  readonly ordered: number;
  /** Price of one unit at placing. */
  readonly unitPrice: number;
  readonly returned: number;
}

export interface Order {
  readonly id: string;
  readonly status: OrderStatus;
  readonly payment: Payment;
  readonly customerId: string | null;
  /** In the order of the request, removed lines included. */
  readonly lines: readonly OrderLine[];
  readonly freight: number;
  readonly currency: string;
  /**
   * When an online order stops holding its stock; `null` for cash on delivery. It stays set after confirmation, where
   * it has no meaning.
   */
  readonly expiresAt: number | null;
  readonly cancelReason: CancelReason | null;
  /** Number of changes, placing included. */
  readonly version: number;
  /** Tells a repeated request from a different one under the same id. */
  readonly fingerprint: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A line as a request names it. */
export interface LineRequest {
  readonly skuId: string;
  readonly quantity: number;
}

/** Lines that name the same SKU added together, in the order of first mention. */
export function addTogether(lines: readonly LineRequest[]): LineRequest[] {
  if (lines.length === 1) return lines.map(({ skuId, quantity }) => ({ skuId, quantity }));
  const sums = new Map<string, number>();
  for (const { skuId, quantity } of lines) sums.set(skuId, (sums.get(skuId) ?? 0) + quantity);
  return Array.from(sums, ([skuId, quantity]) => ({ skuId, quantity }));
}

/** A line that exceeds what a line may hold, once lines of one SKU are added together; `null` when none does. */
export function oversizedLine(added: readonly LineRequest[]): LineRequest | null {
  return added.find((line) => line.quantity > QUANTITY_MAX) ?? null;
}

/** Units in the order. */
export function totalCount(order: Pick<Order, 'lines'>): number {
  return order.lines.reduce((sum, line) => sum + line.quantity, 0);
}

/** `Σ quantity × unitPrice + freight`, minor units. */
export function totalAmount(order: Pick<Order, 'lines' | 'freight'>): number {
  return order.lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, order.freight);
}

/** The order as it was answered when it was placed. A repeat of the same request is answered with this. */
export function asPlaced(order: Order): Order {
  return {
    ...order,
    status: order.payment === 'online' ? 'pending' : 'confirmed',
    lines: order.lines.map((line) => ({ ...line, quantity: line.ordered, returned: 0 })),
    cancelReason: null,
    version: 1,
    updatedAt: order.createdAt,
  };
}

/** True from `expiresAt` on, for an order that still waits for its payment. */
export function isOverdue(order: Order, at: number): boolean {
  return order.status === 'pending' && order.expiresAt !== null && at >= order.expiresAt;
}
