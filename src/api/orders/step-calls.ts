/** What moves an order on: confirm, cancel, ship, reduce a line, return. */
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
  NOT_CANCELLED,
  NOT_CONFIRMED,
  NOT_REDUCED,
  NOT_RETURNED,
  NOT_SHIPPED,
  NothingBody,
  QuantityBody,
  ReturnBody,
  returnUnits,
  shipOrder,
} from './step-requests.ts';

const CONFIRMED = { ...ORDER_EXAMPLE, status: 'confirmed', expiresAt: null, version: 2 };

const answered = (description: string, example: unknown) => ({
  200: { description, example, headers: ['idempotent-replayed'] as const },
});

export const ORDER_STEP_CALLS = {
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
    refusals: [...NOT_CONFIRMED],
    ask: ({ id }) => confirmOrder(id),
  }),

  cancelOrder: command({
    method: 'POST',
    path: '/orders/:id/cancel',
    tag: 'Orders',
    role: 'shop',
    summary: 'Cancel an order',
    description:
      'Gives its stock back, once, however often it is asked: every time the same answer, also to an `If-Match` of the version at which it was cancelled.',
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
    refusals: [...NOT_CANCELLED],
    ask: ({ id, ...body }) => cancelOrder(id, body),
  }),

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
    refusals: [...NOT_SHIPPED],
    ask: ({ id }) => shipOrder(id),
  }),

  reduceLine: command({
    method: 'PATCH',
    path: '/orders/:id/lines/:skuId',
    tag: 'Orders',
    role: 'shop',
    summary: 'Reduce a line',
    description:
      'Sets a smaller quantity and gives the rest back. 0 removes the line; when the last line is gone the order is cancelled. Absolute, so it can be repeated.',
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
    refusals: [...NOT_REDUCED],
    ask: ({ id, skuId, quantity }) => asked({ kind: 'reduce', orderId: id, skuId, quantity }),
  }),

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
    refusals: ['idempotency_key_required', ...NOT_RETURNED],
    ask: ({ id, ...body }) => returnUnits(id, body),
  }),
};
