/** `.` and `..` as ids: nothing new gets one, however it is sent, and what got one before that was so is still there for who can name it. */
import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../../src/http/server.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { post } from './request-texts.ts';

const store = new MemoryStore();
const keeper = new Keeper({ store, lists: store, clock: () => Date.UTC(2026, 10, 20) });
let app: FastifyInstance;
let port: number;

beforeAll(async () => {
  // As the build before made them.
  const made = (id: string) => ({ id, name: 'n', price: 1, currency: 'EUR', onHand: 5, productId: null });
  const policy = { safetyStock: 0, backorderLimit: 0, maxPerOrder: null, maxPerCustomer: null };
  for (const id of ['.', '..', 'A']) await keeper.ask({ kind: 'create_sku', sku: { ...made(id), ...policy } });
  const placed = { kind: 'place', payment: 'cash_on_delivery', freight: 0, expiresInSeconds: 900 } as const;
  const lines = [{ skuId: '..', quantity: 2 }];
  await keeper.ask({ ...placed, orderId: '..', lines, customerId: null, fingerprint: 'f', waitSeconds: 0 });
  app = await buildServer({ keeper, logger: false });
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
afterAll(async () => {
  await app.close();
  await keeper.close();
});

/** Sends the path as it is written: no client that knows URLs would. */
async function raw(method: string, path: string, body?: object): Promise<{ status: number; json: object }> {
  const payload = body === undefined ? '' : JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
  const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
  sent.end(payload);
  const [answer] = await once(sent, 'response');
  let text = '';
  for await (const part of answer.setEncoding('utf8')) text += part;
  return { status: answer.statusCode, json: JSON.parse(text) as object };
}

describe('a path that brings into being what it names', () => {
  const line = { quantity: 1 };
  const name = { name: 'n' };
  it.each(['%2e', '%2E%2e', '.', '..'])('is refused with the id %s', async (id) => {
    for (const [method, path, body] of [
      ['PUT', `/carts/${id}/lines/A`, line],
      ['POST', `/carts/${id}/merge`, { from: 'c' }],
      ['PUT', `/products/${id}`, name],
    ] as const) {
      const { status, json } = await raw(method, path, body);
      expect(json).toMatchObject({ code: 'invalid_request', in: 'path', at: 'id' });
      expect(status).toBe(400);
    }
    expect([store.cartRows.size, store.productRows.size]).toEqual([0, 0]);
  });
});

describe('what got such an id before', () => {
  it('is read and listed', async () => {
    expect(await raw('GET', '/skus/%2e%2e')).toMatchObject({ status: 200, json: { id: '..', reserved: 2 } });
    expect(await raw('GET', '/orders/%2e%2e')).toMatchObject({ status: 200, json: { lines: [{ skuId: '..' }] } });
    const { json: skus } = await app.inject('/skus?limit=1&after=.');
    expect(skus()).toMatchObject({ items: [{ id: '..' }], next: '..' });
    const { json: named } = await app.inject('/skus?ids=..,A');
    expect(named()).toMatchObject({ items: [{ id: '..' }, { id: 'A' }] });
  });

  it('is sold out, and its order cancelled', async () => {
    const sold = await app.inject(post('/orders', { id: 'last', lines: [{ skuId: '..', quantity: 3 }] }));
    expect(sold.statusCode).toBe(201);
    expect(await raw('POST', '/orders/%2e%2e/cancel', {})).toMatchObject({
      status: 200,
      json: { status: 'cancelled' },
    });
    expect(await raw('GET', '/skus/%2e%2e')).toMatchObject({ json: { reserved: 3 } });
  });
});
