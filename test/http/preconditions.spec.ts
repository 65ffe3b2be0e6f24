/** Preconditions over HTTP, on the real keeper and a store in memory: no operation passes one over, and none is honoured by halves. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../../src/http/server.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { type Operation, operationsOf } from './docs/declared.ts';
import { patch, post, put } from './request-texts.ts';

let now = Date.UTC(2026, 10, 20);
const store = new MemoryStore();
let app: FastifyInstance;
let keeper: Keeper;
let operations: ReadonlyMap<string, Operation>;

const line = (skuId: string, quantity = 1) => ({ lines: [{ skuId, quantity }] });

const SHOP: readonly InjectOptions[] = [
  post('/skus', { id: 'A', name: 'A', price: 1, onHand: 1_000_000, productId: 'P' }),
  put('/products/P', { name: 'P' }),
  put('/carts/C/lines/A', { quantity: 1 }),
  put('/carts/guest/lines/A', { quantity: 1 }),
  post('/orders', { id: 'O', ...line('A', 5) }),
];

beforeAll(async () => {
  keeper = new Keeper({ store, lists: store, clock: () => now++ });
  app = await buildServer({ keeper, logger: false });
  operations = operationsOf((await app.inject('/openapi.json')).json());
  for (const request of SHOP) expect((await app.inject(request)).statusCode).toBeLessThan(300);
});
afterAll(async () => {
  await app.close();
  await keeper.close();
});

async function call(request: InjectOptions, headers: Record<string, string> = {}) {
  const sent = { ...request, headers: { ...request.headers, ...headers } };
  const { statusCode: status, headers: said, body } = await app.inject(sent);
  const isJson = String(said['content-type']).includes('json');
  return { status, headers: said, json: (isJson && body !== '' ? JSON.parse(body) : {}) as Record<string, unknown> };
}
const get = (url: string): InjectOptions => ({ method: 'GET', url });
const KEY = { 'idempotency-key': 'a-key' };

/** One request of every operation, that would be carried out, or answered as the first time. */
const REQUESTS: Readonly<Record<string, InjectOptions>> = {
  'DELETE /carts/{id}/lines/{skuId}': { method: 'DELETE', url: '/carts/C/lines/A' },
  'GET /carts/{id}': get('/carts/C'),
  'GET /health/live': get('/health/live'),
  'GET /health/ready': get('/health/ready'),
  'GET /metrics': get('/metrics'),
  'GET /openapi.json': get('/openapi.json'),
  'GET /orders': get('/orders'),
  'GET /orders/{id}': get('/orders/O'),
  'GET /orders/{id}/waiting': get('/orders/O/waiting'),
  'GET /problems/{code}': get('/problems/overloaded'),
  'GET /products': get('/products'),
  'GET /products/{id}': get('/products/P'),
  'GET /skus': get('/skus'),
  'GET /skus/{id}': get('/skus/A'),
  'GET /skus/{id}/movements': get('/skus/A/movements'),
  'GET /skus/{id}/waiting': get('/skus/A/waiting'),
  'PATCH /carts/{id}': patch('/carts/C', { selectAll: true }),
  'PATCH /orders/{id}/lines/{skuId}': patch('/orders/O/lines/A', { quantity: 4 }),
  'PATCH /skus/{id}': patch('/skus/A', { price: 2 }),
  'POST /availability': post('/availability', { skuIds: ['A'] }),
  'POST /carts/{id}/checkout': post('/carts/C/checkout', { orderId: 'new', payment: 'online' }),
  'POST /carts/{id}/merge': post('/carts/C/merge', { from: 'guest' }),
  'POST /orders': post('/orders', { id: 'another', ...line('A') }),
  'POST /orders/{id}/cancel': post('/orders/O/cancel'),
  'POST /orders/{id}/confirm': post('/orders/O/confirm'),
  'POST /orders/{id}/return': post('/orders/O/return', { ...line('A'), restock: true }, KEY),
  'POST /orders/{id}/ship': post('/orders/O/ship'),
  'POST /skus': post('/skus', { id: 'A', name: 'A', price: 1 }),
  'POST /skus/{id}/adjust': post('/skus/A/adjust', { delta: 1, reason: 'found' }),
  'POST /skus/{id}/receive': post('/skus/A/receive', { quantity: 1 }),
  'PUT /carts/{id}/lines/{skuId}': put('/carts/C/lines/A', { quantity: 2 }),
  'PUT /products/{id}': put('/products/P', { name: 'another' }),
};

