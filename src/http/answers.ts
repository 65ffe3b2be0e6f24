/** From the keeper's answer to the HTTP answer: status, headers and body of every outcome. */
import type { FastifyReply } from 'fastify';
import { type Asked, askUnder, provided } from '../api/asked.ts';
import { cartBody } from '../api/carts/body.ts';
import { orderBody } from '../api/orders/body.ts';
import { conditionsOf, etag, type MatchHeaders } from '../api/preconditions.ts';
import { productTexts } from '../api/products/body.ts';
import { availabilityBody } from '../api/skus/availability.ts';
import { skuBody } from '../api/skus/body.ts';
import type { Answer, Command } from '../keeper/command.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { unreachable } from '../lib/assert.ts';
import { sendProblem } from './send-problem.ts';

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
      return reply.header('etag', etag(outcome.order.version)).send(orderBody(outcome.order));
    case 'order':
      return reply.header('etag', etag(outcome.order.version)).send(orderBody(outcome.order));
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

/** The part of a request that may carry its preconditions. */
interface ConditionalRequest {
  readonly headers: MatchHeaders;
}

/** The part of a request that may carry its idempotency key as well. */
interface KeyedRequest {
  readonly headers: MatchHeaders & { readonly 'idempotency-key'?: string };
}

/** Asks the keeper, under the request's idempotency key if it has one, and sends the answer. `signal` tells that nobody waits for it any more. */
export function answerTo(
  { headers }: KeyedRequest,
  reply: FastifyReply,
  keeper: KeeperDoor,
  asked: Asked,
  signal: AbortSignal | null = null,
): Promise<void> {
  return respondWith(reply, askUnder(keeper, headers['idempotency-key'], asked, conditionsOf(headers), signal));
}

/** Asks the keeper for what takes no idempotency key, for it can be asked again as it is, and sends the answer. */
export const tellTo = (
  { headers }: ConditionalRequest,
  reply: FastifyReply,
  keeper: KeeperDoor,
  command: Command,
): Promise<void> => respondWith(reply, keeper.ask(provided(command, conditionsOf(headers)), null));

/** Asks the keeper for what it has, and sends that, or 304 to whoever has it already. */
export function readTo(
  { headers }: ConditionalRequest,
  reply: FastifyReply,
  keeper: KeeperDoor,
  command: Command,
): Promise<void> {
  return keeper.ask(provided(command, conditionsOf(headers)), null).then((answer) => {
    const { outcome } = answer;
    if (outcome.kind === 'stale_version' && outcome.unexpected !== undefined) {
      reply.code(304).header('etag', etag(outcome.version)).send();
    } else respond(reply, answer);
  });
}

/** Sends the answer when it is there; resolves then. With nothing: a reply is a promise itself, and would be waited for. */
export const respondWith = (reply: FastifyReply, asked: Promise<Answer>): Promise<void> =>
  asked.then((answer) => {
    respond(reply, answer);
  });
