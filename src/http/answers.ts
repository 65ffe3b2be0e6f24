/** From the keeper's answer to the HTTP answer: status, headers and body of every outcome. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer, Command } from '../keeper/command.ts';
import { unreachable } from '../lib/assert.ts';
import { availabilityBody } from './availability-body.ts';
import { cartBody } from './cart-body.ts';
import type { KeeperDoor } from './door.ts';
import { orderBody } from './order-body.ts';
import { etag, fingerprint } from './preconditions.ts';
import { sendProblem } from './problems.ts';
import { productTexts } from './product-body.ts';
import { skuBody } from './sku-body.ts';

/** Sends an answer. The first answer given again carries `Idempotent-Replayed: true`; a placement given again is 200. */
export function respond(reply: FastifyReply, { outcome, replayed }: Answer): FastifyReply {
  if (replayed) reply.header('idempotent-replayed', 'true');
  switch (outcome.kind) {
    case 'sku_created':
      reply.code(201).header('location', `/skus/${encodeURIComponent(outcome.sku.id)}`);
      return reply.header('etag', etag(outcome.sku.version)).send(skuBody(outcome.sku));
    case 'sku':
      return reply.header('etag', etag(outcome.sku.version)).send(skuBody(outcome.sku));
    case 'availability':
      return reply.send(availabilityBody(outcome));
    case 'order_placed':
      if (replayed) reply.code(200);
      else reply.code(201).header('location', `/orders/${encodeURIComponent(outcome.order.id)}`);
      return reply.send(orderBody(outcome.order));
    case 'order':
      return reply.send(orderBody(outcome.order));
    case 'product_created':
      reply.code(201).header('location', `/products/${encodeURIComponent(outcome.product.id)}`);
      return reply.header('etag', etag(outcome.product.version)).send(productTexts(outcome.product));
    case 'product':
      return reply.header('etag', etag(outcome.product.version)).send(productTexts(outcome.product));
    case 'cart':
      return reply.header('etag', etag(outcome.cart.version)).send(cartBody(outcome.cart));
    case 'cart_swept':
    case 'cart_kept':
      // The sweeper's alone.
      return unreachable(outcome as never);
    default:
      return sendProblem(reply, outcome);
  }
}

/** The parts of a request that its idempotency key and fingerprint are made of. */
interface KeyedRequest extends Pick<FastifyRequest, 'method' | 'routeOptions'> {
  readonly headers: { readonly 'idempotency-key'?: string };
}

/**
 * Asks the keeper, under the request's idempotency key if it has one, and sends the answer. `said` tells the request from another one to the
 * same route: the command itself, unless the same can be said in other words. `signal` tells that nobody waits for the answer any more.
 */
export function answerTo(
  request: KeyedRequest,
  reply: FastifyReply,
  keeper: KeeperDoor,
  command: Command,
  said: unknown = command,
  signal: AbortSignal | null = null,
): Promise<void> {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return respondWith(reply, keeper.ask(command, null, signal));
  const call = `${request.method} ${request.routeOptions.url}`;
  return respondWith(reply, keeper.ask(command, { key, fingerprint: fingerprint(call, said) }, signal));
}

/** Sends the answer when it is there; resolves then. With nothing: a reply is a promise itself, and would be waited for. */
export const respondWith = (reply: FastifyReply, asked: Promise<Answer>): Promise<void> =>
  asked.then((answer) => {
    respond(reply, answer);
  });
