/** What holds of every answer, whatever was asked: it is documented, in form, and tells nothing of the inside. */
import { PROBLEMS, type ProblemCode } from '../../../src/api/problems/problems.ts';
import type { Call } from './api.ts';
import type { WireAnswer } from './wire.ts';

/** Problems that are documented for any connection and any path. */
export const ANYWHERE: readonly ProblemCode[] = [
  'malformed_http',
  'request_timeout',
  'headers_too_large',
  'route_not_found',
  'method_not_allowed',
];
/** The service is to blame for these: no request alone may bring them about. */
const NEVER: readonly number[] = [500, 503];

const INSIDE =
  /\n {4}at |node_modules|\/src\/|\.ts:\d|relation "|violates |duplicate key value|syntax error at|SQLSTATE|pg_|ECONN|mikro/i;
const HEADERS = new Set([
  ...[
    'content-type',
    'content-length',
    'date',
    'connection',
    'keep-alive',
    'x-request-id',
    'etag',
    'location',
    'allow',
  ],
  ...['idempotent-replayed', 'retry-after', 'cache-control', 'vary'],
  // Of `@fastify/helmet` and of limits by rate.
  ...['content-security-policy', 'cross-origin-opener-policy', 'cross-origin-resource-policy', 'origin-agent-cluster'],
  ...[
    'referrer-policy',
    'strict-transport-security',
    'x-content-type-options',
    'x-dns-prefetch-control',
    'x-download-options',
  ],
  ...[
    'x-frame-options',
    'x-permitted-cross-domain-policies',
    'x-xss-protection',
    'x-ratelimit-limit',
    'x-ratelimit-remaining',
  ],
  'x-ratelimit-reset',
]);
/** Those that mean something only once. */
const ONCE = ['content-type', 'content-length', 'x-request-id', 'etag', 'location', 'retry-after', 'allow'];

interface ProblemLike {
  readonly type?: unknown;
  readonly title?: unknown;
  readonly status?: unknown;
  readonly code?: unknown;
  readonly detail?: unknown;
  readonly instance?: unknown;
  readonly requestId?: unknown;
}

/** What a body says: parsed when it is JSON by its type, else its text; `undefined` when there is none. `null` when it is JSON by its type alone. */
export function parsedBody({ headers, body }: WireAnswer): { readonly json: unknown } | null {
  if (body.length === 0) return { json: undefined };
  const text = body.toString('utf8');
  if (!/json/.test(headers.get('content-type')?.[0] ?? 'json')) return { json: text };
  try {
    return { json: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** What is wrong with an answer. `call` is the call of the document that answered, `null` for what is no call. */
export function wrongAnswer(call: Call | null, method: string, target: string, answer: WireAnswer): string[] {
  const parsed = parsedBody(answer);
  const faults = headerFaults(answer);
  if (parsed === null) return [...faults, 'the body is not JSON'];
  if (NEVER.includes(answer.status)) faults.push(`${answer.status} must not be brought about by a request`);
  if (answer.status >= 400) faults.push(...problemFaults(answer, parsed.json as ProblemLike, method, target));
  return [...faults, ...documentFaults(call, method, answer, parsed.json)];
}

function headerFaults({ headers, status, body }: WireAnswer): string[] {
  const faults = [...headers.keys()]
    .filter((name) => !HEADERS.has(name))
    .map((name) => `header ${name} is not expected`);
  for (const name of ONCE) if ((headers.get(name)?.length ?? 0) > 1) faults.push(`header ${name} is there twice`);
  if (status === 405 && headers.get('allow') === undefined) faults.push('405 without Allow');
  if (status === 503 && !/^[1-9][0-9]{0,3}$/.test(headers.get('retry-after')?.[0] ?? ''))
    faults.push('503 without Retry-After');
  if (body.length > 0 && headers.get('content-type') === undefined) faults.push('a body without Content-Type');
  return faults;
}

function problemFaults(answer: WireAnswer, problem: ProblemLike | undefined, method: string, target: string): string[] {
  const type = answer.headers.get('content-type')?.[0];
  const faults = type === 'application/problem+json; charset=utf-8' ? [] : [`a problem with Content-Type ${type}`];
  if (INSIDE.test(withoutEchoes(answer.body.toString('utf8'), target))) faults.push('it tells of the inside');
  if (problem === undefined) return method === 'HEAD' ? faults : [...faults, 'a problem without a body'];
  const { code, title, status, detail } = problem;
  const known = Object.hasOwn(PROBLEMS, String(code)) ? PROBLEMS[code as ProblemCode] : null;
  if (known === null || known.status !== answer.status || known.title !== title || status !== answer.status) {
    faults.push(`the problem ${String(code)} (${String(status)}, ${String(title)}) is not of the table`);
  }
  if (problem.type !== `/problems/${String(code)}`) faults.push(`its type is ${String(problem.type)}`);
  if (typeof detail !== 'string' || detail.length < 15 || detail.length > 2500)
    faults.push('its detail is no sentence');
  // An answer on a connection whose bytes never became a request names none.
  const connection = answer.headers.get('x-request-id') === undefined && ANYWHERE.includes(code as ProblemCode);
  if (!connection && problem.requestId !== answer.headers.get('x-request-id')?.[0])
    faults.push('its requestId is another');
  if (!connection && asSent(String(problem.instance)) !== asSent(target))
    faults.push(`its instance is ${String(problem.instance)}`);
  return faults;
}

/** A URI reference has some characters encoded that clients send as they are. */
const asSent = (text: string): string =>
  text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)));

/** What the client sent itself is no secret. */
const withoutEchoes = (text: string, target: string) => text.replaceAll(JSON.stringify(target).slice(1, -1), '');

function documentFaults(call: Call | null, method: string, answer: WireAnswer, json: unknown): string[] {
  const code = String((json as { code?: unknown } | null | undefined)?.code);
  if (ANYWHERE.includes(code as ProblemCode)) return [];
  if (call === null)
    return method === 'HEAD' || answer.status < 300 ? [] : [`${answer.status} ${code}, and no call of the document`];
  const documented = call.answers.get(answer.status);
  if (documented === undefined) {
    return method === 'HEAD' && answer.status === 404
      ? []
      : [`${answer.status} ${code} is not documented for ${call.name}`];
  }
  const faults: string[] = [];
  if (answer.status >= 400 && method !== 'HEAD' && !documented.codes.includes(code)) {
    faults.push(`${code} is not documented for ${call.name}`);
  }
  for (const name of ['etag', 'location', 'idempotent-replayed']) {
    if (answer.headers.has(name) && !documented.headers.includes(name)) faults.push(`header ${name} is not documented`);
  }
  if (method === 'HEAD') return faults;
  const type = answer.headers.get('content-type')?.[0]?.split(';')[0] ?? null;
  if (type !== documented.mediaType) faults.push(`Content-Type ${type}, documented is ${documented.mediaType}`);
  if (json === undefined && documented.mediaType === null) return faults;
  if (!documented.meets(json)) faults.push('the body is not as its schema says');
  return faults;
}
