/** Routes that move an order on: confirm, cancel, ship, reduce a line, return. */
import type { preValidationHookHandler } from 'fastify';
import { Type } from 'typebox';
import { answerTo, respondWith } from './answers.ts';
import type { App, KeeperDoor } from './door.ts';
import { Fields, Id, KeyHeader, Quantity, RequiredKeyHeader, Text } from './fields.ts';
import { ORDER_EXAMPLE } from './order-body.ts';
import { Lines, linesOf, OrderParams, sorted } from './orders.ts';
import { faultOf } from './problem-examples.ts';
import { changeDocs } from './route-docs.ts';

const NothingBody = Fields(
  {},
  { description: 'Optional: no body, an empty one and `{}` are the same.', examples: [{}] },
);

const CancelBody = Fields(
  { reason: Type.Optional(Text('Shown in the ledgers of the SKUs.')) },
  { description: 'Optional.', examples: [{ reason: 'customer changed their mind' }] },
);

const QuantityBody = Fields(
  { quantity: Quantity('Units that the line keeps; 0 removes it.', 0) },
  { examples: [{ quantity: 1 }] },
);

const ReturnBody = Fields(
  { lines: Lines, restock: Type.Boolean({ description: 'Whether the units go back on the shelf.' }) },
  { examples: [{ lines: [{ skuId: 'MUG-RED', quantity: 1 }], restock: true }] },
);

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
      headers: KeyHeader,
      params: OrderParams,
      body: NothingBody,
      response: { 200: Type.Ref('Order#') },
    },
    config: changeDocs(
      'shop',
      answered('The order.', CONFIRMED),
      'order_not_found',
      'order_quarantined',
      'sku_quarantined',
      'order_cancelled',
      'order_expired',
      'idempotency_key_reused',
    ),
    preValidation: bodyOptional,
    handler: (request, reply) => {
      const command = { kind: 'confirm', orderId: request.params.id } as const;
      return answerTo(request, reply, keeper, command);
    },
  });

  app.post('/orders/:id/cancel', {
    schema: {
      operationId: 'cancelOrder',
      tags: ['Orders'],
      summary: 'Cancel an order',
      description: 'Gives its stock back, once, however often it is asked: every time the same answer.',
      headers: KeyHeader,
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
      'order_not_found',
      'order_quarantined',
      'sku_quarantined',
      'order_shipped',
      'idempotency_key_reused',
    ),
    preValidation: bodyOptional,
    handler: (request, reply) => {
      const { reason = null } = request.body;
      const command = { kind: 'cancel', orderId: request.params.id, reason } as const;
      return answerTo(request, reply, keeper, command);
    },
  });

  app.post('/orders/:id/ship', {
    schema: {
      operationId: 'shipOrder',
      tags: ['Orders'],
      summary: 'Ship an order',
      description: 'All its units leave the building. Also 200 when it is shipped already.',
      headers: KeyHeader,
      params: OrderParams,
      body: NothingBody,
      response: { 200: Type.Ref('Order#') },
    },
    config: changeDocs(
      'shop',
      answered('The shipped order.', { ...CONFIRMED, status: 'shipped', version: 3 }),
      'order_not_found',
      'order_quarantined',
      'sku_quarantined',
      'order_not_confirmed',
      'order_cancelled',
      'not_on_hand',
      'idempotency_key_reused',
    ),
    preValidation: bodyOptional,
    handler: (request, reply) => {
      const command = { kind: 'ship', orderId: request.params.id } as const;
      return answerTo(request, reply, keeper, command);
    },
  });

  app.patch('/orders/:id/lines/:skuId', {
    schema: {
      operationId: 'reduceLine',
      tags: ['Orders'],
      summary: 'Reduce a line',
      description:
        'Sets a smaller quantity and gives the rest back. 0 removes the line; when the last line is gone the order is cancelled. Absolute, so it can be repeated.',
      params: Fields({ ...OrderParams.properties, skuId: Id('Id of the SKU.') }),
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
      'order_not_found',
      'order_quarantined',
      'sku_quarantined',
      'line_not_found',
      'cannot_increase',
      'order_cancelled',
      'order_expired',
      'order_shipped',
    ),
    handler: (request, reply) => {
      const { id: orderId, skuId } = request.params;
      const { quantity } = request.body;
      return respondWith(reply, keeper.ask({ kind: 'reduce', orderId, skuId, quantity }, null));
    },
  });

  app.post('/orders/:id/return', {
    schema: {
      operationId: 'returnUnits',
      tags: ['Orders'],
      summary: 'Take units back',
      description: 'Of a shipped order. Asked twice it would happen twice, so the `Idempotency-Key` is required.',
      headers: RequiredKeyHeader,
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
      'order_not_found',
      'order_quarantined',
      'sku_quarantined',
      'order_not_shipped',
      'order_cancelled',
      'return_exceeds_shipped',
      'counter_limit',
      'idempotency_key_reused',
    ),
    // Before the schemas: they would name a fault of the body first.
    preValidation: (request, _reply, done) => {
      done(request.headers['idempotency-key'] === undefined ? faultOf('idempotency_key_required') : undefined);
    },
    handler: (request, reply) => {
      const { restock } = request.body;
      const lines = linesOf(request.body.lines);
      const command = { kind: 'return', orderId: request.params.id, lines, restock } as const;
      return answerTo(request, reply, keeper, command, { ...command, lines: sorted(lines) });
    },
  });
}
