/** Routes that move an order on: confirm, cancel, ship, reduce a line, return. */
import type { preValidationHookHandler } from 'fastify';
import { Type } from 'typebox';
import { KeyedWriteHeaders, RequiredKeyWriteHeaders, WriteHeaders } from '../api/fields.ts';
import { ORDER_EXAMPLE } from '../api/orders/body.ts';
import { OrderParams } from '../api/orders/requests.ts';
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
} from '../api/orders/step-requests.ts';
import { faultOf } from '../api/problems/problems.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { answerTo, tellTo } from './answers.ts';
import type { App } from './door.ts';
import { changeDocs } from './route-docs.ts';

/** An absent or empty body is an empty object. A literal `null` is not. */
const bodyOptional: preValidationHookHandler = (request, _reply, done) => {
  if (request.body === undefined) request.body = {};
  done();
};

const CONFIRMED = { ...ORDER_EXAMPLE, status: 'confirmed', expiresAt: null, version: 2 };

const answered = (description: string, example: unknown) => ({
  200: { description, example, headers: ['idempotent-replayed'] as const },
});

export function orderStepRoutes(app: App, keeper: KeeperDoor): void {
  app.post('/orders/:id/confirm', {
    schema: {
      operationId: 'confirmOrder',
      tags: ['Orders'],
      summary: 'Confirm an order',
      description:
        'The payment has come: the order no longer expires. Also 200 when it is confirmed or shipped already.',
      headers: KeyedWriteHeaders,
      params: OrderParams,
      body: NothingBody,
      response: { 200: Type.Ref('Order#') },
    },
    config: changeDocs('shop', answered('The order.', CONFIRMED), ...NOT_CONFIRMED),
    preValidation: bodyOptional,
    handler: (request, reply) => answerTo(request, reply, keeper, confirmOrder(request.params.id)),
  });

  app.post('/orders/:id/cancel', {
    schema: {
      operationId: 'cancelOrder',
      tags: ['Orders'],
      summary: 'Cancel an order',
      description:
        'Gives its stock back, once, however often it is asked: every time the same answer, also to an `If-Match` of the version at which it was cancelled.',
      headers: KeyedWriteHeaders,
      params: OrderParams,
      body: CancelBody,
      response: { 200: Type.Ref('Order#') },
    },
    config: changeDocs(
      'shop',
      answered('The cancelled order.', {
        ...ORDER_EXAMPLE,
        status: 'cancelled',
        expiresAt: null,
        cancelReason: 'requested',
        version: 2,
      }),
      ...NOT_CANCELLED,
    ),
    preValidation: bodyOptional,
    handler: (request, reply) => answerTo(request, reply, keeper, cancelOrder(request.params.id, request.body)),
  });

  app.post('/orders/:id/ship', {
    schema: {
      operationId: 'shipOrder',
      tags: ['Orders'],
      summary: 'Ship an order',
      description: 'All its units leave the building. Also 200 when it is shipped already.',
      headers: KeyedWriteHeaders,
      params: OrderParams,
      body: NothingBody,
      response: { 200: Type.Ref('Order#') },
    },
    config: changeDocs(
      'shop',
      answered('The shipped order.', { ...CONFIRMED, status: 'shipped', version: 3 }),
      ...NOT_SHIPPED,
    ),
    preValidation: bodyOptional,
    handler: (request, reply) => answerTo(request, reply, keeper, shipOrder(request.params.id)),
  });

  app.patch('/orders/:id/lines/:skuId', {
    schema: {
      operationId: 'reduceLine',
      tags: ['Orders'],
      summary: 'Reduce a line',
      description:
        'Sets a smaller quantity and gives the rest back. 0 removes the line; when the last line is gone the order is cancelled. Absolute, so it can be repeated.',
      headers: WriteHeaders,
      params: LineParams,
      body: QuantityBody,
      response: { 200: Type.Ref('Order#') },
    },
    config: changeDocs(
      'shop',
      {
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
      ...NOT_REDUCED,
    ),
    handler: (request, reply) => {
      const { id: orderId, skuId } = request.params;
      const { quantity } = request.body;
      return tellTo(request, reply, keeper, { kind: 'reduce', orderId, skuId, quantity });
    },
  });

  app.post('/orders/:id/return', {
    schema: {
      operationId: 'returnUnits',
      tags: ['Orders'],
      summary: 'Take units back',
      description: 'Of a shipped order. Asked twice it would happen twice, so the `Idempotency-Key` is required.',
      headers: RequiredKeyWriteHeaders,
      params: OrderParams,
      body: ReturnBody,
      response: { 200: Type.Ref('Order#') },
    },
    config: changeDocs(
      'shop',
      answered('The order after the return.', {
        ...CONFIRMED,
        status: 'shipped',
        lines: [{ skuId: 'MUG-RED', quantity: 2, unitPrice: 1290, returned: 1 }],
        version: 4,
      }),
      'idempotency_key_required',
      ...NOT_RETURNED,
    ),
    // Before the schemas: they would name a fault of the body first.
    preValidation: (request, _reply, done) => {
      done(request.headers['idempotency-key'] === undefined ? faultOf('idempotency_key_required') : undefined);
    },
    handler: (request, reply) => answerTo(request, reply, keeper, returnUnits(request.params.id, request.body)),
  });
}
