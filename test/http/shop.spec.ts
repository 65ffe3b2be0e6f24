/** A shop's day over HTTP, on the real keeper and a store in memory: what is shown, and in which form. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../../src/http/server.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { patch, post, put } from './request-texts.ts';

const OPENED = Date.UTC(2026, 10, 20, 9, 0, 0, 7);
let now = OPENED;
let app: FastifyInstance;
let keeper: Keeper;

beforeAll(async () => {
  const store = new MemoryStore();
  keeper = new Keeper({ store, lists: store, clock: () => now });
  app = await buildServer({ keeper, logger: false });
});
afterAll(async () => {
  await app.close();
  await keeper.close();
});

async function call(request: InjectOptions) {
  const { statusCode: status, headers, body } = await app.inject(request);
  return { status, headers, body, json: (body === '' ? null : JSON.parse(body)) as Record<string, unknown> };
}
const get = (url: string, headers = {}) => call({ url, headers });
const sku = (id: string, fields = {}) => call(post('/skus', { id, name: id, price: 1290, ...fields }));
const lines = (skuId: string, quantity: number) => [{ skuId, quantity }];

describe('a SKU', () => {
  it('is shown with these fields, in this order', async () => {
    const created = await sku('shown', { productId: 'P', onHand: 10, safetyStock: 1, backorderLimit: 2 });
    expect(created.status).toBe(201);
    expect(created.body).toBe(
      '{"id":"shown","productId":"P","name":"shown","price":1290,"currency":"EUR","onHand":10,"reserved":0,"available":11,"sales":0,"safetyStock":1,"backorderLimit":2,"maxPerOrder":null,"maxPerCustomer":null,"version":1,"createdAt":"2026-11-20T09:00:00.007Z","updatedAt":"2026-11-20T09:00:00.007Z"}',
    );
    expect((await get('/skus/shown')).body).toBe(created.body);
  });

  it('has its version as ETag, which moves with every movement', async () => {
    await sku('tagged');
    expect((await get('/skus/tagged')).headers['etag']).toBe('"0"');
    const received = await call(post('/skus/tagged/receive', { quantity: 5 }, { 'if-match': '"0"' }));
    expect(received.headers['etag']).toBe('"1"');
    const stale = await call(post('/skus/tagged/adjust', { delta: 1, reason: 'r' }, { 'if-match': '"0"' }));
    expect(stale).toMatchObject({ status: 412, json: { code: 'stale_version', expected: 0, version: 1 } });
    const changed = await call(patch('/skus/tagged', { price: 5 }, { 'if-match': '"1"' }));
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' }, json: { price: 5, version: 2 } });
  });

  it('is not sent again while it is unchanged', async () => {
    await sku('cached', { onHand: 1 });
    for (const tag of ['"1"', 'W/"1"', '"9", "1"', '*']) {
      const { status, body, headers } = await get('/skus/cached', { 'if-none-match': tag });
      expect({ status, body, etag: headers['etag'] }).toEqual({ status: 304, body: '', etag: '"1"' });
    }
    expect((await get('/skus/cached', { 'if-none-match': '"2"' })).status).toBe(200);
    expect((await get('/skus/nothing', { 'if-none-match': '*' })).status).toBe(404);
  });

  it('has a ledger without what a movement does not have', async () => {
    await sku('led', { onHand: 3 });
    await call(post('/skus/led/receive', { quantity: 2, reference: 'note' }));
    await call(post('/orders', { id: 'led-1', lines: lines('led', 2) }));
    const at = '2026-11-20T09:00:00.007Z';
    const ledger = [
      { skuId: 'led', version: 1, kind: 'received', quantity: 3, onHand: 3, reserved: 0, sales: 0, at },
      {
        skuId: 'led',
        version: 2,
        kind: 'received',
        quantity: 2,
        onHand: 5,
        reserved: 0,
        sales: 0,
        reference: 'note',
        at,
      },
      {
        skuId: 'led',
        version: 3,
        kind: 'reserved',
        quantity: 2,
        onHand: 5,
        reserved: 2,
        sales: 2,
        orderId: 'led-1',
        at,
      },
    ];
    expect((await get('/skus/led/movements')).json).toEqual({ items: ledger, next: null });
    const page = await get('/skus/led/movements?limit=1&after=1');
    expect(page.json).toEqual({ items: ledger.slice(1, 2), next: '2' });
    expect(await get('/skus/nothing/movements')).toMatchObject({ status: 404, json: { code: 'sku_not_found' } });
  });

  it('is available with others at one moment, each at its version; who is not there is named', async () => {
    await sku('av-1', { onHand: 5, safetyStock: 2 });
    await sku('av-2', { onHand: 3 });
    await call(post('/orders', { lines: [...lines('av-1', 1), ...lines('av-2', 2)] }));
    const { status, body } = await call(post('/availability', { skuIds: ['av-2', 'no', 'av-1', 'av-2'] }));
    expect([status, body]).toEqual([
      200,
      '{"items":[{"skuId":"av-2","available":1,"version":2},{"skuId":"av-1","available":2,"version":2}],"unknown":["no"],"at":"2026-11-20T09:00:00.007Z"}',
    ]);
  });

  it('is listed by id, by page, and by product', async () => {
    for (const id of ['z1', 'z2', 'z3']) await sku(id, { productId: 'Z', onHand: 5 });
    const ids = (answer: Record<string, unknown>, list = 'items') =>
      (answer[list] as { id: string }[]).map(({ id }) => id);
    const named = await get('/skus?ids=z3,nothing,z1,z3');
    expect([ids(named.json), named.json['next']]).toEqual([['z3', 'z1'], null]);
    const first = await get('/skus?after=z0&limit=2');
    expect([ids(first.json), first.json['next']]).toEqual([['z1', 'z2'], 'z2']);
    expect(ids((await get('/skus?after=z2&limit=2')).json)).toEqual(['z3']);
    await call(post('/orders', { lines: [...lines('z1', 1), ...lines('z3', 2)] }));
    const product = await get('/products/Z?limit=2');
    expect(product.json).toMatchObject({ id: 'Z', sales: 3, next: 'z2' });
    expect(ids(product.json, 'skus')).toEqual(['z1', 'z2']);
  });
});

describe('a product', () => {
  it('is put, shown and put again, with these fields, in this order', async () => {
    const mug = { name: 'Mug', description: 'Two\nlines' };
    const first = await call(put('/products/MU%2FG', mug));
    expect(first).toMatchObject({ status: 201, headers: { etag: '"1"', location: '/products/MU%2FG' } });
    expect(first.body).toBe('{"id":"MU/G","name":"Mug","description":"Two\\nlines","version":1}');
    expect(await call(put('/products/MU%2FG', mug))).toMatchObject({ status: 200, body: first.body });
    const second = await call(put('/products/MU%2FG', { name: 'Cup' }));
    expect(second).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(second.body).toBe('{"id":"MU/G","name":"Cup","description":null,"version":2}');
    expect((await get('/products/MU%2FG')).body).toBe(
      '{"id":"MU/G","name":"Cup","description":null,"version":2,"sales":0,"skus":[],"next":null}',
    );
    const stale = {
      ...put('/products/MU%2FG', mug),
      headers: { 'content-type': 'application/json', 'if-match': '"1"' },
    };
    expect((await call(stale)).json).toMatchObject({
      status: 412,
      code: 'stale_version',
      productId: 'MU/G',
      expected: 1,
      version: 2,
      detail: 'Product "MU/G" is at version 2, not 1. Read it again, then decide again.',
    });
  });

  it('exists while a SKU names it, and sells what its SKUs sell: no counter of its own', async () => {
    await sku('cup-1', { productId: 'CUP', onHand: 9 });
    await sku('cup-2', { productId: 'CUP', onHand: 9 });
    expect((await get('/products/CUP')).json).toMatchObject({ name: null, description: null, version: 0, sales: 0 });
    await call(post('/orders', { id: 'cups', lines: [...lines('cup-1', 2), ...lines('cup-2', 3)] }));
    expect((await get('/products/CUP')).json).toMatchObject({ sales: 5 });
    await call(patch('/skus/cup-2', { productId: 'TUMBLER' }));
    expect((await get('/products/CUP')).json).toMatchObject({ sales: 2 });
    expect((await get('/products/TUMBLER')).json).toMatchObject({ sales: 3 });
    await call(post('/orders/cups/cancel'));
    expect((await get('/products/CUP')).json).toMatchObject({ sales: 0 });
    await call(patch('/skus/cup-2', { productId: null }));
    expect(await get('/products/TUMBLER')).toMatchObject({ status: 404, json: { code: 'product_not_found' } });
  });

  it('is listed by id and by sales, page by page', async () => {
    for (const [id, sold] of [
      ['best-1', 3],
      ['best-2', 8],
      ['best-3', 8],
    ] as const) {
      await sku(`of ${id}`, { productId: id, onHand: 20 });
      await call(post('/orders', { lines: lines(`of ${id}`, sold) }));
    }
    await call(put('/products/best-3', { name: 'Third' }));
    const page = await get('/products?after=best-0&limit=2');
    expect(page.body).toBe(
      '{"items":[{"id":"best-1","name":null,"description":null,"version":0,"sales":3,"skuCount":1},{"id":"best-2","name":null,"description":null,"version":0,"sales":8,"skuCount":1}],"next":"best-2"}',
    );
    const best = await get('/products?sort=sales&limit=1');
    expect(best.json).toMatchObject({ items: [{ id: 'best-2', sales: 8 }], next: '8:best-2' });
    const rest = await get(`/products?sort=sales&limit=2&after=${best.json['next']}`);
    expect(rest.json).toMatchObject({ items: [{ id: 'best-3', name: 'Third' }, { sales: 3 }] });
  });
});

describe('an order', () => {
  it('is shown with these fields, in this order', async () => {
    await sku('ordered', { onHand: 10 });
    const placed = await call(post('/orders', { id: 'shown', lines: lines('ordered', 2), freight: 490 }));
    expect(placed.status).toBe(201);
    expect(placed.body).toBe(
      '{"id":"shown","status":"pending","payment":"online","customerId":null,"lines":[{"skuId":"ordered","quantity":2,"unitPrice":1290,"returned":0}],"totalCount":2,"freight":490,"totalAmount":3070,"currency":"EUR","expiresAt":"2026-11-20T09:15:00.007Z","cancelReason":null,"version":1,"createdAt":"2026-11-20T09:00:00.007Z","updatedAt":"2026-11-20T09:00:00.007Z"}',
    );
    const again = await call(post('/orders', { freight: 490, lines: lines('ordered', 2), id: 'shown' }));
    expect(again).toMatchObject({ status: 200, body: placed.body, headers: { 'idempotent-replayed': 'true' } });
    const other = await call(post('/orders', { id: 'shown', lines: lines('ordered', 1) }));
    expect(other).toMatchObject({ status: 422, json: { code: 'order_id_reused' } });
  });

  it('gets an id when it has none, and by its key the same one again', async () => {
    await sku('keyed', { onHand: 10 });
    const request = post('/orders', { lines: lines('keyed', 1) }, { 'idempotency-key': 'once' });
    const placed = await call(request);
    expect(placed.json['id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
    expect(await call(request)).toMatchObject({ status: 200, body: placed.body });
    expect((await get('/skus/keyed')).json).toMatchObject({ reserved: 1 });
  });

  it('cancelled twice answers the same twice and gives back once', async () => {
    await sku('twice', { onHand: 1 });
    await call(post('/orders', { id: 'twice', lines: lines('twice', 1) }));
    const [one, other] = await Promise.all([call(post('/orders/twice/cancel')), call(post('/orders/twice/cancel'))]);
    expect(one.status).toBe(200);
    expect(other).toMatchObject({ status: 200, body: one.body });
    expect(one.json).toMatchObject({ status: 'cancelled', cancelReason: 'requested', expiresAt: null });
    expect((await get('/skus/twice')).json).toMatchObject({ available: 1, version: 3 });
  });

  it('goes from placing to a return', async () => {
    await sku('gone', { onHand: 10 });
    await call(post('/orders', { id: 'gone', lines: lines('gone', 5) }));
    expect((await call(post('/orders/gone/ship'))).json).toMatchObject({ code: 'order_not_confirmed' });
    const confirmed = await call(post('/orders/gone/confirm'));
    expect(confirmed.json).toMatchObject({ status: 'confirmed', expiresAt: null });
    const reduced = await call(patch('/orders/gone/lines/gone', { quantity: 3 }));
    expect(reduced.json).toMatchObject({ totalCount: 3, totalAmount: 3870 });
    expect((await call(post('/orders/gone/ship'))).json).toMatchObject({ status: 'shipped' });
    const back = post('/orders/gone/return', { lines: lines('gone', 2), restock: true }, { 'idempotency-key': 'r1' });
    const returned = await call(back);
    expect(returned.json).toMatchObject({ lines: [{ skuId: 'gone', quantity: 3, returned: 2 }] });
    expect(await call(back)).toMatchObject({ status: 200, body: returned.body });
    expect((await get('/skus/gone')).json).toMatchObject({ onHand: 9, reserved: 0, sales: 1 });
  });

  it('shows no line that was removed, and is listed by status and customer', async () => {
    await sku('kept', { onHand: 10 });
    await sku('removed', { onHand: 10 });
    const both = [...lines('kept', 1), ...lines('removed', 1)];
    await call(post('/orders', { id: 'part', lines: both, customerId: 'C', payment: 'cash_on_delivery' }));
    const { json } = await call(patch('/orders/part/lines/removed', { quantity: 0 }));
    expect(json['lines']).toEqual([{ skuId: 'kept', quantity: 1, unitPrice: 1290, returned: 0 }]);
    expect((await get('/orders?status=confirmed&customerId=C')).json).toEqual({ items: [json], next: null });
    expect((await get('/orders?status=pending&customerId=C')).json).toEqual({ items: [], next: null });
  });

  it('that expired says when', async () => {
    await sku('late', { onHand: 1 });
    await call(post('/orders', { id: 'late', lines: lines('late', 1), expiresInSeconds: 1 }));
    now += 1000;
    const expiresAt = '2026-11-20T09:00:01.007Z';
    const refused = await call(post('/orders/late/confirm'));
    expect(refused).toMatchObject({ status: 409, json: { code: 'order_expired', orderId: 'late', expiresAt } });
    expect((await get('/orders/late')).json).toMatchObject({ status: 'cancelled', cancelReason: 'expired', expiresAt });
  });

  it('that finds too little stock is told truly what there is', async () => {
    await sku('scarce', { onHand: 1 });
    const { status, json } = await call(post('/orders', { lines: lines('scarce', 2) }));
    expect(status).toBe(409);
    expect(json).toMatchObject({
      code: 'insufficient_stock',
      shortages: [{ skuId: 'scarce', requested: 2, available: 1, version: 1 }],
    });
  });
});
