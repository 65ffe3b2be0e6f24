/** Every refusal that the rules know, provoked on the real keeper: it comes with its code, and the route that answers it declares it. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProblemCode, REFUSAL_KINDS } from '../../src/api/problems/problems.ts';
import { buildServer } from '../../src/http/server.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { declaredCodes } from './docs/declared.ts';
import { KEY, patch, post, put } from './request-texts.ts';

let now = Date.UTC(2026, 10, 20);
let app: FastifyInstance;
let keeper: Keeper;
let document: object;
const provoked = new Set<string>();

const MAX = 2_147_483_647;
const of = (skuId: string, quantity = 1) => ({ lines: [{ skuId, quantity }] });
const back = (order: string, lines: object, key: string) =>
  post(`/orders/${order}/return`, { ...lines, restock: true }, { 'idempotency-key': key });

const CART_KEY = { 'idempotency-key': 'cart' };

/** A million of each is more than a number holds exactly. */
const DEAR = ['d1', 'd2', 'd3', 'd4', 'd5'];

const SHOP: readonly InjectOptions[] = [
  post('/skus', { id: 'A', name: 'A', price: 1, onHand: 100 }),
  post('/skus', { id: 'full', name: 'full', price: 1, onHand: MAX }),
  post('/skus', { id: 'franc', name: 'franc', price: 1, currency: 'CHF' }),
  post('/skus', { id: 'few', name: 'few', price: 1, onHand: 10, maxPerOrder: 2 }),
  post('/skus', { id: 'scarce', name: 'scarce', price: 1, onHand: 10, maxPerCustomer: 2 }),
  ...DEAR.map((id) => post('/skus', { id, name: id, price: MAX, onHand: MAX })),
  post('/skus', { id: 'later', name: 'later', price: 1, backorderLimit: 5 }),
  post('/orders', { id: 'late', ...of('A'), expiresInSeconds: 1 }),
  post('/orders', { id: 'late-too', ...of('A'), expiresInSeconds: 1 }),
  post('/orders', { id: 'pending', ...of('A', 2) }),
  post('/orders', { id: 'cancelled', ...of('A') }),
  post('/orders/cancelled/cancel'),
  post('/orders', { id: 'shipped', ...of('A', 2), payment: 'cash_on_delivery' }),
  post('/orders/shipped/ship'),
  post('/orders', { id: 'backordered', ...of('later'), payment: 'cash_on_delivery' }),
  post('/orders', { id: 'filled', ...of('full'), payment: 'cash_on_delivery' }),
  post('/orders/filled/ship'),
  post('/skus/full/receive', { quantity: 1 }),
  post('/orders/pending/confirm', {}, KEY),
  put('/carts/C/lines/A', { quantity: 1000 }),
  put('/carts/none/lines/A', { quantity: 1, selected: false }),
  post('/carts/guest/merge', { from: 'C' }, CART_KEY),
  put('/carts/C/lines/A', { quantity: 1000 }),
];

/** Whatever is asked of a cart. */
const cartCalls = (id: string): readonly InjectOptions[] => [
  { method: 'GET', url: `/carts/${id}` },
  { method: 'DELETE', url: `/carts/${id}/lines/A` },
  patch(`/carts/${id}`, { selectAll: true }),
  post(`/carts/${id}/checkout`, { payment: 'online' }),
  post('/carts/C/merge', { from: id }),
];

const store = new MemoryStore();

beforeAll(async () => {
  keeper = new Keeper({ store, lists: store, clock: () => now });
  app = await buildServer({ keeper, logger: false });
  document = (await app.inject('/openapi.json')).json();
  for (const request of SHOP) {
    const { statusCode, body } = await app.inject(request);
    expect({ request, statusCode, body }).toMatchObject({
      statusCode: expect.toSatisfy((status) => status < 300) as number,
    });
  }
  now += 1000;
});
afterAll(async () => {
  await app.close();
  await keeper.close();
});

const match = { 'if-match': '"99"' };