const YESTERDAY = 'Thu, 19 Nov 2026 00:00:00 GMT';

/** Conditions that do not hold for anything that is there. */
const FAILING: readonly Readonly<Record<string, string>>[] = [
  { 'if-match': '"77"' },
  { 'if-match': '"77", "78"' },
  { 'if-none-match': '*' },
  { 'if-match': '"77"', 'if-none-match': '"78"' },
  { 'if-unmodified-since': YESTERDAY },
];

describe.each(Object.entries(REQUESTS))('%s', (name, request) => {
  // Red with: `checkOut` or `putLine` that asks without `conditionsOf`; a list that reads no headers; a new route without them.
  it.each(FAILING)('law: does nothing and is no success under %j', async (headers) => {
    const commits = store.batches.length;
    // An order that is not there yet fulfils `*`: one that is there is answered as what it is.
    const isNew = name === 'POST /orders' && headers['if-none-match'] === '*' && headers['if-match'] === undefined;
    const sent = isNew ? post('/orders', { id: 'O', ...line('A', 4) }) : request;
    const { status, json } = await call(sent, headers);
    expect(store.batches).toHaveLength(commits);
    if (isNew) return expect(json).toMatchObject({ code: 'order_id_reused' });
    expect([304, 400, 412]).toContain(status);
    if (status === 400) {
      expect(json).toMatchObject({ code: 'invalid_request', in: 'header' });
      expect(headers).toHaveProperty(String(json['at']));
    }
    if (status === 412) expect(json).toMatchObject({ code: 'stale_version', version: expect.any(Number) as number });
    expect(Object.keys(operations.get(name)?.responses ?? {})).toContain(String(status));
  });

  it('describes the headers that it honours, and no others', () => {
    const { parameters = [], responses } = operations.get(name) ?? expect.unreachable();
    const isVersioned = parameters.some(({ name: header }) => header === 'if-match' || header === 'if-none-match');
    // An order that is there already is answered as what it is, whatever is asked of its version.
    expect('412' in responses).toBe(isVersioned && name !== 'POST /orders');
    for (const [status, { headers = {} }] of Object.entries(responses)) {
      if (Number(status) < 400) expect(Object.hasOwn(headers, 'etag')).toBe(isVersioned);
    }
  });
});

describe('every operation', () => {
  it('is among them', () => {
    expect(Object.keys(REQUESTS).toSorted()).toEqual([...operations.keys()].toSorted());
  });

  it('that shows one thing with a version answers it as ETag', async () => {
    const shown: string[] = [];
    for (const [name, request] of Object.entries(REQUESTS)) {
      const { status, headers, json } = await call(request);
      if (status >= 300 || !('version' in json)) continue;
      shown.push(name);
      expect({ name, etag: headers['etag'] }).toEqual({ name, etag: `"${String(json['version'])}"` });
    }
    expect(shown.length).toBeGreaterThan(14);
  });
});

