/** Every code of the table of problems, answered for its reason. The last test fails when one was not. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type DoorCode,
  exampleOf,
  exampleRefusal,
  PROBLEMS,
  type ProblemCode,
  REFUSAL_KINDS,
  type Refusal,
} from '../../src/api/problems/problems.ts';
import { buildServer } from '../../src/http/server.ts';
import { KeyRing } from '../../src/keys/key-ring.ts';
import { bearer, testKeys } from '../support/keys.ts';
import { type StandInKeeper, standIn } from './stand-in.ts';

/** The statuses as they are promised, apart from the table, so that neither changes alone. */
const PROMISED: Readonly<Record<ProblemCode, number>> = {
  malformed_http: 400,
  malformed_url: 400,
  malformed_json: 400,
  invalid_request: 400,
  idempotency_key_required: 400,
  unauthorized: 401,
  forbidden: 403,
  sku_not_found: 404,
  product_not_found: 404,
  order_not_found: 404,
  cart_not_found: 404,
  not_waiting: 404,
  line_not_found: 404,
  route_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  sku_exists: 409,
  insufficient_stock: 409,
  cart_full: 409,
  below_reserved: 409,
  not_on_hand: 409,
  counter_limit: 409,
  order_cancelled: 409,
  order_expired: 409,
  order_shipped: 409,
  order_not_confirmed: 409,
  order_not_shipped: 409,
  cannot_increase: 409,
  return_exceeds_shipped: 409,
  stale_version: 412,
  body_too_large: 413,
  unsupported_media_type: 415,
  unknown_sku: 422,
  order_id_reused: 422,
  max_per_order: 422,
  customer_required: 422,
  max_per_customer: 422,
  currency_mismatch: 422,
  nothing_selected: 422,
  cart_merged_into_itself: 422,
  amount_too_large: 422,
  idempotency_key_reused: 422,
  rate_limited: 429,
  headers_too_large: 431,
  internal_error: 500,
  overloaded: 503,
  waiting_line_full: 503,
  closing: 503,
  cart_quarantined: 503,
  standby: 503,
  unknown_outcome: 503,
  sku_quarantined: 503,
  order_quarantined: 503,
  database_unavailable: 503,
  not_ready: 503,
};

const CODES = Object.keys(PROMISED) as ProblemCode[];
const seen = new Set<string>();
let app: FastifyInstance;
let keeper: StandInKeeper;