describe('on a shop that has seen something', () => {
  const cases: readonly (readonly [ProblemCode, InjectOptions])[] = [
    ['sku_exists', post('/skus', { id: 'A', name: 'A', price: 1 })],
    ['sku_not_found', { method: 'GET', url: '/skus/nothing' }],
    ['sku_not_found', { method: 'GET', url: '/skus/nothing/movements' }],
    ['sku_not_found', patch('/skus/nothing', { price: 1 })],
    ['sku_not_found', post('/skus/nothing/receive', { quantity: 1 })],
    ['sku_not_found', post('/skus/nothing/adjust', { delta: 1, reason: 'r' })],
    ['product_not_found', { method: 'GET', url: '/products/nothing' }],
    ['stale_version', patch('/skus/A', { price: 2 }, match)],
    ['stale_version', post('/skus/A/receive', { quantity: 1 }, match)],
    ['stale_version', post('/skus/A/adjust', { delta: 1, reason: 'r' }, match)],
    [
      'stale_version',
      { ...put('/products/P', { name: 'P' }), headers: { 'content-type': 'application/json', ...match } },
    ],
    ['counter_limit', post('/skus/full/receive', { quantity: 1 })],
    ['counter_limit', post('/skus/full/adjust', { delta: 1, reason: 'r' })],
    ['below_reserved', post('/skus/A/adjust', { onHand: 0, reason: 'r' })],
    ['insufficient_stock', post('/orders', of('A', 1000))],
    ['unknown_sku', post('/orders', of('nothing'))],
    ['order_id_reused', post('/orders', { id: 'pending', ...of('A') })],
    ['max_per_order', post('/orders', of('few', 3))],
    ['customer_required', post('/orders', of('scarce'))],
    ['max_per_customer', post('/orders', { ...of('scarce', 3), customerId: 'ann' })],
    ['currency_mismatch', post('/orders', { lines: [...of('A').lines, ...of('franc').lines] })],
    ['amount_too_large', post('/orders', { lines: DEAR.flatMap((id) => of(id, 1_000_000).lines) })],
    ['order_not_found', { method: 'GET', url: '/orders/nothing' }],
    ['order_not_found', post('/orders/nothing/confirm')],
    ['order_not_found', post('/orders/nothing/cancel')],
    ['order_not_found', post('/orders/nothing/ship')],
    ['order_not_found', patch('/orders/nothing/lines/A', { quantity: 0 })],
    ['order_not_found', back('nothing', of('A'), 'b1')],
    ['order_cancelled', post('/orders/cancelled/confirm')],
    ['order_cancelled', post('/orders/cancelled/ship')],
    ['order_cancelled', patch('/orders/cancelled/lines/A', { quantity: 0 })],
    ['order_cancelled', back('cancelled', of('A'), 'b2')],
    ['order_expired', post('/orders/late/confirm')],
    ['order_expired', patch('/orders/late-too/lines/A', { quantity: 0 })],
    ['order_shipped', post('/orders/shipped/cancel')],
    ['order_shipped', patch('/orders/shipped/lines/A', { quantity: 1 })],
    ['not_on_hand', post('/orders/backordered/ship')],
    ['order_not_shipped', back('backordered', of('later'), 'b3')],
    ['cannot_increase', patch('/orders/pending/lines/A', { quantity: 3 })],
    ['line_not_found', patch('/orders/pending/lines/B', { quantity: 0 })],
    ['return_exceeds_shipped', back('shipped', of('A', 3), 'b4')],
    ['counter_limit', back('filled', of('full'), 'b5')],
    ...cartCalls('nothing').map((request) => ['cart_not_found', request] as const),
    ['cart_merged_into_itself', post('/carts/C/merge', { from: 'C' })],
    ['nothing_selected', post('/carts/none/checkout', { payment: 'online' })],
    ['insufficient_stock', post('/carts/C/checkout', { payment: 'online' })],
    ['order_id_reused', post('/carts/C/checkout', { orderId: 'pending', payment: 'online' })],
    ['unknown_sku', put('/carts/C/lines/nothing', { quantity: 1 })],
    ['sku_not_found', { method: 'GET', url: '/skus/nothing/waiting' }],
    ['not_waiting', { method: 'GET', url: '/orders/pending/waiting' }],
    ['idempotency_key_reused', post('/carts/C/merge', { from: 'guest' }, CART_KEY)],
    ['idempotency_key_reused', post('/carts/C/checkout', { payment: 'online' }, KEY)],
    ['idempotency_key_reused', post('/orders/pending/cancel', {}, KEY)],
    ['idempotency_key_reused', post('/orders', of('A'), KEY)],
    ['idempotency_key_reused', post('/skus', { id: 'N', name: 'N', price: 1 }, KEY)],
  ];
  it.each(cases)('%s: %j', async (code, request) => {
    const { json } = await app.inject(request);
    expect(json()).toMatchObject({ code });
    expect(declaredCodes(document, String(request.method), String(request.url))).toContain(code);
    provoked.add(code);
  });

  it('order_not_confirmed: a new order', async () => {
    await app.inject(post('/orders', { id: 'new', ...of('A') }));
    const { json } = await app.inject(post('/orders/new/ship'));
    expect(json()).toMatchObject({ code: 'order_not_confirmed' });
    provoked.add('order_not_confirmed');
  });

  it('sku_quarantined: a SKU whose row its ledger does not know, wherever it is needed', async () => {
    const row = store.skuRows.get('A');
    if (row === undefined) throw new Error('A was stored');
    store.skuRows.set('torn', { ...row, id: 'torn', onHand: 7 });
    for (const request of [
      { method: 'GET', url: '/skus/torn' } as const,
      post('/skus', { id: 'torn', name: 'torn', price: 1 }),
      patch('/skus/torn', { price: 2 }),
      post('/skus/torn/receive', { quantity: 1 }),
      post('/skus/torn/adjust', { delta: 1, reason: 'r' }),
      post('/orders', of('torn')),
      post('/availability', { skuIds: ['A', 'torn'] }),
    ]) {
      const { json, headers } = await app.inject(request);
      expect(json()).toMatchObject({ code: 'sku_quarantined', status: 503, skuId: 'torn' });
      expect(headers['retry-after']).toBe('60');
      expect(declaredCodes(document, String(request.method), String(request.url))).toContain('sku_quarantined');
    }
    provoked.add('sku_quarantined');
  });

  it('order_quarantined: an order without lines, whatever is asked of it', async () => {
    const order = store.orderRows.get('pending');
    if (order === undefined) throw new Error('the order was stored');
    store.orderRows.set('torn', { ...order, id: 'torn', lines: [] });
    for (const request of [
      { method: 'GET', url: '/orders/torn' } as const,
      post('/orders', { id: 'torn', ...of('A') }),
      post('/orders/torn/confirm'),
      post('/orders/torn/cancel'),
      post('/orders/torn/ship'),
      patch('/orders/torn/lines/A', { quantity: 0 }),
      back('torn', of('A'), 'b6'),
    ]) {
      const { json } = await app.inject(request);
      expect(json()).toMatchObject({ code: 'order_quarantined', status: 503, orderId: 'torn' });
      expect(declaredCodes(document, String(request.method), String(request.url))).toContain('order_quarantined');
    }
    provoked.add('order_quarantined');
  });

  it('cart_full: a line or a cart too many', async () => {
    const line = (at: number) => ({ skuId: `S${at}`, quantity: 1, selected: true });
    const row = { version: 1, createdAt: now, updatedAt: now };
    store.cartRows.set('full', { ...row, id: 'full', lines: Array.from({ length: 500 }, (_, at) => line(at)) });
    for (const { skuId } of store.cartRows.get('full')?.lines ?? []) {
      await app.inject(post('/skus', { id: skuId, name: skuId, price: 1 }));
    }
    for (const request of [put('/carts/full/lines/A', { quantity: 1 }), post('/carts/full/merge', { from: 'C' })]) {
      const { json } = await app.inject(request);
      expect(json()).toMatchObject({ code: 'cart_full', status: 409, cartId: 'full', lines: 501, highest: 500 });
      expect(declaredCodes(document, String(request.method), String(request.url))).toContain('cart_full');
    }
    provoked.add('cart_full');
  });

  it('cart_quarantined: a cart with a line of nothing, whatever is asked of it', async () => {
    const lines = [{ skuId: 'A', quantity: 0, selected: true }];
    store.cartRows.set('torn', { id: 'torn', lines, version: 1, createdAt: now, updatedAt: now });
    for (const request of [...cartCalls('torn'), put('/carts/torn/lines/A', { quantity: 1 })]) {
      const { json } = await app.inject(request);
      expect(json()).toMatchObject({ code: 'cart_quarantined', status: 503, cartId: 'torn' });
      expect(declaredCodes(document, String(request.method), String(request.url))).toContain('cart_quarantined');
    }
    provoked.add('cart_quarantined');
  });

  it('closing: a keeper that is closing', async () => {
    await keeper.close();
    const { json, headers } = await app.inject(post('/orders', of('A')));
    expect(json()).toMatchObject({ code: 'closing' });
    expect(headers['retry-after']).toBe('1');
    provoked.add('closing');
  });

  it('is refused in every way but those of a keeper in need', () => {
    const need = ['overloaded', 'waiting_line_full', 'standby', 'unknown_outcome'];
    expect([...provoked, ...need]).toEqual(expect.arrayContaining(REFUSAL_KINDS));
  });
});
