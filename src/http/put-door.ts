/**
 * Puts everything that answers requests on a Fastify instance: strictness, access, problems, the routes and their
 * documents. The instance is a server of our own, or a context in a host's server that takes over none of its settings.
 */
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { CartBody } from '../api/carts/body.ts';
import { BODY_MAX, Fields } from '../api/fields.ts';
import { OrderBody } from '../api/orders/body.ts';
import { faultOf } from '../api/problems/problems.ts';
import { MovementBody, SkuBody } from '../api/skus/body.ts';
import { createValidator, type Validate } from '../api/validator.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { type Access, guardByHost, guardDoor } from './access/auth.ts';
import type { AuthHook } from './access/auth-hook.ts';
import { requireRoles } from './access/roles.ts';
import { documentRoutes, documentSchemas, problemRoutes } from './docs/docs.ts';
import { homeRoutes } from './docs/home.ts';
import type { App } from './door.ts';
import { handleError, handleOwnError, ownFailures } from './faults.ts';
import { healthRoutes } from './health.ts';
import type { Metrics } from './metrics/metrics.ts';
import { answerUnknownRoutes } from './not-found.ts';
import { callRoutes } from './routes.ts';
import { refuseOnStandby } from './standby.ts';
import { refuseUnhonoured } from './unhonoured.ts';
import { parseBody } from './wire/json-body.ts';
import { type Lingering, lingerBehind } from './wire/lingering.ts';
import { repeatedHeader } from './wire/single-headers.ts';
import { boundUnread } from './wire/unread.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** The prefix of the keeper's routes; empty on a server of its own. */
    keeperPrefix: string;
  }
}

export interface DoorOptions {
  readonly keeper: KeeperDoor;
  /** Our own API keys, or the host's hook. */
  readonly access: Access | AuthHook;
  readonly metrics: Metrics;
  /** Headers of every answer. */
  readonly secureHeaders: Readonly<Record<string, string>>;
  readonly unreadBytesMax: number;
  readonly lingering: Lingering;
  readonly defaultFreight: number;
  readonly newOrderId: () => string;
  /** Whether the door is in a host's server. The host's errors are then for the host to answer. */
  readonly isInHost: boolean;
  /** Whether the door answers unknown paths. In a host that answers them itself it does not. */
  readonly answersUnknown: boolean;
  /** Whether `/openapi.json` and `/docs` are served. */
  readonly documents: boolean;
  /** Puts on hooks that see a request after it was found well formed and before its key is checked. */
  readonly first?: (app: App) => void;
}

/** Puts everything on `app`, below the prefix of `app`. */
export async function putDoor(app: App, options: DoorOptions): Promise<void> {
  const { keeper, access, metrics, newOrderId, defaultFreight } = options;
  app.decorate('keeperPrefix', app.prefix);
  const validator = createValidator();
  app.setValidatorCompiler<object>(({ schema }) => validator(schema) as Validate & { errors?: null });
  app.setErrorHandler(options.isInHost ? handleOwnError : handleError);
  if (options.isInHost) ownFailures(app);
  if (options.answersUnknown) answerUnknownRoutes(app);
  requireRoles(app);
  readJson(app);
  lingerBehind(app, options.lingering);
  app.addHook('onRequest', (request, reply, done) => {
    dress(reply, options.secureHeaders);
    const repeated = repeatedHeader(request.raw);
    if (repeated !== null) return done(repeated);
    const query = request.url.indexOf('?');
    if (query === -1 || isDecodable(request.url.slice(query))) done();
    else done(faultOf('malformed_url'));
  });
  app.addHook('onRoute', takeNoQueryUnlessSaid);
  app.addHook('onRoute', refuseUnhonoured);
  options.first?.(app);
  boundUnread(app, options.unreadBytesMax);
  if (typeof access === 'function') guardByHost(app, access);
  else guardDoor(app, access);
  refuseOnStandby(app, keeper);
  for (const schema of [SkuBody, MovementBody, OrderBody, CartBody]) app.addSchema(schema);
  if (options.documents) await documentSchemas(app, options.isInHost);
  metrics.serve(app, keeper);
  callRoutes(app, keeper, { newOrderId, defaultFreight });
  healthRoutes(app, keeper);
  problemRoutes(app);
  if (!options.documents) return;
  await documentRoutes(app);
  if (options.answersUnknown) homeRoutes(app);
}

/** Gives a reply the headers of every answer. */
export const dress = (reply: FastifyReply, secure: Readonly<Record<string, string>>): FastifyReply =>
  reply.headers(secure).header('x-request-id', reply.request.id);

function readJson(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: BODY_MAX }, (request, bytes, done) => {
    try {
      done(null, takesBody(request) ? parseBody(bytes as Buffer) : undefined);
    } catch (fault) {
      done(fault as Error, undefined);
    }
  });
  // Clients also name a type for an empty body, such as `text/plain` or that of a form.
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_MAX }, (request, bytes, done) => {
    if (bytes.length === 0 || request.is404 || !takesBody(request)) done(null, undefined);
    else done(faultOf('unsupported_media_type'), undefined);
  });
}

/** The body of a DELETE is ignored, like that of a GET. */
const takesBody = ({ method }: FastifyRequest): boolean => method !== 'DELETE';

const NO_QUERY = Fields({});

/** Unknown query parameters are refused everywhere. Only the files of the reference page take any. */
function takeNoQueryUnlessSaid({ schema }: RouteOptions): void {
  if (schema !== undefined && schema.hide !== true) schema.querystring ??= NO_QUERY;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
