/** The placement that all contenders are asked for and how they answer it: the same body and schemas as `POST /orders` of the service. */
import fastify from 'fastify';
import { Type } from 'typebox';
import { Fields, Id, Money, NullableId } from '../../src/http/fields.ts';
import { OrderBody } from '../../src/http/order-body.ts';
import { Lines } from '../../src/http/orders.ts';

/** One unit of one SKU, paid in cash on delivery. */
export const placementOf = (skuId: string) => ({ lines: [{ skuId, quantity: 1 }], payment: 'cash_on_delivery' });

const NewOrderBody = Fields({
  id: Type.Optional(Id('')),
  lines: Lines,
  payment: Type.Optional(Type.Enum(['online', 'cash_on_delivery'])),
  freight: Type.Optional(Money('')),
  expiresInSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_592_000 })),
  customerId: Type.Optional(NullableId('')),
});

/** The first line of a placement; contenders other than the service take one line only. */
export interface AskedLine {
  readonly skuId: string;
  readonly quantity: number;
}

/** The answer to a placement of one line, at 1200 a unit. */
export function placedOrder(id: string, { skuId, quantity }: AskedLine, at: Date): OrderBody {
  return {
    id,
    status: 'confirmed',
    payment: 'cash_on_delivery',
    customerId: null,
    lines: [{ skuId, quantity, unitPrice: PRICE, returned: 0 }],
    totalCount: quantity,
    freight: 0,
    totalAmount: quantity * PRICE,
    currency: CURRENCY,
    expiresAt: null,
    cancelReason: null,
    version: 1,
    createdAt: at.toISOString(),
    updatedAt: at.toISOString(),
  };
}

export const PRICE = 1200;
export const CURRENCY = 'EUR';

/** Serves `POST /orders` with `place` behind it, on a free port, until SIGTERM. Says it is ready as the service does, so that one starter starts all. */
export async function servePlacements(place: (line: AskedLine) => Promise<OrderBody | null>): Promise<void> {
  const app = fastify({ logger: false, ajv: { customOptions: { coerceTypes: false, removeAdditional: false } } });
  app.post<{ Body: { lines: [AskedLine] } }>('/orders', {
    schema: { body: NewOrderBody, response: { 201: OrderBody } },
    handler: async (request, reply) => {
      const order = await place(request.body.lines[0]);
      if (order === null) return reply.code(409).send({ code: 'insufficient_stock' });
      return reply.code(201).send(order);
    },
  });
  process.once('SIGTERM', () => process.exit(0));
  console.log(`Stock Keeper is ready on ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
}
