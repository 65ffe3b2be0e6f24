/** From the keeper's answer to the HTTP answer: status, headers and body of every outcome. */
import type { FastifyReply } from 'fastify';
import type { Answer } from '../keeper/command.ts';
import { unreachable } from '../lib/assert.ts';
import { type Asked, askUnder } from './asked.ts';
import { availabilityBody } from './availability-body.ts';
import { cartBody } from './cart-body.ts';
import type { KeeperDoor } from './door.ts';
import { orderBody } from './order-body.ts';
import { etag } from './preconditions.ts';
import { sendProblem } from './problems.ts';
import { productTexts } from './product-body.ts';
import { skuBody } from './sku-body.ts';

/** Sends an answer. The first answer given again carries `Idempotent-Replayed: true`; a placement given again is 200. */
export function respond(reply: FastifyReply, { outcome, replayed }: Answer): FastifyReply {
  if (replayed) reply.header('idempotent-replayed', 'true');
  switch (outcome.kind) {
    case 'sku_created':
      reply.code(201).header('location', `${reply.server.keeperPrefix}/skus/${encodeURIComponent(outcome.sku.id)}`);
      return reply.header('etag', etag(outcome.sku.version)).send(skuBody(outcome.sku));
    case 'sku':
      return reply.header('etag', etag(outcome.sku.version)).send(skuBody(outcome.sku));
    case 'availability':
      return reply.send(availabilityBody(outcome));
    case 'order_placed':
      if (replayed) reply.code(200);
      else
        reply
          .code(201)
          .header('location', `${reply.server.keeperPrefix}/orders/${encodeURIComponent(outcome.order.id)}`);
      return reply.send(orderBody(outcome.order));
    case 'order':
      return reply.send(orderBody(outcome.order));
    case 'product_created':
      reply
        .code(201)
        .header('location', `${reply.server.keeperPrefix}/products/${encodeURIComponent(outcome.product.id)}`);
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

/** The part of a request that may carry its idempotency key. */
interface KeyedRequest {
  readonly headers: { readonly 'idempotency-key'?: string };
}

/** Asks the keeper, under the request's idempotency key if it has one, and sends the answer. `signal` tells that nobody waits for it any more. */
export function answerTo(
  request: KeyedRequest,
  reply: FastifyReply,
  keeper: KeeperDoor,
  asked: Asked,
  signal: AbortSignal | null = null,
): Promise<void> {
  return respondWith(reply, askUnder(keeper, request.headers['idempotency-key'], asked, signal));
}

/** Sends the answer when it is there; resolves then. With nothing: a reply is a promise itself, and would be waited for. */
export const respondWith = (reply: FastifyReply, asked: Promise<Answer>): Promise<void> =>
  asked.then((answer) => {
    respond(reply, answer);
  });
