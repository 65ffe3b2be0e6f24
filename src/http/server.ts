/**
 * The HTTP server: the door, and around it what only a whole server can do. It neither listens nor closes by itself.
 */
import fastify, { type FastifyInstance } from 'fastify';
import { BODY_MAX, ID_LENGTH_MAX } from '../api/fields.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { newOrderId as madeOrderId } from '../lib/order-id.ts';
import { type Access, OPEN } from './access/auth.ts';
import { shedUnderPressure } from './access/pressure.ts';
import type { App } from './door.ts';
import { handleClientError, handleError } from './faults.ts';
import { type LoggerOption, logOptions, requestId } from './log.ts';
import { Metrics } from './metrics/metrics.ts';
import { dress, putDoor } from './put-door.ts';
import { closeBehindAnswers, type OpenConnections } from './wire/closing.ts';
import { LINGER_LIMITS, Lingering, type LingerLimits, lastIfMuchIsToCome } from './wire/lingering.ts';
import { secureHeaders } from './wire/secure-headers.ts';

export interface ServerOptions {
  readonly keeper: KeeperDoor;
  readonly logger: LoggerOption;
  /** Which requests are let in; by default all are. */
  readonly access?: Access;
  /** Counts what the server does. */
  readonly metrics?: Metrics;
  readonly limits?: Partial<ServerLimits>;
  /** The freight of a checkout that names none, minor units; 0 by default. */
  readonly defaultFreight?: number;
  /** The id of an order whose client chose none; a UUID of version 7 by default. */
  readonly newOrderId?: () => string;
}

export interface ServerLimits {
  /** Open connections; one more is closed at once. */
  readonly connectionsMax: number;
  /**
   * Requests are sent away while the mean delay of the event loop in a second is above this, milliseconds; 0 for never.
   */
  readonly eventLoopDelayMaxMs: number;
  /** Bytes of all long answers together that their clients have not taken yet. */
  readonly unreadBytesMax: number;
  /** How long the server listens after an answer to a client that still sends. */
  readonly linger: LingerLimits;
}

export const SERVER_LIMITS: ServerLimits = {
  connectionsMax: 10_000,
  eventLoopDelayMaxMs: 0,
  unreadBytesMax: 268_435_456,
  linger: LINGER_LIMITS,
};

/** A request, body included, must have arrived within this time. */
const REQUEST_TIMEOUT_MS = 15_000;
/** How often Node looks for requests that are late. */
const LATE_REQUESTS_CHECK_MS = 1000;
/**
 * A connection on which nothing moves, not even an answer, is cut after this time. It is longer than any answer takes.
 */
const CONNECTION_TIMEOUT_MS = 120_000;
/** Longer than the idle time of common load balancers, so that they close the connection first. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** A character of an id is at most four bytes, each three characters when percent-encoded. */
const PARAM_LENGTH_MAX = ID_LENGTH_MAX * 12;

/**
 * Builds a server that is ready to listen or to be injected into. Closing it lets requests in flight finish. The caller
 * closes the keeper.
 */
export async function buildServer({
  keeper,
  logger,
  access = OPEN,
  metrics = new Metrics(),
  limits = {},
  defaultFreight = 0,
  newOrderId = madeOrderId,
}: ServerOptions): Promise<FastifyInstance> {
  const { connectionsMax, eventLoopDelayMaxMs, unreadBytesMax, linger } = { ...SERVER_LIMITS, ...limits };
  const open: OpenConnections = new Map();
  const lingering = new Lingering(linger);
  const secure = await secureHeaders();
  const app: App = fastify({
    ...logOptions(logger),
    genReqId: requestId,
    bodyLimit: BODY_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: {
      connectionsCheckingInterval: LATE_REQUESTS_CHECK_MS,
      // Node uses the longer of both times for the body. Its default for the head would be a minute.
      headersTimeout: REQUEST_TIMEOUT_MS,
      // Checked by the door instead. Node's own answer would not be a problem document.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    // While the server closes, a request on an open connection is answered as usual, and then the connection is closed.
    // The framework's own 503 would not be a problem document.
    return503OnClosing: false,
    // These errors are found before there is a route, so no hooks run.
    frameworkErrors: (error, request, reply) =>
      handleError(error, request, lastIfMuchIsToCome(request, dress(reply, secure))),
    clientErrorHandler: (error, socket) => handleClientError(error, socket, { open, lingering, secureHeaders: secure }),
  });

  // The body of a DELETE is not read, like that of a GET.
  app.addHttpMethod('DELETE', { hasBody: false, overrideExisting: true });
  // HTTP lets a server ignore expectations that it does not know. Node's own answer would not be a problem document.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.server.on('checkContinue', (request, response) => app.server.emit('request', request, response));
  app.server.maxConnections = connectionsMax;
  await putDoor(app, {
    keeper,
    access,
    metrics,
    secureHeaders: secure,
    unreadBytesMax,
    lingering,
    defaultFreight,
    newOrderId,
    isInHost: false,
    answersUnknown: true,
    documents: true,
    first: () => {
      closeBehindAnswers(app, open, lingering);
      askForBodies(app);
      shedUnderPressure(app, eventLoopDelayMaxMs);
    },
  });
  await app.ready();
  return app;
}

/**
 * A client that asks before it sends its body is told to continue if the body will be read. It is not told so if the
 * answer is already known without the body.
 */
function askForBodies(app: App): void {
  app.addHook('preParsing', ({ headers }, reply, _payload, done) => {
    const { expect = '', 'content-length': length = 0 } = headers;
    if (/^100-continue$/i.test(expect) && Number(length) <= BODY_MAX) reply.raw.writeContinue();
    done();
  });
}
