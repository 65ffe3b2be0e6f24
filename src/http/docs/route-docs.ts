/**
 * What a route says about itself beyond its schemas: which role may use it, examples of its answers, and every problem
 * that it can answer.
 */

import { ANY_TIME, type Call, type CallAnswer } from '../../api/call.ts';
import type { DoorCode, ProblemCode } from '../../api/problems/problems.ts';
import type { RouteRole } from '../../api/role.ts';

export interface RouteDocs {
  /** The answers below status 400, by status. */
  readonly answers: Readonly<Record<number, CallAnswer>>;
  readonly problems: readonly ProblemCode[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    docs?: RouteDocs;
  }
}

/** Any route can answer these. */
const ANY: readonly DoorCode[] = ['malformed_url', 'invalid_request', 'internal_error'];
const BODY: readonly DoorCode[] = ['malformed_json', 'request_timeout', 'body_too_large', 'unsupported_media_type'];
/** What the door may answer before the route is asked. Every key has at least the role `reader`. */
const ACCESS: Readonly<Record<RouteRole, readonly DoorCode[]>> = {
  supervisor: [],
  public: ['rate_limited'],
  reader: ['unauthorized', 'rate_limited'],
  shop: ['unauthorized', 'forbidden', 'rate_limited'],
  stock: ['unauthorized', 'forbidden', 'rate_limited'],
  admin: ['unauthorized', 'forbidden', 'rate_limited'],
};

/** The `config` of a route: which role may use it, and what it says about itself. */
interface RouteConfig {
  readonly role: RouteRole;
  readonly docs: RouteDocs;
}

/** The `config` of a call: its own refusals, and those of any call of its kind. */
export function docsOf({ kind, role, answers, body, refusals }: Call): RouteConfig {
  const ofBody = body === undefined ? [] : BODY;
  return plainDocs(role, answers, ...ofBody, ...ANY_TIME[kind], ...refusals);
}

/** The `config` of a route that answers from the process alone. */
export const plainDocs = (
  role: RouteRole,
  answers: RouteDocs['answers'],
  ...problems: readonly ProblemCode[]
): RouteConfig => ({ role, docs: { answers, problems: [...ANY, ...ACCESS[role], ...problems] } });
