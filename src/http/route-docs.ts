/** What a route says about itself beyond its schemas: examples of its answers, and every problem that it can answer. */
import type { DoorCode, ProblemCode, Refusal } from './problems.ts';

export interface AnswerDocs {
  readonly description: string;
  readonly example?: unknown;
  readonly headers?: readonly ('etag' | 'location' | 'idempotent-replayed')[];
}

export interface RouteDocs {
  /** By status, those below 400. */
  readonly answers: Readonly<Record<number, AnswerDocs>>;
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
const KEEPER: readonly Refusal['kind'][] = ['overloaded', 'closing', 'standby', 'unknown_outcome'];

/** A route that reads lists from the database. */
export const listDocs = (
  description: string,
  example: unknown,
  ...problems: readonly ProblemCode[]
): { docs: RouteDocs } => ({
  docs: {
    answers: { 200: { description, example } },
    problems: [...ANY, 'standby', 'database_unavailable', ...problems],
  },
});

/** A route that asks the keeper for what it has. */
export const readDocs = (answers: RouteDocs['answers'], ...problems: readonly ProblemCode[]): { docs: RouteDocs } => ({
  docs: { answers, problems: [...ANY, ...KEEPER, ...problems] },
});

/** A route that asks the keeper to change something, with a body. */
export const changeDocs = (
  answers: RouteDocs['answers'],
  ...problems: readonly ProblemCode[]
): { docs: RouteDocs } => ({
  docs: { answers, problems: [...ANY, ...BODY, ...KEEPER, ...problems] },
});

/** A route that answers from the process alone. */
export const plainDocs = (answers: RouteDocs['answers'], ...problems: readonly ProblemCode[]): { docs: RouteDocs } => ({
  docs: { answers, problems: [...ANY, ...problems] },
});