describe('a precondition', () => {
  it('names its fault: what it is about, what was asked for, and the version', async () => {
    await call(post('/skus', { id: 'facts', name: 'n', price: 1, onHand: 9 }));
    await call(put('/carts/facts/lines/facts', { quantity: 1 }));
    await call(post('/orders', { id: 'facts', ...line('A') }));
    const stale = async (request: InjectOptions, headers: Record<string, string>) =>
      (await call(request, headers)).json;
    expect(await stale(post('/skus/facts/receive', { quantity: 1 }), { 'if-match': '"7", "8"' })).toMatchObject({
      detail: 'SKU "facts" is at version 1, not 7 or 8. Read it again, then decide again.',
      ...{ skuId: 'facts', expected: [7, 8], version: 1 },
    });
    expect(await stale(post('/orders/facts/confirm'), { 'if-match': '"0"' })).toMatchObject({
      ...{ orderId: 'facts', expected: 0, version: 1 },
    });
    expect(await stale(patch('/carts/facts', { selectAll: true }), { 'if-none-match': 'W/"1"' })).toMatchObject({
      detail: 'Cart "facts" is at version 1, which it was not to be at. Nothing was done.',
      ...{ cartId: 'facts', unexpected: 1, version: 1 },
    });
    expect(await stale(post('/skus', { id: 'facts', name: 'n', price: 1 }), { 'if-none-match': '*' })).toMatchObject({
      detail: 'SKU "facts" is at version 1, and was not to be there. Nothing was done.',
      ...{ code: 'stale_version', skuId: 'facts', unexpected: '*' },
    });
    expect(await stale(post('/orders/none/cancel'), { 'if-match': '"77"' })).toMatchObject({
      detail: 'Order "none" is not there, which is version 0, not 77. Read it again, then decide again.',
      ...{ status: 412, expected: 77, version: 0 },
    });
    expect(await stale(put('/products/none', { name: 'n' }), { 'if-match': '*' })).toMatchObject({
      detail: 'Product "none" was to be there, and is not. Nothing was done.',
    });
  });

  it('holds for any tag of a list, for *, and for what is not there at "0"', async () => {
    await call(post('/skus', { id: 'held', name: 'n', price: 1 }));
    const lines = put('/carts/held/lines/held', { quantity: 1 });
    expect((await call(lines, { 'if-match': '*' })).status).toBe(412);
    expect((await call(lines, { 'if-match': '"0"', 'if-none-match': '*' })).json).toMatchObject({ version: 1 });
    expect((await call(lines, { 'if-match': '"9", "1"' })).json).toMatchObject({ version: 2 });
    expect((await call(lines, { 'if-match': '*' })).json).toMatchObject({ version: 3 });
    expect((await call(lines, { 'if-none-match': '"2", "a,b"' })).json).toMatchObject({ version: 4 });
    expect((await call(lines, { 'if-none-match': '"4"' })).status).toBe(412);
    expect((await call(put('/products/held', { name: 'n' }), { 'if-none-match': '*' })).status).toBe(201);
    expect((await call(put('/products/held', { name: 'm' }), { 'if-none-match': '*' })).status).toBe(412);
    expect((await call(post('/orders', { id: 'free', ...line('A') }), { 'if-none-match': '*' })).status).toBe(201);
  });

  it('of a read is looked at before what it has already', async () => {
    await call(post('/orders', { id: 'read', ...line('A') }));
    const read = (headers: Record<string, string>) => call(get('/orders/read'), headers);
    expect(await read({ 'if-none-match': 'W/"1"' })).toMatchObject({ status: 304, headers: { etag: '"1"' }, json: {} });
    expect(await read({ 'if-match': '"1"', 'if-none-match': '"1"' })).toMatchObject({ status: 304 });
    expect(await read({ 'if-match': '"2"', 'if-none-match': '"1"' })).toMatchObject({ status: 412 });
    expect(await read({ 'if-match': '"1"', 'if-none-match': '"2"' })).toMatchObject({ status: 200 });
    expect(await read({ 'if-modified-since': YESTERDAY })).toMatchObject({ status: 200 });
    expect(await call({ ...get('/orders/read'), method: 'HEAD' }, { 'if-none-match': '"1"' })).toMatchObject({
      status: 304,
    });
    expect(await call(get('/orders/nobody'), { 'if-none-match': '*' })).toMatchObject({ status: 404 });
  });

  it('of a cart that shows another price or availability than before is news, whatever its version', async () => {
    await call(post('/skus', { id: 'dear', name: 'n', price: 100, onHand: 9 }));
    const { headers } = await call(put('/carts/priced/lines/dear', { quantity: 1 }));
    const seen = { 'if-none-match': String(headers['etag']) };
    expect((await call(get('/carts/priced'), seen)).status).toBe(304);
    await call(patch('/skus/dear', { price: 200 }));
    expect(await call(get('/carts/priced'), seen)).toMatchObject({ status: 200, json: { totalAmount: 200 } });
  });

  it('of a product is of what it says; what its SKUs sold is in no version, and in no cache', async () => {
    await call(put('/products/sold', { name: 'n' }));
    const read = await call(get('/products/sold'));
    expect(read).toMatchObject({ headers: { etag: '"1"', 'cache-control': 'no-store' } });
    expect((await call(get('/products/sold'), { 'if-match': '"1"' })).status).toBe(200);
    expect((await call(get('/products/sold'), { 'if-match': '"2"' })).json).toMatchObject({ productId: 'sold' });
    const refused = await call(get('/products/sold'), { 'if-none-match': '"1"' });
    expect(refused.json).toMatchObject({ code: 'invalid_request', in: 'header', at: 'if-none-match' });
    expect((await call(put('/products/sold', { name: 'm' }), { 'if-match': '"1"' })).status).toBe(200);
  });
});
