/** The laws of preconditions, over HTTP on the real keeper and a store in memory: no update is lost, and what was done stays done. */
import { fc, test } from '@fast-check/vitest';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../../src/http/server.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { patch, post, put } from './request-texts.ts';

let app: FastifyInstance;
let keeper: Keeper;

const line = (skuId: string, quantity = 1) => ({ lines: [{ skuId, quantity }] });

beforeAll(async () => {
  const store = new MemoryStore();
  keeper = new Keeper({ store, lists: store });
  app = await buildServer({ keeper, logger: false });
  await call(post('/skus', { id: 'A', name: 'A', price: 1, onHand: 1_000_000 }));
});
afterAll(async () => {
  await app.close();
  await keeper.close();
});

async function call(request: InjectOptions, headers: Record<string, string> = {}) {
  const {
    statusCode: status,
    headers: said,
    body,
  } = await app.inject({ ...request, headers: { ...request.headers, ...headers } });
  return { status, headers: said, json: JSON.parse(body) as Record<string, unknown> };
}

const get = (url: string): InjectOptions => ({ method: 'GET', url });

describe('what was done is answered again, whatever the version is by now:', () => {
  it('a request under a key', async () => {
    const receive = () => call(post('/skus/A/receive', { quantity: 1 }, { 'idempotency-key': 'again' }), seen);
    const seen = { 'if-match': String((await call(get('/skus/A'))).headers['etag']) };
    const first = await receive();
    expect(await receive()).toMatchObject({
      status: 200,
      json: first.json,
      headers: { 'idempotent-replayed': 'true' },
    });
    const other = call(post('/skus/A/receive', { quantity: 1 }, { 'idempotency-key': 'again' }), { 'if-match': '"0"' });
    expect(await other).toMatchObject({ status: 200, json: first.json });
  });

  it('a key that was refused for the version may be good for the next', async () => {
    const receive = (tag: string) =>
      call(post('/skus/A/receive', { quantity: 1 }, { 'idempotency-key': 'later' }), { 'if-match': tag });
    expect((await receive('"0"')).status).toBe(412);
    expect((await receive(String((await call(get('/skus/A'))).headers['etag']))).status).toBe(200);
  });

  it('a checkout of the cart as it was, and an order that was not to be there', async () => {
    const { headers } = await call(put('/carts/bought/lines/A', { quantity: 1 }));
    const buy = () =>
      call(post('/carts/bought/checkout', { orderId: 'bought', payment: 'online' }), {
        'if-match': String(headers['etag']),
      });
    expect((await buy()).status).toBe(201);
    expect(await buy()).toMatchObject({ status: 200, headers: { etag: '"1"', 'idempotent-replayed': 'true' } });
    const place = () => call(post('/orders', { id: 'once', ...line('A') }), { 'if-none-match': '*' });
    expect([(await place()).status, (await place()).status]).toEqual([201, 200]);
  });

  it('a cancel, by the version at which the order was cancelled; by an older one it never was', async () => {
    await call(post('/orders', { id: 'off', ...line('A', 2) }));
    await call(patch('/orders/off/lines/A', { quantity: 1 }));
    const cancel = (tag: string) => call(post('/orders/off/cancel'), { 'if-match': tag });
    expect((await cancel('"1"')).status).toBe(412);
    const [first, second] = await Promise.all([cancel('"2"'), cancel('"2"')]);
    expect(first).toMatchObject({ status: 200, json: { status: 'cancelled', version: 3 } });
    expect(second.json).toEqual(first.json);
    expect((await cancel('"3"')).json).toEqual(first.json);
    expect(await cancel('"1"')).toMatchObject({ status: 412, json: { version: 3 } });
  });
});

/** What a tab may write to a thing of each kind; each write says something new. */
const WRITES: Readonly<Record<string, (id: string, n: number) => readonly InjectOptions[]>> = {
  sku: (id, n) => [
    post(`/skus/${id}/receive`, { quantity: 1 }),
    post(`/skus/${id}/adjust`, { delta: 1, reason: 'found' }),
    patch(`/skus/${id}`, { price: n }),
  ],
  order: (id, n) => [patch(`/orders/${id}/lines/A`, { quantity: 1000 - n })],
  cart: (id, n) => [
    put(`/carts/${id}/lines/A`, { quantity: n }),
    patch(`/carts/${id}`, { selectAll: n % 2 === 0 }),
    post(`/carts/${id}/merge`, { from: `guest of ${id}` }),
  ],
  product: (id, n) => [put(`/products/${id}`, { name: `name ${n}` })],
};
const OPENINGS: Readonly<Record<string, (id: string) => readonly InjectOptions[]>> = {
  sku: (id) => [post('/skus', { id, name: id, price: 0, onHand: 1 })],
  order: (id) => [post('/orders', { id, ...line('A', 1000) })],
  cart: (id) => [put(`/carts/${id}/lines/A`, { quantity: 1 })],
  product: (id) => [put(`/products/${id}`, { name: 'name' })],
};

describe('two tabs', () => {
  const round = fc.record({
    reads: fc.subarray([0, 1]),
    writes: fc.uniqueArray(fc.constantFrom(0, 1), { minLength: 1 }),
    nth: fc.nat(),
  });
  let things = 0;
  // Red with: an operation that asks without its precondition; `expected` compared with the version before the turn; a look outside the turn.
  describe.each(Object.keys(WRITES))('on one %s', (kind) => {
    test.prop([fc.array(round, { minLength: 1, maxLength: 12 })], { numRuns: 25 })(
      'law: whoever has read the version that stands changes it, and nobody else: no update is lost',
      async (rounds) => {
        const id = `${kind}-${things++}`;
        for (const request of OPENINGS[kind]?.(id) ?? []) expect((await call(request)).status).toBeLessThan(300);
        let version = 1;
        const known = [1, 1];
        let n = 1;
        for (const { reads, writes, nth } of rounds) {
          for (const tab of reads) known[tab] = version;
          if (kind === 'cart')
            await call(put(`/carts/${encodeURIComponent(`guest of ${id}`)}/lines/A`, { quantity: 1 }));
          const answers = await Promise.all(
            writes.map((tab) => {
              const able = WRITES[kind]?.(id, ++n) ?? [];
              const request = able[(nth + tab) % able.length] ?? expect.unreachable();
              return call(request, { 'if-match': `"${known[tab]}"` });
            }),
          );
          const first = writes.findIndex((tab) => known[tab] === version);
          for (const [at, { status, json }] of answers.entries()) {
            if (at === first)
              expect({ status, version: json['version'] }).toEqual({ status: 200, version: version + 1 });
            else expect(json).toMatchObject({ code: 'stale_version', expected: known[writes[at] ?? 0] });
          }
          if (first === -1) continue;
          version++;
          known[writes[first] ?? 0] = version;
        }
      },
    );
  });
});
