/** The HTTP server: limits, strictness and the routes, put together. It neither listens nor closes by itself. */
import fastify, { type FastifyInstance, type FastifyReply, type RouteOptions } from 'fastify';

import { type Access, guardDoor, OPEN } from './auth.ts';
import { availabilityRoutes } from './availability.ts';
import { CartBody } from './cart-body.ts';
import { cartRoutes } from './carts.ts';
import { checkoutRoutes } from './checkout.ts';
import { closeBehindAnswers, type OpenConnections } from './closing.ts';
import { documentRoutes, documentSchemas } from './docs.ts';
import type { App, KeeperDoor } from './door.ts';
import { handleClientError, handleError } from './faults.ts';
import { Fields, ID_LENGTH_MAX } from './fields.ts';
import { healthRoutes } from './health.ts';
import { BODY_MAX, parseBody } from './json-body.ts';
import { type LoggerOption, logOptions, requestId } from './log.ts';
import { Metrics } from './metrics.ts';
import { answerUnknownRoutes } from './not-found.ts';
import { OrderBody } from './order-body.ts';
import { newOrderId as madeOrderId } from './order-id.ts';
import { orderStepRoutes } from './order-steps.ts';
import { orderRoutes } from './orders.ts';
import { shedUnderPressure } from './pressure.ts';
import { faultOf } from './problem-examples.ts';
import { DoorFault } from './problems.ts';
import { productRoutes } from './products.ts';
import { requireRoles } from './roles.ts';
import { secureHeaders } from './secure-headers.ts';
import { MovementBody, SkuBody } from './sku-body.ts';
import { skuRoutes } from './skus.ts';
import { refuseOnStandby } from './standby.ts';
import { stockRoutes } from './stock.ts';
import { boundUnread } from './unread.ts';
import { waitingRoutes } from './waiting.ts';

export interface ServerOptions {
  readonly keeper: KeeperDoor;
  readonly logger: LoggerOption;
  /** Who is let in; everyone by default. */
  readonly access?: Access;
  /** Where is counted what it does. */
  readonly metrics?: Metrics;
  readonly limits?: Partial<ServerLimits>;
  /** What an order of a checkout that names no freight is charged, minor units; 0 by default. */
  readonly defaultFreight?: number;
  /** The id of an order whose client chose none; a UUID of version 7 by default. */
  readonly newOrderId?: () => string;
}

export interface ServerLimits {
  /** Open connections; one more is closed at once. */
  readonly connectionsMax: number;
  /** Requests are sent away while the event loop is later than this in the mean of a second, milliseconds; 0 for never. */
  readonly eventLoopDelayMaxMs: number;
  /** Long answers that their clients have not taken, together. */
  readonly unreadBytesMax: number;
}

export const SERVER_LIMITS: ServerLimits = {
  connectionsMax: 10_000,
  eventLoopDelayMaxMs: 0,
  unreadBytesMax: 268_435_456,
};

/** A request must have arrived, body included, within this time. */
const REQUEST_TIMEOUT_MS = 15_000;
/** How often Node looks for requests that are late. */
const LATE_REQUESTS_CHECK_MS = 1000;
/** A connection on which nothing moves, not even an answer, is cut after this time: longer than any answer takes. */
const CONNECTION_TIMEOUT_MS = 120_000;
/** Longer than the idle time of common load balancers, so that it is they who close. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** A character of an id is at most four bytes, each three characters when percent-encoded. */
const PARAM_LENGTH_MAX = ID_LENGTH_MAX * 12;