beforeAll(async () => {
  ({ app, keeper } = await standIn());
  app.server.requestTimeout = 300;
  app.server.headersTimeout = 300;
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());
beforeEach(() => {
  keeper.outcome = null;
  keeper.fails = null;
});

interface Answered {
  readonly status: number;
  readonly type: string;
  readonly retryAfter: string | undefined;
  readonly problem: Readonly<Record<string, unknown>>;
}

function expectProblem({ status, type, retryAfter, problem }: Answered, code: ProblemCode): void {
  expect(problem['code']).toBe(code);
  expect(status).toBe(PROMISED[code]);
  expect(type).toBe('application/problem+json; charset=utf-8');
  expect(problem).toMatchObject({ type: `/problems/${code}`, title: PROBLEMS[code].title, status: PROMISED[code] });
  expect(problem['detail']).toMatch(/^\S.{20,}\.$/);
  const wait = status === 503 || status === 429;
  expect(retryAfter).toBe(wait ? String(problem['retryAfterSeconds']) : undefined);
  if (wait) expect(problem['retryAfterSeconds']).toBeGreaterThanOrEqual(1);
  seen.add(code);
}

async function inject(request: InjectOptions, asked = app): Promise<Answered> {
  const { statusCode: status, headers, json } = await asked.inject(request);
  const problem = json<Answered['problem']>();
  if (status >= 400)
    expect(problem).toMatchObject({
      instance: request.url?.toString().replace('%zz', '%25zz'),
      requestId: headers['x-request-id'],
    });
  const retryAfter = headers['retry-after'] as string | undefined;
  return { status, type: String(headers['content-type']), retryAfter, problem };
}

/** Writes bytes to a socket and reads the answer until the server closes it. */
async function raw(bytes: string): Promise<Answered> {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  const socket = connect(address.port, '127.0.0.1').setEncoding('utf8');
  let text = '';
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  socket.write(bytes);
  await once(socket, 'close');
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const type = /content-type: (.*)/i.exec(head)?.[1] ?? '';
  return { status: Number(head.split(' ')[1]), type, retryAfter: undefined, problem: JSON.parse(body) };
}

describe('the keeper refuses', () => {
  it.each(REFUSAL_KINDS.map((kind) => [kind, exampleRefusal(kind)] as const))(
    '%s is its problem, with the facts',
    async (kind, refusal) => {
      keeper.outcome = refusal;
      const answered = await inject({ method: 'POST', url: '/orders/O-1/confirm' });
      expectProblem(answered, kind as Refusal['kind']);
      const { kind: _kind, ...facts } = refusal;
      const shown = 'expiresAt' in facts ? { ...facts, expiresAt: new Date(facts.expiresAt).toISOString() } : facts;
      expect(answered.problem).toMatchObject(shown);
    },
  );
});

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('what a problem means', () => {
  it.each(CODES)('%s is told with what to do about it', async (code) => {
    const { statusCode, json } = await app.inject(`/problems/${code}`);
    expect(json()).toMatchObject({ code, status: PROMISED[code], title: PROBLEMS[code].title });
    expect(json<{ remedy: string }>().remedy).toMatch(/^[A-Z].{15,}\.$/);
    expect(statusCode).toBe(200);
  });
});

describe('the door refuses', () => {
  const cases: readonly [DoorCode, InjectOptions][] = [
    ['malformed_url', { url: '/skus/%zz' }],
    ['malformed_url', { url: '/skus?after=%ff' }],
    ['malformed_json', { method: 'POST', url: '/skus', headers: json, payload: '{"id":' }],
    ['invalid_request', { method: 'POST', url: '/skus', headers: json, payload: '' }],
    ['invalid_request', { url: `/skus/${'a'.repeat(3000)}` }],
    ['invalid_request', { url: `/skus/${'a'.repeat(129)}` }],
    [
      'idempotency_key_required',
      { method: 'POST', url: '/orders/O-1/return', payload: { lines: [{ skuId: 'A', quantity: 1 }], restock: true } },
    ],
    ['idempotency_key_required', { method: 'POST', url: '/orders/O-1/return' }],
    ['product_not_found', { url: '/products/P' }],
    ['not_waiting', { url: '/orders/O-1/waiting' }],
    ['route_not_found', { url: '/nothing/here' }],
    ['route_not_found', { url: '/problems/nothing' }],
    ['method_not_allowed', { method: 'DELETE', url: '/skus/A' }],
    ['method_not_allowed', { method: 'PUT', url: '/orders' }],
    ['body_too_large', { method: 'POST', url: '/orders', headers: json, payload: ' '.repeat(1024 * 1024 + 1) }],
    [
      'unsupported_media_type',
      { method: 'POST', url: '/orders', headers: { 'content-type': 'text/plain' }, payload: '{}' },
    ],
    ['unsupported_media_type', { method: 'POST', url: '/orders', headers: { 'content-type': '///' }, payload: '{}' }],
    ['unsupported_media_type', { method: 'POST', url: '/orders/O-1/cancel', headers: form, payload: 'reason=late' }],
    ['unsupported_media_type', { method: 'POST', url: '/orders/O-1/cancel', headers: form, payload: ' ' }],
    ['invalid_request', { method: 'POST', url: '/skus', headers: form, payload: '' }],
    ['route_not_found', { method: 'POST', url: '/nothing/here', headers: form, payload: 'a=b' }],
    ['method_not_allowed', { method: 'PUT', url: '/orders', headers: form, payload: 'a=b' }],
  ];
  it.each(cases)('%s: %j', async (code, request) => {
    expectProblem(await inject(request), code);
    expect(keeper.asked.filter(({ command }) => command.kind !== 'confirm')).toEqual([]);
  });

  it('tells what the path takes instead', async () => {
    const { headers } = await app.inject({ method: 'DELETE', url: '/skus/A' });
    expect(headers['allow']).toBe('GET, HEAD, PATCH');
  });
});

describe('the door asks who comes', () => {
  it('without a key, with one whose role does not do, and with one too often', async () => {
    using keys = testKeys();
    const ring = new KeyRing(keys.file, keys.entries);
    const guarded = await buildServer({ keeper, logger: false, access: { keys: ring, perKey: 2, perAddress: 0 } });
    const ask = (headers: Record<string, string>) =>
      inject({ method: 'POST', url: '/orders/O-1/confirm', headers }, guarded);
    expectProblem(await ask({}), 'unauthorized');
    expectProblem(await ask(bearer(keys.key.reader)), 'forbidden');
    // Two seconds have two allowed requests each at most.
    const often = await Promise.all(Array.from({ length: 5 }, () => ask(bearer(keys.key.shop))));
    const refused = often.find(({ status }) => status === 429);
    if (refused === undefined) throw new Error('nothing was refused');
    expectProblem(refused, 'rate_limited');
    expect(refused.problem).toMatchObject({ limited: 'key', perSecond: 2 });
    await guarded.close();
  });
});

describe('something is broken inside', () => {
  it('says nothing of it', async () => {
    keeper.fails = new Error('password=hunter2 at db.internal');
    const answered = await inject({ method: 'POST', url: '/orders/O-1/ship' });
    expectProblem(answered, 'internal_error');
    expect(JSON.stringify(answered.problem)).not.toContain('hunter2');
  });

  it('says that the database does not answer a list', async () => {
    keeper.lists = { ...keeper.lists, skus: () => Promise.reject(new Error('connect ECONNREFUSED db.internal')) };
    const answered = await inject({ url: '/skus' });
    expectProblem(answered, 'database_unavailable');
    expect(JSON.stringify(answered.problem)).not.toContain('db.internal');
  });

  it('is not ready, and says why', async () => {
    keeper.ready = { ready: false, reason: 'as many commands are in flight as there may be', retryAfterSeconds: 3 };
    const answered = await inject({ url: '/health/ready' });
    expectProblem(answered, 'not_ready');
    expect(answered.problem).toMatchObject({ reason: 'as many commands are in flight as there may be' });
  });
});

describe('what comes on the wire is not a request', () => {
  it('is told so', async () => {
    expectProblem(await raw('HELLO\r\n\r\n'), 'malformed_http');
  });

  it('is told that its headers are too large', async () => {
    expectProblem(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(40_000)}\r\n\r\n`), 'headers_too_large');
  });

  it('is told that its body comes too slowly', async () => {
    const request =
      'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{';
    expectProblem(await raw(request), 'request_timeout');
  });
});

describe('the table of problems', () => {
  it('has the statuses that are promised', () => {
    expect(Object.fromEntries(CODES.map((code) => [code, PROBLEMS[code].status]))).toEqual(PROMISED);
    expect(Object.keys(PROBLEMS).toSorted()).toEqual(CODES.toSorted());
  });

  it.each(CODES)('explains %s where its type leads', async (code) => {
    const { statusCode, json: body } = await app.inject(exampleOf(code).type);
    expect(statusCode).toBe(200);
    expect(body()).toMatchObject({ code, status: PROMISED[code], example: { code, detail: exampleOf(code).detail } });
  });

  it.each(CODES)('keeps the members of %s apart from its facts', (code) => {
    expect(exampleOf(code)).toMatchObject({ code, status: PROMISED[code], title: PROBLEMS[code].title });
  });

  it('was answered whole by the tests above', () => {
    expect([...seen].toSorted()).toEqual(CODES.toSorted());
  });
});
