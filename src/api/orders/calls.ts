/** The calls that place, read and list orders. */
import { Type } from 'typebox';
import { asked } from '../asked.ts';
import { command, list } from '../call.ts';
import { Fields, Id, Limit } from '../fields.ts';
import { PageBody, pageOf } from '../pages.ts';
import { ORDER_EXAMPLE, orderBody, PLACED_ANSWERS } from './body.ts';
import { NewOrderBody, ORDERS_FILTER, OrderParams, PLACED, placeOrder } from './requests.ts';

export const ORDER_CALLS = {
  /**
   * Places an order: reserves the stock of all lines or of none. Choose the `id`, and asking again is safe. An order
   * paid `online`, the default, holds its stock for 900 s, or `expiresInSeconds`, until it is confirmed. With
   * `waitSeconds` it waits in line for stock; `signal` gives up the place.
   */
  placeOrder: command({
    method: 'POST',
    path: '/orders',
    tag: 'Orders',
    role: 'shop',
    summary: 'Place an order',
    description:
      'Reserves the stock of all lines or of none. Choose the `id`, or send an `Idempotency-Key`, and asking again ' +
      'is safe: the first answer is given again.',
    takes: 'create',
    body: NewOrderBody,
    ...PLACED_ANSWERS,
    refusals: [...PLACED],
    waits: true,
    ask: (body, { newOrderId }) => placeOrder(body, newOrderId),
  }),

  /** Reads an order. The answer is never older than an answer given before, and never shows what a crash could undo. */
  readOrder: command({
    method: 'GET',
    path: '/orders/:id',
    tag: 'Orders',
    role: 'reader',
    summary: 'Read an order',
    description:
      'Never older than an acknowledged write. `If-None-Match` with the `ETag` is answered 304 while nothing changed.',
    takes: 'read',
    params: OrderParams,
    response: { 200: Type.Ref('Order#'), 304: Type.Null() },
    answers: {
      200: { description: 'The order.', example: ORDER_EXAMPLE },
      304: { description: 'The order is still at the version of `If-None-Match`.' },
    },
    success: ['order'],
    refusals: ['order_not_found', 'order_quarantined'],
    ask: ({ id }) => asked({ kind: 'read_order', orderId: id }),
  }),

  /** Lists orders by id, page by page. `status` and `customerId` narrow the list. */
  listOrders: list({
    method: 'GET',
    path: '/orders',
    tag: 'Orders',
    role: 'reader',
    summary: 'List orders',
    description: 'By id, page by page; all, or those of a status, of a customer, or both.',
    query: Fields({
      ...ORDERS_FILTER,
      after: Type.Optional(Id('`next` of the page before.')),
      limit: Type.Optional(Limit),
    }),
    response: { 200: PageBody('Order') },
    answers: { 200: { description: 'A page of orders.', example: { items: [ORDER_EXAMPLE], next: null } } },
    success: 'page',
    refusals: [],
    read: (lists, { status = null, customerId = null, ...query }) =>
      lists.orders({ status, customerId }, pageOf(query)),
    show: ({ items, next }) => ({ page: { items: items.map(orderBody), next } }),
  }),
};