/** Builds the server, ready to listen or to be injected into. Closing it lets requests in flight finish; the keeper is the caller's to close. */
export async function buildServer({
  keeper,
  logger,
  access = OPEN,
  metrics = new Metrics(),
  limits = {},
  defaultFreight = 0,
  newOrderId = madeOrderId,
}: ServerOptions): Promise<FastifyInstance> {
  const { connectionsMax, eventLoopDelayMaxMs, unreadBytesMax } = { ...SERVER_LIMITS, ...limits };
  const open: OpenConnections = new Map();
  const secure = await secureHeaders();
  /** Gives a reply the headers of every answer. */
  const dress = (reply: FastifyReply) => reply.headers(secure).header('x-request-id', reply.request.id);
  const app: App = fastify({
    ...logOptions(logger),
    genReqId: requestId,
    bodyLimit: BODY_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: {
      connectionsCheckingInterval: LATE_REQUESTS_CHECK_MS,
      // Node takes the longer of both times for the body: its own for the head would be a minute.
      headersTimeout: REQUEST_TIMEOUT_MS,
      // Looked for below: Node's own answer would not be a problem document.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        allErrors: false,
        allowUnionTypes: true,
        verbose: true,
        keywords: ['x-examples'],
      },
    },
    // While closing, what still comes on an open connection is answered as ever, and the connection is closed behind it:
    // the framework's own 503 would not be a problem document.
    return503OnClosing: false,
    // Found before a route is: without hooks.
    frameworkErrors: (error, request, reply) => handleError(error, request, dress(reply)),
    clientErrorHandler: (error, socket) => handleClientError(error, socket, open, secure),
  });

  app.setErrorHandler(handleError);
  answerUnknownRoutes(app);
  requireRoles(app);
  readJson(app);
  app.addHook('onRequest', (request, reply, done) => {
    dress(reply);
    const hosts = countHosts(request.raw.rawHeaders);
    if (hosts === 0 && request.raw.httpVersion === '1.1') return done(withoutHost());
    if (hosts > 1) return done(withHosts());
    const query = request.url.indexOf('?');
    if (query === -1 || isDecodable(request.url.slice(query))) done();
    else done(faultOf('malformed_url'));
  });

  // HTTP lets a server pass over expectations that it does not know; Node's own answer would not be a problem document.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.addHook('onRoute', takeNoQueryUnlessSaid);

  app.server.maxConnections = connectionsMax;
  closeBehindAnswers(app, open);
  await shedUnderPressure(app, eventLoopDelayMaxMs);
  boundUnread(app, unreadBytesMax);
  guardDoor(app, access);
  refuseOnStandby(app, keeper);
  for (const schema of [SkuBody, MovementBody, OrderBody, CartBody]) app.addSchema(schema);
  await documentSchemas(app);
  metrics.serve(app, keeper);
  skuRoutes(app, keeper);
  stockRoutes(app, keeper);
  availabilityRoutes(app, keeper);
  productRoutes(app, keeper);
  orderRoutes(app, keeper, newOrderId);
  orderStepRoutes(app, keeper);
  cartRoutes(app, keeper);
  checkoutRoutes(app, keeper, newOrderId, { defaultFreight });
  waitingRoutes(app, keeper);
  healthRoutes(app, keeper);
  await documentRoutes(app);
  await app.ready();
  return app;
}

function readJson(app: App): void {
  // What comes with a DELETE is not read, as with a GET.
  app.addHttpMethod('DELETE', { hasBody: false, overrideExisting: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) => {
    try {
      done(null, parseBody(bytes as Buffer));
    } catch (fault) {
      done(fault as Error, undefined);
    }
  });
  // Clients name a type for the empty body too: `text/plain`, or that of a form.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (bytes.length === 0 || request.is404) done(null, undefined);
    else done(faultOf('unsupported_media_type'), undefined);
  });
}

const NO_QUERY = Fields({});

/** Unknown query parameters are refused everywhere; the files of the reference page take what they like. */
function takeNoQueryUnlessSaid({ schema }: RouteOptions): void {
  if (schema !== undefined && schema.hide !== true) schema.querystring ??= NO_QUERY;
}

const withoutHost = () => new DoorFault('malformed_http', 'The request has no Host header, which HTTP/1.1 requires.');
const withHosts = () => new DoorFault('malformed_http', 'The request has more than one Host header. Send one.');

/** Names stand before their values. The parsed headers have the first host alone. */
function countHosts(raw: readonly string[]): number {
  let hosts = 0;
  for (let at = 0; at < raw.length; at += 2) if (raw[at]?.length === 4 && raw[at]?.toLowerCase() === 'host') hosts += 1;
  return hosts;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
