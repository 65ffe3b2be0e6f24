/** Makes the HTTP answer (status, headers and body) from the keeper's answer, for every outcome. */
import type { FastifyReply } from 'fastify';
import { type Asked, askUnder } from '../api/asked.ts';
import { type CommandCall, takesKey } from '../api/call.ts';
import { conditionsOf, etag, type MatchHeaders } from '../api/preconditions.ts';
import { isRefusal } from '../api/problems/problems.ts';
import { entryOf, successOf } from '../api/shown.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import type { Answer } from '../shop/outcome.ts';
import { sendProblem } from './send-problem.ts';

/** Sends an answer. When the first answer is given again, it carries `Idempotent-Replayed: true`. */
export function respond(reply: FastifyReply, { outcome, replayed }: Answer): FastifyReply {
  if (replayed) reply.header('idempotent-replayed', 'true');
  if (isRefusal(outcome)) return sendProblem(reply, outcome);
  const success = successOf(outcome);
  const entry = entryOf(success);
  if (entry.name === null) return reply.send(entry.body(success));
  const body = entry.body(success);
  const { madeIn, isMadeOnce } = entry;
  if (madeIn !== undefined && !(replayed && isMadeOnce)) {
    reply.code(201).header('location', `${reply.server.keeperPrefix}${madeIn}/${encodeURIComponent(body.id)}`);
  }
  return reply.header('etag', etag(body.version)).send(body);
}

/** The part of a request that may carry its preconditions and its idempotency key. */
interface KeyedRequest {
  readonly headers: MatchHeaders & { readonly 'idempotency-key'?: string };
}

/**
 * Asks the keeper and sends the answer. The request's idempotency key is used if there is one and the call takes it. A
 * client that already has this version gets 304. Resolves with nothing, because a reply is itself a promise and would
 * be waited for. `signal` aborts when nobody waits for the answer any more.
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
