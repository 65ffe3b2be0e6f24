/** Fastify with nothing but the two routes, their schemas and bodies, answering from nothing: what any HTTP server of this kind costs, before it has a limit or a header of its own. */
import fastify from 'fastify';
import { Type } from 'typebox';
import { Fields, Id, Money, NullableId } from '../../../../src/api/fields.ts';
import { OrderBody } from '../../../../src/api/orders/body.ts';
import { Lines } from '../../../../src/api/orders/requests.ts';
import { newOrderId } from '../../../../src/lib/order-id.ts';
import { keepGarbageYoung } from '../../../../src/lib/young-garbage.ts';
import { CURRENCY, PRICE } from './serve.ts';

const NewOrder = Fields({
  id: Type.Optional(Id('')),
  lines: Lines,
  payment: Type.Optional(Type.Enum(['online', 'cash_on_delivery'])),
  freight: Type.Optional(Money('')),
  expiresInSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_592_000 })),
  customerId: Type.Optional(NullableId('')),
});

function order(id: string, lines: readonly { skuId: string; quantity: number }[], cancelled: boolean): OrderBody {
  const at = new Date().toISOString();
  const count = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return {
    id,
    status: cancelled ? 'cancelled' : 'confirmed',
    payment: 'cash_on_delivery',
    customerId: null,
    lines: lines.map(({ skuId, quantity }) => ({ skuId, quantity, unitPrice: PRICE, returned: 0 })),
    totalCount: count,
    freight: 0,
    totalAmount: count * PRICE,
    currency: CURRENCY,
    expiresAt: null,
    cancelReason: cancelled ? 'requested' : null,
    version: cancelled ? 2 : 1,
    createdAt: at,
    updatedAt: at,
  };
}

keepGarbageYoung();
const app = fastify({ logger: false, ajv: { customOptions: { coerceTypes: false, removeAdditional: false } } });
app.post<{ Body: { lines: { skuId: string; quantity: number }[] } }>('/orders', {
  schema: { body: NewOrder, response: { 201: OrderBody } },
  handler: async (request, reply) => {
    const { lines } = request.body;
    if (lines[0]?.skuId.startsWith('sold_out')) {
      const shortages = [{ skuId: lines[0].skuId, requested: lines[0].quantity, available: 0, version: 1 }];
      return reply
        .code(409)
        .type('application/problem+json')
        .send(JSON.stringify({ code: 'insufficient_stock', shortages }));
    }
    const placed = order(newOrderId(), lines, false);
    return reply.code(201).header('location', `/orders/${placed.id}`).send(placed);
  },
});
app.post<{ Params: { id: string } }>('/orders/:id/cancel', {
  schema: { params: Fields({ id: Id('') }), response: { 200: OrderBody } },
  handler: async (request) => order(request.params.id, [{ skuId: 'any', quantity: 1 }], true),
});
process.once('SIGTERM', () => process.exit(0));
console.log(`Stock Keeper is ready on ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
