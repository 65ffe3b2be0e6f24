/** What the routes ask of the keeper: the command of each request, with its defaults. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../src/shop/commands.ts';
import { KEY, line, patch, post, put, SKU } from './request-texts.ts';
import { type StandInKeeper, standIn } from './stand-in.ts';

let app: FastifyInstance;
let keeper: StandInKeeper;

beforeAll(async () => {
  ({ app, keeper } = await standIn());
});
afterAll(() => app.close());
beforeEach(() => {
  keeper.asked.length = 0;
});

const WRITTEN = 'Mug 😀\r\n\tred\u0007\u0085';
const MAX = 2_147_483_647;
const LONGEST = '😀'.repeat(128);
const CREATED = {
  ...SKU,
  productId: null,
  currency: 'EUR',
  onHand: 0,
  safetyStock: 0,
  backorderLimit: 0,
  maxPerOrder: null,
  maxPerCustomer: null,
};
/** A checkout knows how builds before this one told it apart. */
const FORMERLY = { formerly: expect.any(Function) as () => string };
const TERMS = {
  payment: 'online',
  customerId: null,
  freight: 0,
  expiresInSeconds: 900,
  waitSeconds: 0,
  fingerprint: expect.any(String) as string,
} as const;
const CHOSEN = { ...TERMS, kind: 'place', orderId: 'made', lines: [line] } as const;
/** Placed under an id that was made for it. */
const PLACED = { ...CHOSEN, idIsNew: true } as const;

