/**
 * The log of requests. Each line carries the request's id. Requests are logged at `debug`, those that failed inside
 * (5xx) at `error`, and those that were only sent away for now (503) at `warn`. Headers are never logged, because they
 * carry credentials and idempotency keys.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';

/** A pino logger, options for one, or `false` for no log. */
export type LoggerOption = FastifyBaseLogger | NonNullable<FastifyServerOptions['logger']>;

const SANE_ID = /^[\x21-\x7e]{1,128}$/;

/** The id that the client sent in `X-Request-Id` if it is well formed, otherwise a new one. */
export function requestId(request: IncomingMessage): string {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && SANE_ID.test(sent) ? sent : randomUUID();
}

const serializers = {
  req: ({ method, url, ip, stockKeeperKey }: FastifyRequest) => ({
    method,
    url,
    remoteAddress: ip,
    key: stockKeeperKey?.name,
  }),
  res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
};

/** The options of Fastify that concern the log. */
export function logOptions(logger: LoggerOption): FastifyServerOptions {
  const logController = new RequestLog({ requestIdLogLabel: 'requestId' });
  if (typeof logger === 'boolean') return { logger: logger ? { serializers } : false, logController };
  if ('child' in logger) return { loggerInstance: logger.child({}, { serializers }), logController };
  return { logger: { ...logger, serializers: { ...logger.serializers, ...serializers } }, logController };
}

class RequestLog extends Fastify.LogController {
  override incomingRequest(): void {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const line = { req: request, res: reply, responseTime: reply.elapsedTime };
    if (error) reply.log.error({ ...line, err: error }, 'request errored');
    else if (reply.statusCode === 503) reply.log.warn(line, 'request sent away');
    else if (reply.statusCode >= 500) reply.log.error(line, 'request failed');
    else reply.log.debug(line, 'request completed');
  }

  /** Logs nothing: the not-found handler answers with a problem, and the completed request is logged. */
  override routeNotFound(): void {}
}
