/** Carts, checkout and the waiting line over HTTP, on the real keeper and a store in memory: what is shown, and in which form. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../../src/http/server.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { quiet } from '../support/shop.ts';
import { patch, post, put as putLine } from './request-texts.ts';

const NOW = Date.UTC(2026, 10, 20, 9, 0, 0, 7);
let app: FastifyInstance;
let keeper: Keeper;

beforeAll(async () => {
  const store = new MemoryStore();
  keeper = new Keeper({ store, lists: store, clock: () => NOW });
  app = await buildServer({ keeper, logger: false, defaultFreight: 490 });
});
afterAll(async () => {
  keeper.stopWaiting();
  await app.close();
  await keeper.close();
});

async function call(request: InjectOptions) {
  const { statusCode: status, headers, body } = await app.inject(request);
  return { status, headers, body, json: (body === '' ? null : JSON.parse(body)) as Record<string, unknown> };
}
const get = (url: string) => call({ url });
const put = (cartId: string, skuId: string, body: object) => call(putLine(`/carts/${cartId}/lines/${skuId}`, body));
const sku = (id: string, fields = {}) => call(post('/skus', { id, name: id, price: 1290, onHand: 5, ...fields }));

describe('a cart', () => {
  it('is shown with these fields, in this order', async () => {
    await sku('shown');
    const written = await put('c1', 'shown', { quantity: 2 });
    expect(written).toMatchObject({ status: 200, headers: { etag: '"1"' } });
    expect(written.body).toBe(
      '{"id":"c1","lines":[{"skuId":"shown","quantity":2,"selected":true,"name":"shown","price":1290,"currency":"EUR","available":5}],"totalCount":2,"totalAmount":2580,"currency":"EUR","version":1,"createdAt":"2026-11-20T09:00:00.007Z","updatedAt":"2026-11-20T09:00:00.007Z"}',
    );
    expect((await get('/carts/c1')).body).toBe(written.body);
  });

  it('counts what is selected, and has no amount in two currencies', async () => {
    await sku('euro', { price: 100 });
    await sku('franc', { price: 200, currency: 'CHF' });
    await put('c2', 'euro', { quantity: 3 });
    const mixed = await put('c2', 'franc', { quantity: 1 });
    expect(mixed.json).toMatchObject({ totalCount: 4, totalAmount: null, currency: null });
    const one = await put('c2', 'euro', { quantity: 3, selected: false });
    expect(one.json).toMatchObject({ totalCount: 1, totalAmount: 200, currency: 'CHF' });
    const none = await call(patch('/carts/c2', { selectAll: false }));
    expect(none.json).toMatchObject({ totalCount: 0, totalAmount: 0, currency: null, version: 4 });
  });

  it('has no amount beyond what a number holds exactly', async () => {
    for (let at = 0; at < 5; at++) {
      await sku(`dear-${at}`, { price: 2_147_483_647 });
      await put('c7', `dear-${at}`, { quantity: 1_000_000 });
    }
    expect((await get('/carts/c7')).json).toMatchObject({ totalCount: 5_000_000, totalAmount: null, currency: 'EUR' });
  });

  it('loses a line once, and is there when it is empty', async () => {
    await sku('removed');
    await put('c3', 'removed', { quantity: 1 });
    const remove = () => call({ method: 'DELETE', url: '/carts/c3/lines/removed' });
    expect((await remove()).json).toMatchObject({ lines: [], version: 2 });
    expect((await remove()).json).toMatchObject({ lines: [], version: 2 });
    expect((await get('/carts/c3')).status).toBe(200);
  });

  it.each([
    ['GET', '/carts/nobody', undefined, 404, 'cart_not_found'],
    ['DELETE', '/carts/nobody/lines/x', undefined, 404, 'cart_not_found'],
    ['PATCH', '/carts/nobody', { selectAll: true }, 404, 'cart_not_found'],
    ['PUT', '/carts/c/lines/nothing', { quantity: 1 }, 422, 'unknown_sku'],
    ['PUT', '/carts/c/lines/nothing', { quantity: 0 }, 400, 'invalid_request'],
    ['PUT', '/carts/c/lines/nothing', { quantity: '1' }, 400, 'invalid_request'],
    ['PUT', '/carts/c/lines/nothing', { quantity: 1, selected: 'yes' }, 400, 'invalid_request'],
    ['PUT', '/carts/c/lines/nothing', { quantity: 1, price: 1 }, 400, 'invalid_request'],
    ['PATCH', '/carts/c', {}, 400, 'invalid_request'],
    ['POST', '/carts/c/merge', { from: 'c' }, 422, 'cart_merged_into_itself'],
    ['POST', '/carts/c/merge', { from: 'nobody' }, 404, 'cart_not_found'],
    ['POST', '/carts/nobody/checkout', { payment: 'online' }, 404, 'cart_not_found'],
    ['POST', '/carts/c/checkout', {}, 400, 'invalid_request'],
    ['POST', '/carts/c/checkout', { payment: 'online', waitSeconds: 61 }, 400, 'invalid_request'],
    ['POST', '/carts/c/checkout', { payment: 'online', lines: [] }, 400, 'invalid_request'],
  ] as const)('%s %s with %j is %i %s', async (method, url, body, status, code) => {
    const request = body === undefined ? { method, url } : { ...post(url, body), method };
    expect(await call(request)).toMatchObject({ status, json: { code } });
  });

  it('takes in the lines of another, under a key as without', async () => {
    await sku('merged');
    await put('guest', 'merged', { quantity: 2 });
    const merge = () => call(post('/carts/c4/merge', { from: 'guest' }, { 'idempotency-key': 'merge-1' }));
    const first = await merge();
    expect(first.json).toMatchObject({ id: 'c4', lines: [{ skuId: 'merged', quantity: 2 }] });
    expect(await merge()).toMatchObject({ body: first.body, headers: { 'idempotent-replayed': 'true' } });
  });
});

describe('a checkout', () => {
  it('answers the order, with the freight of the setting, and again when it is asked again', async () => {
    await sku('bought');
    await put('c5', 'bought', { quantity: 2 });
    const body = { orderId: 'co-1', payment: 'cash_on_delivery', customerId: 'me' };
    const placed = await call(post('/carts/c5/checkout', body));
    expect(placed).toMatchObject({
      status: 201,
      headers: { location: '/orders/co-1' },
      json: { id: 'co-1', status: 'confirmed', totalCount: 2, freight: 490, totalAmount: 3070, customerId: 'me' },
    });
    const again = await call(post('/carts/c5/checkout', body));
    expect(again).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' }, body: placed.body });
    // How long it would wait is no part of the request, and what it leaves out is said by the API's default; a setting says nothing.
    for (const more of [{ waitSeconds: 5 }, { freight: 0 }, { expiresInSeconds: 900 }]) {
      expect((await call(post('/carts/c5/checkout', { ...body, ...more }))).status).toBe(200);
    }
    for (const freight of [1, 490]) {
      const other = await call(post('/carts/c5/checkout', { ...body, freight }));
      expect(other).toMatchObject({ status: 422, json: { code: 'order_id_reused' } });
    }
    expect((await get('/carts/c5')).json).toMatchObject({ lines: [], version: 2 });
    const empty = await call(post('/carts/c5/checkout', { payment: 'online' }));
    expect(empty).toMatchObject({ status: 422, json: { code: 'nothing_selected' } });
  });

  it('says what there is too little of', async () => {
    await sku('scarce', { onHand: 1 });
    await put('c6', 'scarce', { quantity: 2 });
    expect(await call(post('/carts/c6/checkout', { payment: 'online' }))).toMatchObject({
      status: 409,
      json: { code: 'insufficient_stock', shortages: [{ skuId: 'scarce', requested: 2, available: 1, version: 1 }] },
    });
  });
});

describe('the waiting line', () => {
  it('is shown, by SKU and by order, and told to those who are refused behind it', async () => {
    await sku('awaited', { onHand: 1 });
    const order = (id: string, quantity: number, more = {}) =>
      call(post('/orders', { id, lines: [{ skuId: 'awaited', quantity }], ...more }));
    const first = order('wait-1', 2, { waitSeconds: 60 });
    const second = order('wait-2', 1, { waitSeconds: 60 });
    await quiet();
    const times = { since: '2026-11-20T09:00:00.007Z', until: '2026-11-20T09:01:00.007Z' };
    expect((await get('/skus/awaited/waiting')).json).toEqual({
      skuId: 'awaited',
      length: 2,
      quantity: 3,
      items: [
        { orderId: 'wait-1', quantity: 2, place: 1, ...times },
        { orderId: 'wait-2', quantity: 1, place: 2, ...times },
      ],
      next: null,
    });
    expect((await get('/skus/awaited/waiting?limit=1')).json).toMatchObject({ items: [{ place: 1 }], next: 1 });
    expect((await get('/skus/awaited/waiting?limit=1&after=1')).json).toMatchObject({
      items: [{ place: 2 }],
      next: null,
    });
    expect((await get('/orders/wait-2/waiting')).json).toEqual({
      orderId: 'wait-2',
      ...times,
      lines: [{ skuId: 'awaited', quantity: 1, place: 2, length: 2 }],
    });
    expect(await get('/orders/wait-3/waiting')).toMatchObject({ status: 404, json: { code: 'not_waiting' } });
    expect(await get('/skus/nothing/waiting')).toMatchObject({ status: 404, json: { code: 'sku_not_found' } });
    expect((await order('wait-3', 1)).json).toMatchObject({
      shortages: [{ skuId: 'awaited', requested: 1, available: 1, ahead: 3, version: 1 }],
    });
    await call(post('/skus/awaited/receive', { quantity: 2 }));
    expect([(await first).status, (await second).status]).toEqual([201, 201]);
  });
});
