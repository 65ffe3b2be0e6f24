/** Routes of orders: place, read, list. */
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { CreateHeaders, Fields, Id, Limit, ReadHeaders } from '../api/fields.ts';
import { ORDER_EXAMPLE, orderBody } from '../api/orders/body.ts';
import { NewOrderBody, ORDERS_FILTER, OrderParams, PLACED, placeOrder, READ_ORDER } from '../api/orders/requests.ts';
import { PageBody, pageOf, read } from '../api/pages.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { answerTo, readTo } from './answers.ts';
import type { App } from './door.ts';
import { integersIn } from './integers-in.ts';
import { changeDocs, listDocs, readDocs } from './route-docs.ts';

/** For a request that waits: aborted when its client has hung up. */
export function untilGone({ raw }: FastifyReply, waitSeconds = 0): AbortSignal | null {
  if (waitSeconds === 0) return null;
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

export function orderRoutes(app: App, keeper: KeeperDoor, newOrderId: () => string): void {
  app.post('/orders', {
    schema: {
      operationId: 'placeOrder',
      tags: ['Orders'],
      summary: 'Place an order',
      description:
        'Reserves the stock of all lines or of none. Choose the `id`, or send an `Idempotency-Key`, and asking again is safe: the first answer is given again.',
      headers: CreateHeaders,
      body: NewOrderBody,
      response: { 200: Type.Ref('Order#'), 201: Type.Ref('Order#') },
    },
    config: changeDocs(
      'shop',
      {
        201: { description: 'Placed.', example: ORDER_EXAMPLE, headers: ['location'] },
        200: {
          description: 'It had been placed by the same request: the first answer again.',
          example: ORDER_EXAMPLE,
          headers: ['idempotent-replayed'],
        },
      },
      ...PLACED,
    ),
    handler: (request, reply) => {
      const signal = untilGone(reply, request.body.waitSeconds);
      return answerTo(request, reply, keeper, placeOrder(request.body, newOrderId), signal);
    },
  });

  app.get('/orders/:id', {
    schema: {
      operationId: 'readOrder',
      tags: ['Orders'],
      summary: 'Read an order',
      description:
        'Never older than an acknowledged write. `If-None-Match` with the `ETag` is answered 304 while nothing changed.',
      headers: ReadHeaders,
      params: OrderParams,
      response: { 200: Type.Ref('Order#'), 304: Type.Null() },
    },
    config: readDocs(
      'reader',
      {
        200: { description: 'The order.', example: ORDER_EXAMPLE },
        304: { description: 'The order is still at the version of `If-None-Match`.' },
      },
      ...READ_ORDER,
    ),
    handler: (request, reply) => readTo(request, reply, keeper, { kind: 'read_order', orderId: request.params.id }),
  });

  app.get('/orders', {
    schema: {
      operationId: 'listOrders',
      tags: ['Orders'],
      summary: 'List orders',
      description: 'By id, page by page; all, or those of a status, of a customer, or both.',
      querystring: Fields({
        ...ORDERS_FILTER,
        after: Type.Optional(Id('`next` of the page before.')),
        limit: Type.Optional(Limit),
      }),
      response: { 200: PageBody('Order') },
    },
    config: listDocs('reader', 'A page of orders.', { items: [ORDER_EXAMPLE], next: null }),
    preValidation: integersIn('limit'),
    handler: async (request) => {
      const { status = null, customerId = null } = request.query;
      const { items, next } = await read(request, keeper.lists.orders({ status, customerId }, pageOf(request.query)));
      return { items: items.map(orderBody), next };
    },
  });
}