describe('a valid request', () => {
  const cases: readonly [InjectOptions, Command][] = [
    [post('/skus', SKU), { kind: 'create_sku', sku: CREATED }],
    [
      post('/skus', { ...CREATED, currency: 'CHF', maxPerOrder: 3, maxPerCustomer: 4, productId: 'P', onHand: MAX }),
      {
        kind: 'create_sku',
        sku: { ...CREATED, currency: 'CHF', maxPerOrder: 3, maxPerCustomer: 4, productId: 'P', onHand: MAX },
      },
    ],
    [post('/skus', { ...SKU, name: WRITTEN }), { kind: 'create_sku', sku: { ...CREATED, name: WRITTEN } }],
    [{ url: '/skus/A' }, { kind: 'read_sku', skuId: 'A' }],
    [
      post('/availability', { skuIds: ['B', 'a/b', 'B', 'A'] }),
      { kind: 'read_availability', skuIds: ['B', 'a/b', 'A'] },
    ],
    [{ url: '/skus/a%2Fb%20%F0%9F%98%80%3F%25' }, { kind: 'read_sku', skuId: 'a/b 😀?%' }],
    [{ url: `/skus/${encodeURIComponent(LONGEST)}` }, { kind: 'read_sku', skuId: LONGEST }],
    [
      patch('/skus/A', { price: 0, productId: null }),
      { kind: 'change_sku', skuId: 'A', changes: { price: 0, productId: null } },
    ],
    [
      patch('/skus/A', { maxPerOrder: null, maxPerCustomer: 2 }, { 'if-match': '"7"' }),
      { kind: 'change_sku', skuId: 'A', changes: { maxPerOrder: null, maxPerCustomer: 2 }, ifVersion: 7 },
    ],
    [
      post('/skus/A/receive', { quantity: 1_000_000 }, { 'if-match': '*' }),
      { kind: 'receive', skuId: 'A', quantity: 1_000_000, reason: null, reference: null, ifVersion: '*' },
    ],
    [
      post('/skus/A/receive', { quantity: 1, reason: 'r', reference: 'f' }, { 'if-match': '"0"' }),
      { kind: 'receive', skuId: 'A', quantity: 1, reason: 'r', reference: 'f', ifVersion: 0 },
    ],
    [
      post('/skus/A/receive', { quantity: 1, reason: WRITTEN, reference: '\n' }),
      { kind: 'receive', skuId: 'A', quantity: 1, reason: WRITTEN, reference: '\n' },
    ],
    [
      post('/skus/A/adjust', { delta: -2147483647, reason: 'r' }),
      { kind: 'adjust', skuId: 'A', by: { delta: -2147483647 }, reason: 'r' },
    ],
    [
      post('/skus/A/adjust', { onHand: 0, reason: 'r' }, { 'if-match': '"2147483647"' }),
      { kind: 'adjust', skuId: 'A', by: { onHand: 0 }, reason: 'r', ifVersion: 2147483647 },
    ],
    [post('/orders', { lines: [line] }), PLACED],
    [
      post('/orders', { id: 'O-1', lines: [line, { skuId: 'B', quantity: 5 }, { skuId: 'A', quantity: 2 }] }),
      {
        ...CHOSEN,
        orderId: 'O-1',
        lines: [
          { skuId: 'A', quantity: 3 },
          { skuId: 'B', quantity: 5 },
        ],
      },
    ],
    [
      post('/orders', { lines: [line], payment: 'cash_on_delivery', freight: 490, customerId: 'C' }),
      { ...PLACED, payment: 'cash_on_delivery', freight: 490, customerId: 'C' },
    ],
    [post('/orders', { lines: [line], expiresInSeconds: 2_592_000 }), { ...PLACED, expiresInSeconds: 2_592_000 }],
    [
      put('/products/a%2Fb', { name: WRITTEN }),
      { kind: 'put_product', product: { id: 'a/b', name: WRITTEN, description: null } },
    ],
    [
      {
        ...put('/products/P', { name: 'Mug', description: 'x'.repeat(4000) }),
        headers: { 'content-type': 'application/json', 'if-match': '"0"' },
      },
      { kind: 'put_product', product: { id: 'P', name: 'Mug', description: 'x'.repeat(4000) }, ifVersion: 0 },
    ],
    [{ url: '/orders/O-1' }, { kind: 'read_order', orderId: 'O-1' }],
    [post('/orders', { lines: [line], waitSeconds: 60 }), { ...PLACED, waitSeconds: 60 }],
    [{ url: '/carts/C' }, { kind: 'read_cart', cartId: 'C' }],
    [
      put('/carts/C/lines/A', { quantity: 2 }),
      { kind: 'put_line', cartId: 'C', skuId: 'A', quantity: 2, selected: null },
    ],
    [
      put('/carts/C/lines/A', { quantity: 1_000_000, selected: false }),
      { kind: 'put_line', cartId: 'C', skuId: 'A', quantity: 1_000_000, selected: false },
    ],
    [
      { method: 'DELETE', url: '/carts/C/lines/A' },
      { kind: 'remove_line', cartId: 'C', skuId: 'A' },
    ],
    [patch('/carts/C', { selectAll: true }), { kind: 'select_all', cartId: 'C', selected: true }],
    [post('/carts/C/merge', { from: 'G' }), { kind: 'merge_carts', cartId: 'C', from: 'G' }],
    [
      post('/carts/C/checkout', { orderId: 'O-1', payment: 'online', waitSeconds: 5 }),
      { ...TERMS, ...FORMERLY, kind: 'checkout', cartId: 'C', orderId: 'O-1', waitSeconds: 5 },
    ],
    [
      post('/carts/C/checkout', { payment: 'cash_on_delivery', freight: 7, customerId: 'me', expiresInSeconds: 5 }),
      {
        ...{ ...TERMS, ...FORMERLY, kind: 'checkout', cartId: 'C', orderId: 'made', idIsNew: true },
        ...{ payment: 'cash_on_delivery', freight: 7, customerId: 'me' },
      },
    ],
    [post('/orders/O-1/confirm'), { kind: 'confirm', orderId: 'O-1' }],
    [post('/orders/O-1/confirm', {}), { kind: 'confirm', orderId: 'O-1' }],
    [
      { ...post('/orders/O-1/ship', {}), payload: '' },
      { kind: 'ship', orderId: 'O-1' },
    ],
    [post('/orders/O-1/ship'), { kind: 'ship', orderId: 'O-1' }],
    [post('/orders/O-1/cancel'), { kind: 'cancel', orderId: 'O-1', reason: null }],
    [
      { ...post('/orders/O-1/cancel', {}), payload: '' },
      { kind: 'cancel', orderId: 'O-1', reason: null },
    ],
    ...['text/plain;charset=UTF-8', 'application/x-www-form-urlencoded', 'application/octet-stream', 'x/y; z=1'].map(
      (type): [InjectOptions, Command] => [
        { ...post('/orders/O-1/cancel', undefined, { 'content-type': type }), payload: '' },
        { kind: 'cancel', orderId: 'O-1', reason: null },
      ],
    ),
    [post('/orders/O-1/cancel', { reason: 'late' }), { kind: 'cancel', orderId: 'O-1', reason: 'late' }],
    [patch('/orders/O-1/lines/a%2Fb', { quantity: 0 }), { kind: 'reduce', orderId: 'O-1', skuId: 'a/b', quantity: 0 }],
    [
      post('/orders/O-1/return', { lines: [line, line], restock: false }, KEY),
      { kind: 'return', orderId: 'O-1', lines: [{ skuId: 'A', quantity: 2 }], restock: false },
    ],
  ];
  it.each(cases)('%j asks %j', async (request, command) => {
    const { statusCode, body } = await app.inject(request);
    expect({ statusCode, body }).toMatchObject({ statusCode: 200 });
    expect(keeper.last.command).toEqual(command);
    if (command.kind !== 'return') expect(keeper.last.idempotency).toBeNull();
  });

  it('reads no body with a DELETE, whatever it is', async () => {
    for (const type of ['application/json', 'text/plain']) {
      const request = {
        method: 'DELETE',
        url: '/carts/C/lines/A',
        headers: { 'content-type': type },
        payload: '{',
      } as const;
      expect((await app.inject(request)).statusCode).toBe(200);
      expect(keeper.last.command).toEqual({ kind: 'remove_line', cartId: 'C', skuId: 'A' });
    }
  });

  it('takes 1000 SKUs whose availability is asked for', async () => {
    const skuIds = Array.from({ length: 1000 }, (_, at) => `sku-${at}`);
    expect((await app.inject(post('/availability', { skuIds }, KEY))).statusCode).toBe(200);
    expect(keeper.last).toEqual({ command: { kind: 'read_availability', skuIds }, idempotency: null });
  });

  it('takes 500 lines, and 1000000 units of a SKU together', async () => {
    const lines = Array.from({ length: 500 }, () => ({ skuId: 'A', quantity: 2000 }));
    const { statusCode } = await app.inject(post('/orders', { lines }));
    expect(statusCode).toBe(200);
    expect(keeper.last.command).toMatchObject({ lines: [{ skuId: 'A', quantity: 1_000_000 }] });
  });
});
