/** From the keeper's answer to the HTTP answer: status, headers and body of every outcome. */
import type { FastifyReply } from 'fastify';
import type { Answer } from '../keeper/command.ts';
import { orderBody } from './order-body.ts';
import { etag } from './preconditions.ts';
import { sendProblem } from './problems.ts';
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
    case 'order_placed':
      if (replayed) reply.code(200);
      else reply.code(201).header('location', `/orders/${encodeURIComponent(outcome.order.id)}`);
      return reply.send(orderBody(outcome.order));
    case 'order':
      return reply.send(orderBody(outcome.order));
    default:
      return sendProblem(reply, outcome);
  }
}
