/** From the keeper's answer to the HTTP answer: status, headers and body of every outcome. */
import type { FastifyReply } from 'fastify';
import { type Asked, askUnder } from '../api/asked.ts';
import { type CommandCall, takesKey } from '../api/call.ts';
import { cartBody } from '../api/carts/body.ts';
import { orderBody } from '../api/orders/body.ts';
import { conditionsOf, etag, type MatchHeaders } from '../api/preconditions.ts';
import { productTexts } from '../api/products/body.ts';
import { availabilityBody } from '../api/skus/availability.ts';
import { skuBody } from '../api/skus/body.ts';
import type { Answer } from '../keeper/command.ts';
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

/** The part of a request that may carry its preconditions and its idempotency key. */
interface KeyedRequest {
  readonly headers: MatchHeaders & { readonly 'idempotency-key'?: string };
}

/**
 * Asks the keeper, under the request's idempotency key if it has one and the call takes it, and sends the answer; 304 to a reader who has it already.
 * Resolves with nothing: a reply is a promise itself, and would be waited for. `signal` tells that nobody waits for the answer any more.
 */
export function answerTo(
  { headers }: KeyedRequest,
  reply: FastifyReply,
  keeper: KeeperDoor,
  call: CommandCall,
  asked: Asked,
  signal: AbortSignal | null,
): Promise<void> {
  const { takes } = call;
  const key = takesKey(takes) ? headers['idempotency-key'] : undefined;
  return askUnder(keeper, key, call, asked, conditionsOf(headers), signal).then((answer) => {
    const { outcome } = answer;
    if (takes === 'read' && outcome.kind === 'stale_version' && outcome.unexpected !== undefined) {
      reply.code(304).header('etag', etag(outcome.version)).send();
    } else respond(reply, answer);
  });
}
