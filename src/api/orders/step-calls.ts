/** The calls that move an order on: confirm, cancel, ship, reduce a line, return. */
import { Type } from 'typebox';
import { asked } from '../asked.ts';
import { command } from '../call.ts';
import { ORDER_EXAMPLE } from './body.ts';
import { OrderParams } from './requests.ts';
import {
  CancelBody,
  cancelOrder,
  confirmOrder,
  LineParams,
  NothingBody,
  QuantityBody,
  ReturnBody,
  returnUnits,
  shipOrder,
} from './step-requests.ts';

const CONFIRMED = { ...ORDER_EXAMPLE, status: 'confirmed', expiresAt: null, version: 2 };

/** Any call that moves an order on may be refused with these. */
const NOT_MOVED = ['order_not_found', 'order_quarantined', 'sku_quarantined'] as const;

const answered = (description: string, example: unknown) => ({
  200: { description, example, headers: ['idempotent-replayed'] as const },
});

export const ORDER_STEP_CALLS = {
  /**
   * Confirms an order whose payment has come. A confirmed order no longer expires. If it is confirmed or shipped
   * already, the answer is the same.
   */
  confirmOrder: command({
    method: 'POST',
    path: '/orders/:id/confirm',
    tag: 'Orders',
    role: 'shop',
    summary: 'Confirm an order',
    description: 'The payment has come: the order no longer expires. Also 200 when it is confirmed or shipped already.',
    takes: 'keyed_write',
    params: OrderParams,
    body: NothingBody,
    bodyIsOptional: true,
    response: { 200: Type.Ref('Order#') },
    answers: answered('The order.', CONFIRMED),
    success: ['order'],
    refusals: [...NOT_MOVED, 'order_cancelled', 'order_expired', 'idempotency_key_reused'],
    ask: ({ id }) => confirmOrder(id),
  }),

  /** Cancels an order and gives its stock back once, however often this is asked. Every answer is the same. */
  cancelOrder: command({
    method: 'POST',
    path: '/orders/:id/cancel',
    tag: 'Orders',
    role: 'shop',
    summary: 'Cancel an order',
    description:
      'Gives its stock back, once, however often it is asked: every time the same answer, also to an `If-Match` of ' +
      'the version at which it was cancelled.',
    takes: 'keyed_write',
    params: OrderParams,
    body: CancelBody,
    bodyIsOptional: true,
    response: { 200: Type.Ref('Order#') },
    answers: answered('The cancelled order.', {
      ...ORDER_EXAMPLE,
      status: 'cancelled',
      expiresAt: null,
      cancelReason: 'requested',
      version: 2,
    }),
    success: ['order'],
    refusals: [...NOT_MOVED, 'order_shipped', 'idempotency_key_reused'],
    ask: ({ id, ...body }) => cancelOrder(id, body),
  }),

  /** Ships an order: all its units leave the building. If it is shipped already, the answer is the same. */
  shipOrder: command({
    method: 'POST',
    path: '/orders/:id/ship',
    tag: 'Orders',
    role: 'shop',
    summary: 'Ship an order',
    description: 'All its units leave the building. Also 200 when it is shipped already.',
    takes: 'keyed_write',
    params: OrderParams,
    body: NothingBody,
    bodyIsOptional: true,
    response: { 200: Type.Ref('Order#') },
    answers: answered('The shipped order.', { ...CONFIRMED, status: 'shipped', version: 3 }),
    success: ['order'],
    refusals: [...NOT_MOVED, 'order_not_confirmed', 'order_cancelled', 'not_on_hand', 'idempotency_key_reused'],
    ask: ({ id }) => shipOrder(id),
  }),

  /**
   * Sets a smaller quantity of a line of an order. 0 removes the line, and removing the last line cancels the order. It
   * can be repeated.
   */
  reduceLine: command({
    method: 'PATCH',
    path: '/orders/:id/lines/:skuId',
    tag: 'Orders',
    role: 'shop',
    summary: 'Reduce a line',
    description:
      'Sets a smaller quantity and gives the rest back. 0 removes the line; when the last line is gone the order is ' +
      'cancelled. Absolute, so it can be repeated.',
    takes: 'write',
    params: LineParams,
    body: QuantityBody,
    response: { 200: Type.Ref('Order#') },
    answers: {
      200: {
        description: 'The order after the change.',
        example: {
          ...ORDER_EXAMPLE,
          lines: [{ skuId: 'MUG-RED', quantity: 1, unitPrice: 1290, returned: 0 }],
          totalCount: 1,
          totalAmount: 1780,
          version: 2,
        },
      },
    },
    success: ['order'],
    refusals: [...NOT_MOVED, 'line_not_found', 'cannot_increase', 'order_cancelled', 'order_expired', 'order_shipped'],
    ask: ({ id, skuId, quantity }) => asked({ kind: 'reduce', orderId: id, skuId, quantity }),
  }),

  /** Takes units of a shipped order back. Asking twice would return them twice, so the `idempotencyKey` is required. */
  returnUnits: command({
    method: 'POST',
    path: '/orders/:id/return',
    tag: 'Orders',
    role: 'shop',
    summary: 'Take units back',
    description: 'Of a shipped order. Asked twice it would happen twice, so the `Idempotency-Key` is required.',
    takes: 'key_required_write',
    params: OrderParams,
    body: ReturnBody,
    response: { 200: Type.Ref('Order#') },
    answers: answered('The order after the return.', {
      ...CONFIRMED,
      status: 'shipped',
      lines: [{ skuId: 'MUG-RED', quantity: 2, unitPrice: 1290, returned: 1 }],
      version: 4,
    }),
    success: ['order'],
    refusals: [
      'idempotency_key_required',
      ...NOT_MOVED,
      'order_not_shipped',
      'order_cancelled',
      'return_exceeds_shipped',
      'counter_limit',
      'idempotency_key_reused',
    ],
    ask: ({ id, ...body }) => returnUnits(id, body),
  }),
};
