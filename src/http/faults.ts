/**
 * How every fault before or beside the keeper is answered: wrong requests, unknown routes, broken connections, bugs.
 */

import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError, errorCodes, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { invalidRequest } from '../api/invalid.ts';
import { type DoorCode, DoorFault, faultOf, problemOf, SentAway } from '../api/problems/problems.ts';
import type { App } from './door.ts';
import { noRoute } from './not-found.ts';
import { sendProblem } from './send-problem.ts';
import type { OpenConnections } from './wire/closing.ts';
import type { Lingering } from './wire/lingering.ts';

/** Faults that the framework finds, by the code of its error. */
const FRAMEWORK: ReadonlyMap<string, DoorCode> = new Map([
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'body_too_large'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'unsupported_media_type'],
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 'malformed_http'],
  ['FST_ERR_BAD_URL', 'malformed_url'],
]);

/** Every error becomes a problem. An unforeseen error is logged, and its answer says nothing about the inside. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof SentAway) return sendProblem(reply, error.refusal);
  const fault = foreseen(error, request) ?? brokenBody(error);
  if (fault !== null) return sendProblem(reply, fault);
  return sendProblem(reply, internalError(error, request));
}

/** In a host: errors that are not ours, such as those of its hooks, go to its own error handler. */
export function handleOwnError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof SentAway) return sendProblem(reply, error.refusal);
  const fault = foreseen(error, request);
  // If anything but an `Error` were thrown here, it would be sent with status 200.
  if (fault === null) throw error instanceof Error ? error : new Error(String(error));
  return sendProblem(reply, fault);
}

/**
 * Call before the routes are put on. A failure inside one of our routes is ours, and is answered as such in any host.
 */
export function ownFailures(app: App): void {
  app.addHook('onRoute', (route: RouteOptions) => {
    const { handler } = route;
    route.handler = function handled(request, reply) {
      const failed = (error: unknown): never => {
        throw error instanceof SentAway || foreseen(error, request) !== null ? error : internalError(error, request);
      };
      try {
        const answer: unknown = handler.call(this, request, reply);
        // A reply is also thenable, but it is not a `Promise`.
        return answer instanceof Promise ? answer.catch(failed) : answer;
      } catch (error) {
        return failed(error);
      }
    };
  });
}

function internalError(error: unknown, request: FastifyRequest): DoorFault {
  request.log.error({ err: error, method: request.method, url: request.url }, 'internal error');
  return faultOf('internal_error');
}

/** The body's stream broke while it was read. */
const brokenBody = (error: unknown): DoorFault | null =>
  error instanceof Error && 'statusCode' in error && error.statusCode === 400 ? faultOf('malformed_http') : null;

function foreseen(error: unknown, request: FastifyRequest): DoorFault | null {
  if (error instanceof DoorFault) return error;
  if (!(error instanceof Error)) return null;
  const { code, validation, validationContext } = error as Partial<
    InstanceType<(typeof errorCodes)['FST_ERR_VALIDATION']>
  >;
  if (validation !== undefined && validationContext === 'body' && request.body === undefined) {
    return new DoorFault(
      'invalid_request',
      'There is no body. Send a JSON object, with Content-Type: application/json.',
      { in: 'body', at: '' },
    );
  }
  if (validation !== undefined) return invalidRequest(validation, validationContext ?? 'body');
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') {
    return new DoorFault(
      'invalid_request',
      'An id in the path is longer than 128 characters. Ids are 1 to 128 characters.',
    );
  }
  // The path leads out of the folder of the reference page's files, or is spelt so that it might.
  if (code === 'FST_STATIC_FORBIDDEN_PATH') return noRoute(request);
  const known = FRAMEWORK.get(code ?? '');
  return known === undefined ? null : faultOf(known);
}

/** What the answers to broken bytes need. */
export interface BrokenWire {
  readonly open: OpenConnections;
  readonly lingering: Lingering;
  readonly secureHeaders: Readonly<Record<string, string>>;
}

/**
 * Answers on a socket whose bytes never became a request, if the socket can still be written to. The answer goes after
 * those to the requests that arrived whole before. In their place it would say that something was not done which was
 * done.
 */
export function handleClientError(error: ConnectionError, socket: Socket, wire: BrokenWire): void {
  // A request whose last bytes came together with the broken bytes has been accepted by then.
  setImmediate(() => {
    const last = wire.open.get(socket)?.accepted.at(-1);
    if (last === undefined) answerBroken(error, socket, wire);
    else last.raw.once('close', () => answerBroken(error, socket, wire));
  });
}

function answerBroken(error: ConnectionError, socket: Socket, { open, lingering, secureHeaders }: BrokenWire): void {
  // Each piece that arrives after broken bytes raises an error of its own.
  if (error.code === 'ECONNRESET' || socket.destroyed || lingering.has(socket)) return;
  if (!socket.writable) {
    socket.destroy(error);
    return;
  }
  if (!isAnswered(open.get(socket)?.latest)) {
    const problem = problemOf(faultOf(codeOf(error)));
    const body = JSON.stringify(problem);
    const headers = {
      ...secureHeaders,
      connection: 'close',
      'content-type': 'application/problem+json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
    };
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${head.join('')}\r\n${body}`);
  }
  lingering.close(socket);
}

/** Whether the broken bytes belong to the body of a request that was already answered without needing its body. */
const isAnswered = (latest: ServerResponse | null | undefined): boolean =>
  latest?.req.complete === false && latest.headersSent;

function codeOf({ code }: ConnectionError): DoorCode {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request_timeout';
  return code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'malformed_http';
}
