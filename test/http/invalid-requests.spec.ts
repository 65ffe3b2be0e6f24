/** What the routes do not let through, and what they say about it. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KEY, line, patch, post, put, SKU, text } from './request-texts.ts';
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

const sku = (fields: object) => post('/skus', { ...SKU, ...fields });
const order = (fields: object) => post('/orders', { lines: [line], ...fields });
const quantity = (value: unknown) => post('/orders', { lines: [{ skuId: 'A', quantity: value }] });
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
    [
      order({ lines: [{ ...line, note: 'x' }] }),
      'Unknown field "note" in lines/0: leave it out. Known: skuId, quantity.',
    ],
    [order({ lines: [{ skuId: 'A' }] }), 'lines/0 lacks quantity, which must be an integer from 1 to 1000000.'],
    [order({ lines: { 0: line } }), 'lines must be a list of 1 to 500'],
    [order({ note: 'x' }), 'Unknown field "note" in the body: leave it out. Known: id, lines,'],
    [post('/orders', []), 'The body must be a JSON object, got [].'],
    [text('POST', '/orders', 'null'), 'The body must be a JSON object, got null.'],
    [text('POST', '/orders/O-1/cancel', 'null'), 'The body must be a JSON object, got null.'],
    [order({ id: '' }), 'id must be a text of 1 to 128 characters, got "".'],
    [order({ id: '😀'.repeat(129) }), 'id must be a text of 1 to 128 characters'],
    [order({ id: 'a\u0000b' }), 'got "a\\u0000b".'],
    [order({ id: 'a\u0085b' }), 'id must be a text of 1 to 128 characters without control characters'],
    [text('POST', '/orders', '{"id":"\\ud800","lines":[{"skuId":"A","quantity":1}]}'), 'got "\\ud800".'],
    [order({ id: 7 }), 'id must be a text'],
    ...['.', '..'].flatMap((id): [InjectOptions, string][] => [
      [order({ id }), `and not "." or "..", got "${id}".`],
      [sku({ id }), `id must be a text of 1 to 128 characters without control characters or lone surrogates, and not`],
      [sku({ productId: id }), 'productId must be a text of 1 to 128 characters'],
      [patch('/skus/A', { productId: id }), 'productId must be a text of 1 to 128 characters'],
      [order({ customerId: id }), 'customerId must be a text of 1 to 128 characters'],
      [post('/carts/C/checkout', { orderId: id, payment: 'online' }), 'orderId must be a text of 1 to 128 characters'],
      [post('/carts/C/checkout', { customerId: id, payment: 'online' }), 'customerId must be a text'],
    ]),
    [order({ payment: 'credit' }), 'payment must be one of "online", "cash_on_delivery", got "credit".'],
    [order({ expiresInSeconds: 0 }), 'expiresInSeconds must be an integer from 1 to 2592000, got 0.'],
    [order({ freight: -1 }), 'freight must be an integer from 0 to 2147483647, got -1.'],
    [
      text('POST', '/orders', '{"lines":[{"skuId":"A","quantity":1}],"__proto__":{"freight":1}}'),
      'Unknown field "__proto__" in the body',
    ],
    [
      text('POST', '/orders', '{"lines":[{"skuId":"A","quantity":1}],"constructor":1}'),
      'Unknown field "constructor" in the body',
    ],
    [
      text('POST', '/orders', '{"lines":[{"skuId":"A","quantity":1,"__proto__":{}}]}'),
      'Unknown field "__proto__" in lines/0',
    ],
    [sku({ price: 4.5 }), 'got 4.5. Money is in minor units, such as cents.'],
    [sku({ onHand: 4.5 }), 'onHand must be an integer from 0 to 2147483647, got 4.5.'],
    [post('/skus', { sku: 'A', name: 'n', price: 1 }), 'It has "sku", which is not known.'],
    [
      order({ lines: [{ sku: 'A', quantity: 1 }] }),
      'lines/0 lacks skuId, which must be a text of 1 to 128 characters. It has "sku",',
    ],
    [order({ customerId: 42 }), 'customerId must be a text of 1 to 128 characters or null, got 42.'],
    [post('/orders'), 'There is no body. Send a JSON object, with Content-Type: application/json.'],
    [{ ...post('/skus', {}), payload: '' }, 'There is no body.'],
    [post('/skus/A/receive', { quantity: 1 }, { 'if-match': 'W/"1"' }), 'such as "7" or "7", "8", got W/"1".'],
    [
      post('/orders/O-1/confirm', {}, { 'idempotency-key': 'k 1' }),
      '1 to 255 characters of visible ASCII, no spaces, got k 1.',
    ],
    [sku({ price: 2_147_483_648 }), 'price must be an integer from 0 to 2147483647, got 2147483648.'],
    [sku({ price: 2 ** 53 + 2 }), 'price must be an integer from 0 to 2147483647'],
    [sku({ onHand: -1 }), 'onHand must be an integer from 0 to 2147483647'],
    [sku({ currency: 'eur' }), 'currency must be a text of three capital letters (ISO 4217), got "eur".'],
    [sku({ currency: 'EUR\n' }), 'currency must be a text of three capital letters'],
    [sku({ currency: 'XQQ' }), 'currency must be one that ISO 4217 knows, such as "EUR", got "XQQ".'],
    [sku({ maxPerOrder: 0 }), 'maxPerOrder must be an integer from 1 to 2147483647 or null, got 0.'],
    [sku({ maxPerCustomer: 0 }), 'maxPerCustomer must be an integer from 1 to 2147483647 or null, got 0.'],
    [sku({ name: '' }), 'name must be a text of 1 to 512 characters'],
    [sku({ name: 'a'.repeat(513) }), 'name must be a text of 1 to 512 characters'],
    [sku({ name: 'a\u0000b' }), 'name must be a text of 1 to 512 characters without NUL or lone surrogates'],
    [text('POST', '/skus', '{"id":"A","name":"\\ud83d","price":1}'), 'name must be a text of 1 to 512 characters'],
    [sku({ id: 'a\tb' }), 'id must be a text of 1 to 128 characters without control characters'],
    [sku({ productId: '' }), 'productId must be a text of 1 to 128 characters'],
    [post('/skus', { id: 'A', price: 1 }), 'The body lacks name, which must be a text'],
    [patch('/skus/A', {}), 'The body must have at least one of name, price, productId, safetyStock,'],
    [patch('/skus/A', { onHand: 5 }), 'Unknown field "onHand" in the body'],
    [patch('/skus/A', { currency: 'CHF' }), 'Unknown field "currency" in the body'],
    [
      patch('/skus/A', { price: 1 }, { 'if-match': 'W/"7"' }),
      'Header if-match must be a text that is * or strong ETags',
    ],
    [
      patch('/skus/A', { price: 1 }, { 'if-match': '7' }),
      'with a version in their quotes, such as "7" or "7", "8", got 7.',
    ],
    ...['"7" "8"', '"7", *', '"7", W/"8"', '"7",', '"07"', '"a"', '""'].map((tag): [InjectOptions, string] => [
      patch('/carts/C', { selectAll: true }, { 'if-match': tag }),
      'Header if-match must be a text that is * or strong ETags',
    ]),
    ...['7', 'w/"7"', '"7" "8"', '*, "7"', '"a'].map((tag): [InjectOptions, string] => [
      { url: '/orders/O-1', headers: { 'if-none-match': tag } },
      'Header if-none-match must be a text that is * or ETags with their quotes',
    ]),
    [post('/skus', SKU, { 'if-none-match': '"7"' }), 'must be a text that is *: what is to be created has no ETag yet'],
    [
      post('/skus', SKU, { 'if-match': '*' }),
      'Header if-match cannot be honoured: POST /skus makes something new, which has no version yet',
    ],
    [
      put('/products/P', { name: 'P' }, { 'if-unmodified-since': 'Sat, 29 Oct 1994 19:43:31 GMT' }),
      'Header if-unmodified-since cannot be honoured: no answer has a Last-Modified. A version is asked for by If-Match.',
    ],
    [post('/skus/A/receive', { quantity: 1, reason: '' }), 'reason must be a text of 1 to 512 characters'],
    [post('/skus/A/receive', { quantity: 1, reference: '\u0000' }), 'reference must be a text of 1 to 512 characters'],
    [post('/skus/A/adjust', { reason: 'r' }), 'The body must have exactly one of delta and onHand.'],
    [
      post('/skus/A/adjust', { reason: 'r', delta: 1, onHand: 1 }),
      'The body must have exactly one of delta and onHand.',
    ],
    [post('/skus/A/adjust', { delta: 1 }), 'The body lacks reason'],
    [post('/skus/A/adjust', { delta: 1, reason: 'a\u0000' }), 'reason must be a text of 1 to 512 characters'],
    [post('/availability', { skuIds: [] }), 'skuIds must be a list of 1 to 1000, got [].'],
    [post('/availability', { skuIds: Array.from({ length: 1001 }, () => 'A') }), 'skuIds must be a list of 1 to 1000'],
    [post('/availability', { skuIds: ['A', ''] }), 'skuIds/1 must be a text of 1 to 128 characters'],
    [post('/orders/O-1/cancel', { reason: '\u0000' }), 'reason must be a text of 1 to 512 characters'],
    [
      post('/skus/A/adjust', { delta: -2_147_483_648, reason: 'r' }),
      'delta must be an integer from -2147483647 to 2147483647',
    ],
    [patch('/orders/O-1/lines/A', { quantity: -1 }), 'quantity must be an integer from 0 to 1000000, got -1.'],
    [post('/orders/O-1/return', { lines: [line] }, KEY), 'The body lacks restock, which must be true or false.'],
    [post('/orders/O-1/return', { lines: [line], restock: 'no' }, KEY), 'restock must be true or false, got "no".'],
    [post('/orders/O-1/confirm', { now: true }), 'Unknown field "now" in the body: leave it out.'],
    [{ url: '/skus/a%00b' }, 'Path parameter id must be a text of 1 to 128 characters'],
    [{ url: '/skus?limit=abc' }, 'Query parameter limit must be an integer from 1 to 200, got "abc".'],
    [{ url: '/skus?limit=' }, 'Query parameter limit must be an integer from 1 to 200, got "".'],
    [{ url: '/skus?limit=0' }, 'Query parameter limit must be an integer from 1 to 200, got 0.'],
    [{ url: '/skus?limit=201' }, 'Query parameter limit must be an integer from 1 to 200, got 201.'],
    [{ url: '/skus?limit=1.5' }, 'Query parameter limit must be an integer from 1 to 200, got "1.5".'],
    [{ url: '/skus?limit=007' }, 'Query parameter limit must be an integer from 1 to 200, got "007".'],
    [{ url: '/skus?limit=1&limit=2' }, 'Query parameter limit is there 2 times: name it once.'],
    [{ url: '/skus?page=2' }, 'Unknown query parameter "page": leave it out. Known: ids, after, limit.'],
    [{ url: '/skus?after=' }, 'Query parameter after must be a text of 1 to 128 characters'],
    [put('/products/P', {}), 'The body lacks name, which must be a text of 1 to 512 characters'],
    [put('/products/P', { name: 'Mug', description: '' }), 'description must be a text of 1 to 4000 characters'],
    [put('/products/P', { name: 'Mug', description: 'x'.repeat(4001) }), 'description must be a text of 1 to 4000'],
    [put('/products/P', { name: 'Mug', sales: 1 }), 'Unknown field "sales" in the body'],
    [{ url: '/products?sort=name' }, 'Query parameter sort must be one of "id", "sales", got "name".'],
    [{ url: '/products?after=%01' }, 'Query parameter after must be `next` of the page before'],
    [{ url: `/products?after=${'a'.repeat(129)}` }, 'Query parameter after must be `next` of the page before'],
    ...['P', '5', '5:', ':P', '05:P', '-1:P', '1.5:P', '5:%01', '9999999999999999:P'].map(
      (after): [InjectOptions, string] => [
        { url: `/products?sort=sales&after=${after}` },
        'Query parameter after must be `next` of the page before',
      ],
    ),
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
    [post('/orders/O-1/confirm', {}, { 'idempotency-key': 'a'.repeat(256) }), 'of visible ASCII, no spaces'],
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
