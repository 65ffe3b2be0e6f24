/** What the routes ask of the keeper: the command of each request, its defaults, and what they do not let through. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../src/keeper/command.ts';
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

const post = (url: string, payload?: unknown, headers: Record<string, string> = {}): InjectOptions => ({
  method: 'POST',
  url,
  headers: { ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
  ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
});
const patch = (url: string, payload: unknown, headers: Record<string, string> = {}): InjectOptions => ({
  ...post(url, payload, headers),
  method: 'PATCH',
});

const LONGEST = '😀'.repeat(128);
const SKU = { id: 'A', name: 'Mug', price: 1290 };
const line = { skuId: 'A', quantity: 1 };
const KEY = { 'idempotency-key': 'k' };
const CREATED = {
  ...SKU,
  productId: null,
  currency: 'EUR',
  onHand: 0,
  safetyStock: 0,
  backorderLimit: 0,
  maxPerOrder: null,
};
const PLACED = {
  kind: 'place',
  orderId: 'made',
  lines: [line],
  payment: 'online',
  customerId: null,
  freight: 0,
  expiresInSeconds: 900,
  fingerprint: expect.any(String) as string,
} as const;

describe('a valid request', () => {
  const cases: readonly [InjectOptions, Command][] = [
    [post('/skus', SKU), { kind: 'create_sku', sku: CREATED }],
    [
      post('/skus', { ...CREATED, currency: 'CHF', maxPerOrder: 3, productId: 'P', onHand: 2147483647 }),
      { kind: 'create_sku', sku: { ...CREATED, currency: 'CHF', maxPerOrder: 3, productId: 'P', onHand: 2147483647 } },
    ],
    [{ url: '/skus/A' }, { kind: 'read_sku', skuId: 'A' }],
    [{ url: '/skus/a%2Fb%20%F0%9F%98%80%3F%25' }, { kind: 'read_sku', skuId: 'a/b 😀?%' }],
    [{ url: `/skus/${encodeURIComponent(LONGEST)}` }, { kind: 'read_sku', skuId: LONGEST }],
    [
      patch('/skus/A', { price: 0, productId: null }),
      { kind: 'change_sku', skuId: 'A', changes: { price: 0, productId: null }, ifVersion: null },
    ],
    [
      patch('/skus/A', { maxPerOrder: null }, { 'if-match': '"7"' }),
      { kind: 'change_sku', skuId: 'A', changes: { maxPerOrder: null }, ifVersion: 7 },
    ],
    [
      post('/skus/A/receive', { quantity: 1_000_000 }, { 'if-match': '*' }),
      { kind: 'receive', skuId: 'A', quantity: 1_000_000, reason: null, reference: null, ifVersion: null },
    ],
    [
      post('/skus/A/receive', { quantity: 1, reason: 'r', reference: 'f' }, { 'if-match': '"0"' }),
      { kind: 'receive', skuId: 'A', quantity: 1, reason: 'r', reference: 'f', ifVersion: 0 },
    ],
    [
      post('/skus/A/adjust', { delta: -2147483647, reason: 'r' }),
      { kind: 'adjust', skuId: 'A', by: { delta: -2147483647 }, reason: 'r', ifVersion: null },
    ],
    [
      post('/skus/A/adjust', { onHand: 0, reason: 'r' }, { 'if-match': '"2147483647"' }),
      { kind: 'adjust', skuId: 'A', by: { onHand: 0 }, reason: 'r', ifVersion: 2147483647 },
    ],
    [post('/orders', { lines: [line] }), PLACED],
    [
      post('/orders', { id: 'O-1', lines: [line, { skuId: 'B', quantity: 5 }, { skuId: 'A', quantity: 2 }] }),
      {
        ...PLACED,
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
    [{ url: '/orders/O-1' }, { kind: 'read_order', orderId: 'O-1' }],
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

  it('takes 500 lines, and 1000000 units of a SKU together', async () => {
    const lines = Array.from({ length: 500 }, () => ({ skuId: 'A', quantity: 2000 }));
    const { statusCode } = await app.inject(post('/orders', { lines }));
    expect(statusCode).toBe(200);
    expect(keeper.last.command).toMatchObject({ lines: [{ skuId: 'A', quantity: 1_000_000 }] });
  });
});

const sku = (fields: object) => post('/skus', { ...SKU, ...fields });
const order = (fields: object) => post('/orders', { lines: [line], ...fields });
const quantity = (value: unknown) => post('/orders', { lines: [{ skuId: 'A', quantity: value }] });
const text = (method: 'POST' | 'PATCH', url: string, payload: string): InjectOptions => ({
  method,
  url,
  headers: { 'content-type': 'application/json' },
  payload,
});

describe('a request that is not valid', () => {
  const cases: readonly [InjectOptions, string][] = [
    [quantity('1'), 'lines/0/quantity must be an integer from 1 to 1000000, got "1".'],
    [quantity(true), 'lines/0/quantity must be an integer from 1 to 1000000, got true.'],
    [quantity(1.5), 'lines/0/quantity must be an integer from 1 to 1000000, got 1.5.'],
    [quantity(null), 'lines/0/quantity must be an integer from 1 to 1000000, got null.'],
    [quantity([1]), 'lines/0/quantity must be an integer from 1 to 1000000, got [1].'],
    [quantity(0), 'lines/0/quantity must be an integer from 1 to 1000000, got 0.'],
    [quantity(-1), 'lines/0/quantity must be an integer from 1 to 1000000, got -1.'],
    [quantity(1_000_001), 'lines/0/quantity must be an integer from 1 to 1000000, got 1000001.'],
    [text('POST', '/orders', '{"lines":[{"skuId":"A","quantity":1e400}]}'), 'lines/0/quantity must be an integer'],
    [order({ lines: [] }), 'lines must be a list of 1 to 500, got [].'],
    [order({ lines: Array.from({ length: 501 }, () => line) }), 'lines must be a list of 1 to 500'],
    [order({ lines: [line, { skuId: 'A', quantity: 1_000_000 }] }), 'The lines of SKU "A" add up to 1000001'],
    [order({ lines: [{ ...line, note: 'x' }] }), 'lines/0 has no field "note": leave it out. Known: skuId, quantity.'],
    [order({ lines: [{ skuId: 'A' }] }), 'lines/0 lacks quantity, which must be an integer from 1 to 1000000.'],
    [order({ lines: { 0: line } }), 'lines must be a list of 1 to 500'],
    [order({ note: 'x' }), 'The body has no field "note": leave it out. Known: id, lines,'],
    [post('/orders', []), 'The body must be a JSON object, got [].'],
    [text('POST', '/orders', 'null'), 'The body must be a JSON object, got null.'],
    [text('POST', '/orders/O-1/cancel', 'null'), 'The body must be a JSON object, got null.'],
    [
      order({ id: '' }),
      'id must be a text of 1 to 128 characters without control characters or lone surrogates, got "".',
    ],
    [order({ id: '😀'.repeat(129) }), 'id must be a text of 1 to 128 characters'],
    [order({ id: 'a\u0000b' }), 'got "a\\u0000b".'],
    [order({ id: 'a\u0085b' }), 'id must be a text of 1 to 128 characters without control characters'],
    [text('POST', '/orders', '{"id":"\\ud800","lines":[{"skuId":"A","quantity":1}]}'), 'got "\\ud800".'],
    [order({ id: 7 }), 'id must be a text'],
    [order({ payment: 'credit' }), 'payment must be one of "online", "cash_on_delivery", got "credit".'],
    [order({ expiresInSeconds: 0 }), 'expiresInSeconds must be an integer from 1 to 2592000, got 0.'],
    [order({ expiresInSeconds: 60, payment: 'cash_on_delivery' }), 'expiresInSeconds goes with payment "online" only'],
    [order({ freight: -1 }), 'freight must be an integer from 0 to 2147483647, got -1.'],
    [
      text('POST', '/orders', '{"lines":[{"skuId":"A","quantity":1}],"__proto__":{"freight":1}}'),
      'no field "__proto__"',
    ],
    [text('POST', '/orders', '{"lines":[{"skuId":"A","quantity":1}],"constructor":1}'), 'no field "constructor"'],
    [
      text('POST', '/orders', '{"lines":[{"skuId":"A","quantity":1,"__proto__":{}}]}'),
      'lines/0 has no field "__proto__"',
    ],
    [sku({ price: 2_147_483_648 }), 'price must be an integer from 0 to 2147483647, got 2147483648.'],
    [sku({ price: 2 ** 53 + 2 }), 'price must be an integer from 0 to 2147483647'],
    [sku({ onHand: -1 }), 'onHand must be an integer from 0 to 2147483647'],
    [sku({ currency: 'eur' }), 'currency must be a text of three capital letters (ISO 4217), got "eur".'],
    [sku({ currency: 'EUR\n' }), 'currency must be a text of three capital letters'],
    [sku({ currency: 'XQQ' }), 'currency must be one that ISO 4217 knows, such as "EUR", got "XQQ".'],
    [sku({ maxPerOrder: 0 }), 'maxPerOrder must be an integer from 1 to 2147483647 or null, got 0.'],
    [sku({ name: '' }), 'name must be a text of 1 to 512 characters'],
    [sku({ name: 'a'.repeat(513) }), 'name must be a text of 1 to 512 characters'],
    [sku({ name: 'a\u0007' }), 'name must be a text of 1 to 512 characters'],
    [sku({ productId: '' }), 'productId must be a text of 1 to 128 characters'],
    [post('/skus', { id: 'A', price: 1 }), 'The body lacks name, which must be a text'],
    [patch('/skus/A', {}), 'The body must have at least one of name, price, productId, safetyStock,'],
    [patch('/skus/A', { onHand: 5 }), 'The body has no field "onHand"'],
    [patch('/skus/A', { currency: 'CHF' }), 'The body has no field "currency"'],
    [
      patch('/skus/A', { price: 1 }, { 'if-match': 'W/"7"' }),
      'Header if-match must be a text that is * or one strong ETag',
    ],
    [patch('/skus/A', { price: 1 }, { 'if-match': '7' }), 'such as "7", got "7".'],
    [patch('/skus/A', { price: 1 }, { 'if-match': '"7", "8"' }), 'Header if-match must be'],
    [
      patch('/skus/A', { price: 1 }, { 'if-match': '"9999999999"' }),
      'Header if-match must be a version from 0 to 2147483647',
    ],
    [post('/skus/A/receive', { quantity: 1, reason: '' }), 'reason must be a text of 1 to 512 characters'],
    [post('/skus/A/receive', { quantity: 1, reference: '\n' }), 'reference must be a text of 1 to 512 characters'],
    [post('/skus/A/adjust', { reason: 'r' }), 'The body must have exactly one of delta and onHand.'],
    [
      post('/skus/A/adjust', { reason: 'r', delta: 1, onHand: 1 }),
      'The body must have exactly one of delta and onHand.',
    ],
    [post('/skus/A/adjust', { delta: 1 }), 'The body lacks reason'],
    [
      post('/skus/A/adjust', { delta: -2_147_483_648, reason: 'r' }),
      'delta must be an integer from -2147483647 to 2147483647',
    ],
    [patch('/orders/O-1/lines/A', { quantity: -1 }), 'quantity must be an integer from 0 to 1000000, got -1.'],
    [post('/orders/O-1/return', { lines: [line] }, KEY), 'The body lacks restock, which must be true or false.'],
    [post('/orders/O-1/return', { lines: [line], restock: 'no' }, KEY), 'restock must be true or false, got "no".'],
    [post('/orders/O-1/confirm', { now: true }), 'The body has no field "now": leave it out.'],
    [{ url: '/skus/a%00b' }, 'Path parameter id must be a text of 1 to 128 characters'],
    [{ url: '/skus?limit=abc' }, 'Query parameter limit must be an integer from 1 to 200, got "abc".'],
    [{ url: '/skus?limit=' }, 'Query parameter limit must be an integer from 1 to 200, got "".'],
    [{ url: '/skus?limit=0' }, 'Query parameter limit must be an integer from 1 to 200, got 0.'],
    [{ url: '/skus?limit=201' }, 'Query parameter limit must be an integer from 1 to 200, got 201.'],
    [{ url: '/skus?limit=1.5' }, 'Query parameter limit must be an integer from 1 to 200, got "1.5".'],
    [{ url: '/skus?limit=007' }, 'Query parameter limit must be an integer from 1 to 200, got "007".'],
    [{ url: '/skus?limit=1&limit=2' }, 'Query parameter limit must be an integer from 1 to 200, got ["1","2"].'],
    [{ url: '/skus?page=2' }, 'The query has no field "page": leave it out. Known: ids, after, limit.'],
    [{ url: '/skus?after=' }, 'Query parameter after must be a text of 1 to 128 characters'],
    [{ url: '/skus?ids=A&limit=5' }, 'Query parameter ids goes without after and limit'],
    [{ url: '/skus?ids=A,,B' }, 'Query parameter ids must be ids of 1 to 128 characters'],
    [{ url: '/skus?ids=' }, 'Query parameter ids must be ids of 1 to 128 characters'],
    [{ url: `/skus?ids=${Array.from({ length: 201 }, (_, at) => at)}` }, 'at most 200 SKUs, got 201.'],
    [{ url: '/skus/A/movements?after=x' }, 'Query parameter after must be an integer from 0 to 2147483647, got "x".'],
    [{ url: '/skus/A/movements?after=2147483648' }, 'Query parameter after must be an integer'],
    [
      { url: '/orders?status=lost' },
      'Query parameter status must be one of "pending", "confirmed", "shipped", "cancelled"',
    ],
    [{ url: '/orders?customerId=%01' }, 'Query parameter customerId must be a text'],
    [
      post('/orders/O-1/confirm', {}, { 'idempotency-key': 'a b' }),
      'Header idempotency-key must be a text of 1 to 255',
    ],
    [post('/orders/O-1/confirm', {}, { 'idempotency-key': 'ä' }), 'Header idempotency-key must be a text of 1 to 255'],
    [post('/orders/O-1/confirm', {}, { 'idempotency-key': 'a'.repeat(256) }), 'of visible ASCII characters'],
    [post('/orders/O-1/confirm', {}, { 'idempotency-key': '' }), 'Header idempotency-key must be a text of 1 to 255'],
  ];
  it.each(cases)('%j is told: %s', async (request, detail) => {
    const { statusCode, json } = await app.inject(request);
    const problem = json<{ code: string; detail: string }>();
    expect(problem.detail).toContain(detail);
    expect(problem.code).toBe('invalid_request');
    expect(statusCode).toBe(400);
    expect(keeper.asked).toEqual([]);
  });
});

describe('a body that two readers could understand differently', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const cases: readonly [string, string | Buffer, string][] = [
    ['a key named twice', '{"lines":[{"skuId":"A","quantity":1,"quantity":2}]}', 'names "quantity" twice'],
    ['a key named twice, once escaped', '{"id":"A","\\u0069d":"B"}', 'names "id" twice'],
    ['a key named twice around an object', '{"a":{"a":1},"b":[{"a":2}],"a":3}', 'names "a" twice'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'not UTF-8'],
    ['a text after the value', '{} {}', 'not JSON'],
    ['a comment', '{/* */}', 'not JSON'],
    ['NaN', '{"price":NaN}', 'not JSON'],
    ['deep nesting', nested(17), 'nested deeper than 16 levels'],
    ['very deep nesting', nested(100_000), 'nested deeper than 16 levels'],
    ['very deep nesting that does not end', '['.repeat(500_000), 'not JSON'],
  ];
  it.each(cases)('%s is malformed', async (_name, payload, detail) => {
    const { statusCode, json } = await app.inject({
      method: 'POST',
      url: '/orders',
      headers: { 'content-type': 'application/json' },
      payload,
    });
    const problem = json<{ code: string; detail: string }>();
    expect(problem.detail).toContain(detail);
    expect(problem.code).toBe('malformed_json');
    expect(statusCode).toBe(400);
  });

  it('is none that only looks like it', async () => {
    const payload = '{"id":"{\\"id\\":","lines":[{"skuId":"\\\\","quantity":1},{"skuId":"quantity","quantity":1}]}';
    const { statusCode } = await app.inject(text('POST', '/orders', payload));
    expect(statusCode).toBe(200);
    expect(keeper.last.command).toMatchObject({
      orderId: '{"id":',
      lines: [
        { skuId: '\\', quantity: 1 },
        { skuId: 'quantity', quantity: 1 },
      ],
    });
  });
});
