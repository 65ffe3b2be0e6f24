/** A shop that embeds the keeper: its own customers and routes call it by `app.stockKeeper`, its staff ask it over HTTP under `/stock`. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type AuthHook, stockKeeperPlugin } from '../../src/fastify.ts';
import type { KeeperDatabase } from '../../src/index.ts';

export interface User {
  readonly name: string;
  readonly isStaff: boolean;
}

export interface ShopOptions {
  readonly database: KeeperDatabase;
  /** Whose session it is; `null` for nobody's. */
  readonly userOf: (session: string) => User | null;
}

const Purchase = Type.Object({
  /** Chosen by the page, so that a button pressed twice buys once. */
  id: Type.String({ minLength: 1, maxLength: 64 }),
  skuId: Type.String({ minLength: 1, maxLength: 128 }),
  quantity: Type.Integer({ minimum: 1, maximum: 10 }),
});
const OrderParams = Type.Object({ id: Type.String() });

/** Ready to listen; closing it closes the keeper, too. */
export async function createShop({ database, userOf }: ShopOptions) {
  const app = fastify({
    routerOptions: { maxParamLength: 1536 },
    pluginTimeout: 60_000,
  }).withTypeProvider<TypeBoxTypeProvider>();

  const userFrom = ({ headers }: FastifyRequest): User | null => userOf(String(headers['x-session']));
  // Staff may do everything that the keeper can; customers have the routes below and nothing else.
  const auth: AuthHook = (request, role) => {
    if (role === 'public' || role === 'supervisor') return true;
    const user = userFrom(request);
    return user === null ? 'unauthorized' : user.isStaff;
  };
  await app.register(stockKeeperPlugin, { prefix: '/stock', database, auth });

  /** The order, if it is the user's; else nobody learns whether there is one. */
  const ownOrder = async (request: FastifyRequest, id: string) => {
    const [user, found] = [userFrom(request), await app.stockKeeper.readOrder({ id })];
    return found.kind === 'order' && user !== null && found.order.customerId === user.name ? found.order : null;
  };
  const refuse = (reply: FastifyReply, { kind, ...facts }: { kind: string; retryAfterSeconds?: number }) => {
    if (facts.retryAfterSeconds === undefined) return reply.code(409).send({ problem: kind });
    return reply.code(503).header('retry-after', facts.retryAfterSeconds).send({ problem: 'come again' });
  };

  app.get('/left/:id', { schema: { params: OrderParams } }, async ({ params }, reply) => {
    const answer = await app.stockKeeper.readAvailability({ skuIds: [params.id] });
    if (answer.kind !== 'availability') return refuse(reply, answer);
    return { left: answer.items[0]?.available ?? 0 };
  });

  app.post('/buy', { schema: { body: Purchase } }, async (request, reply) => {
    const user = userFrom(request);
    if (user === null) return reply.code(401).send({ problem: 'log in' });
    const { id, skuId, quantity } = request.body;
    const customerId = user.name;
    const outcome = await app.stockKeeper.placeOrder({
      id,
      customerId,
      lines: [{ skuId, quantity }],
      expiresInSeconds: 1800,
    });
    switch (outcome.kind) {
      case 'order_placed':
        return reply.code(201).send({ orderId: outcome.order.id, toPay: outcome.order.totalAmount });
      case 'insufficient_stock':
        return reply.code(409).send({ problem: 'sold out', left: outcome.shortages[0]?.available });
      default:
        return refuse(reply, outcome);
    }
  });

  app.post('/orders/:id/paid', { schema: { params: OrderParams } }, async (request, reply) => {
    const order = await ownOrder(request, request.params.id);
    if (order === null) return reply.code(404).send({ problem: 'no such order' });
    const outcome = await app.stockKeeper.confirmOrder({ id: order.id });
    return outcome.kind === 'order' ? { status: outcome.order.status } : refuse(reply, outcome);
  });

  app.post('/orders/:id/cancel', { schema: { params: OrderParams } }, async (request, reply) => {
    const order = await ownOrder(request, request.params.id);
    if (order === null) return reply.code(404).send({ problem: 'no such order' });
    const outcome = await app.stockKeeper.cancelOrder({ id: order.id });
    return outcome.kind === 'order' ? { status: outcome.order.status } : refuse(reply, outcome);
  });

  return app;
}
