/** The routes of all calls. A route reads what came into one request and asks the keeper or the database. */
import type { preValidationHookHandler, RouteHandlerMethod, RouteOptions } from 'fastify';
import type { TObject } from 'typebox';
import type { Call, CommandCall, LineCall, ListCall, Taken, Terms } from '../api/call.ts';
import { CALLS } from '../api/calls.ts';
import {
  CreateHeaders,
  KeyedWriteHeaders,
  ProductReadHeaders,
  ReadHeaders,
  RequiredKeyWriteHeaders,
  WriteHeaders,
} from '../api/fields.ts';
import { integersOf, readIntegers } from '../api/integers.ts';
import { listed } from '../api/listed.ts';
import { conditionsOf, etag, type MatchHeaders } from '../api/preconditions.ts';
import { faultOf } from '../api/problems/problems.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { unmet } from '../shop/versions.ts';
import { answerTo } from './answers.ts';
import { docsOf } from './docs/route-docs.ts';
import type { App } from './door.ts';
import { sendProblem } from './send-problem.ts';
import { untilGone } from './wire/until-gone.ts';

const HEADERS: Readonly<Record<Taken, TObject>> = {
  read: ReadHeaders,
  product_read: ProductReadHeaders,
  write: WriteHeaders,
  keyed_write: KeyedWriteHeaders,
  key_required_write: RequiredKeyWriteHeaders,
  create: CreateHeaders,
};

export function callRoutes(app: App, keeper: KeeperDoor, terms: Terms): void {
  for (const [name, call] of Object.entries<Call>(CALLS)) {
    app.route({
      method: call.method,
      url: call.path,
      schema: schemaOf(name, call),
      config: docsOf(call),
      preValidation: readings(call),
      handler: handlerOf(call, keeper, terms),
    });
  }
}

function schemaOf(name: string, call: Call): NonNullable<RouteOptions['schema']> {
  const { tag, summary, description, takes, params, query, body, response } = call;
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(takes === undefined ? {} : { headers: HEADERS[takes] }),
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
    response,
  };
}

/** The steps that change a request before the schemas see it. */
function readings({ takes, query, bodyIsOptional }: Call): preValidationHookHandler[] {
  const integers = query === undefined ? [] : integersOf(query);
  return [
    // Checked first, because the schemas would name a fault of the body before the missing key.
    ...(takes === 'key_required_write' ? [requireKey] : []),
    ...(integers.length > 0 ? [integersIn(integers)] : []),
    ...(bodyIsOptional ? [bodyOptional] : []),
  ];
}

const integersIn =
  (names: readonly string[]): preValidationHookHandler =>
  (request, _reply, done) => {
    readIntegers(request.query as Record<string, unknown>, names);
    done();
  };

const requireKey: preValidationHookHandler = (request, _reply, done) => {
  done(request.headers['idempotency-key'] === undefined ? faultOf('idempotency_key_required') : undefined);
};

/** An absent or empty body is an empty object. A literal `null` is not. */
const bodyOptional: preValidationHookHandler = (request, _reply, done) => {
  if (request.body === undefined) request.body = {};
  done();
};

interface Read {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/**
 * No two of the path, the query and the body have a field of the same name. If all fields come in one part, they are
 * not copied.
 */
function requestOf(call: Call): (request: Read) => Record<string, unknown> {
  const parts = (['params', 'query', 'body'] as const).filter((part) => call[part] !== undefined);
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return (request) => request[only] as Record<string, unknown>;
  return (request) => Object.assign({}, ...parts.map((part) => request[part]));
}

function handlerOf(call: Call, keeper: KeeperDoor, terms: Terms): RouteHandlerMethod {
  return call.kind === 'command' ? asking(call, keeper, terms) : listing(call, keeper);
}

function asking(call: CommandCall, keeper: KeeperDoor, terms: Terms): RouteHandlerMethod {
  const read = requestOf(call);
  return (request, reply) => {
    const said = read(request);
    const signal = call.waits === true ? untilGone(reply, said['waitSeconds'] as number | undefined) : null;
    return answerTo(request, reply, keeper, call, call.ask(said, terms), signal);
  };
}

function listing(call: ListCall | LineCall, keeper: KeeperDoor): RouteHandlerMethod {
  const read = requestOf(call);
  return async (request, reply) => {
    const shown = await listed(keeper, call, read(request), request.log);
    const { about, version = 0 } = shown;
    if (about !== undefined) {
      const stale = unmet(conditionsOf(request.headers as MatchHeaders), about, version === 0 ? null : { version });
      if (stale !== null) return sendProblem(reply, stale);
      // The page shows more than its version covers, so it must not be cached.
      if ('page' in shown) reply.header('etag', etag(version)).header('cache-control', 'no-store');
    }
    return 'page' in shown ? shown.page : sendProblem(reply, shown.refusal);
  };
}
