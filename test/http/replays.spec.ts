/** Idempotency: which requests are the same, and how an answer that is given again looks. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/api/preconditions.ts';
import { KEY, line, post, SKU } from './request-texts.ts';
import { ORDER, SKU as STORED, type StandInKeeper, standIn } from './stand-in.ts';

let app: FastifyInstance;
let keeper: StandInKeeper;

beforeAll(async () => {
  ({ app, keeper } = await standIn());
});
afterAll(() => app.close());
beforeEach(() => {
  keeper.outcome = null;
  keeper.replayed = false;
});

/** The fingerprint under the key, and that of the order if one is placed. */
async function fingerprints(request: InjectOptions): Promise<{ key: string | undefined; order: string | undefined }> {
  const { statusCode } = await app.inject(request);
  expect(statusCode).toBe(200);
  const { command, idempotency } = keeper.last;
  return { key: idempotency?.fingerprint, order: command.kind === 'place' ? command.fingerprint : undefined };
}

const keyed = (url: string, body?: unknown, headers = {}) => post(url, body, { ...KEY, ...headers });
const two = { skuId: 'B', quantity: 2 };

describe('the same request, said otherwise', () => {
  const cases: readonly [string, InjectOptions, InjectOptions][] = [
    [
      'defaults spelled out',
      keyed('/skus', SKU),
      keyed('/skus', { maxPerOrder: null, maxPerCustomer: null, onHand: 0, currency: 'EUR', productId: null, ...SKU }),
    ],
    [
      'defaults of an order spelled out',
      keyed('/orders', { lines: [line] }),
      keyed('/orders', { customerId: null, freight: 0, expiresInSeconds: 900, payment: 'online', lines: [line] }),
    ],
    [
      'an expiry for an order that has none',
      keyed('/orders', { lines: [line], payment: 'cash_on_delivery' }),
      keyed('/orders', { lines: [line], payment: 'cash_on_delivery', expiresInSeconds: 60 }),
    ],
    ['lines in another order', keyed('/orders', { lines: [line, two] }), keyed('/orders', { lines: [two, line] })],
    [
      'lines of the same SKU apart',
      keyed('/orders', { lines: [two, { skuId: 'A', quantity: 2 }] }),
      keyed('/orders', { lines: [line, two, line] }),
    ],
    ['another encoding of the path', keyed('/orders/O-1/ship'), keyed('/orders/%4f%2D1/ship')],
    ['no body and an empty object', keyed('/orders/O-1/cancel'), keyed('/orders/O-1/cancel', {})],
    [
      'a return with its lines turned round',
      keyed('/orders/O-1/return', { lines: [line, two], restock: true }),
      keyed('/orders/O-1/return', { restock: true, lines: [two, line] }),
    ],
    ...(['*', '"1"', '"2"'] as const).flatMap((tag) =>
      [
        keyed('/skus/A/receive', { quantity: 1 }),
        keyed('/orders/O-1/cancel'),
        keyed('/carts/C/checkout', { payment: 'online' }),
      ].map((request): [string, InjectOptions, InjectOptions] => [
        `If-Match: ${tag} with ${JSON.stringify(request.url)}, which says when and not what,`,
        request,
        { ...request, headers: { ...request.headers, 'if-match': tag } },
      ]),
    ),
  ];
  it.each(cases)('%s has the same fingerprint', async (_name, one, other) => {
    const first = await fingerprints(one);
    expect(first.key).toMatch(/^[\w-]{43}$/);
    expect(await fingerprints(other)).toEqual(first);
  });
});

describe('another request', () => {
  const cases: readonly [string, InjectOptions, InjectOptions][] = [
    ['another field', keyed('/skus', SKU), keyed('/skus', { ...SKU, onHand: 1 })],
    ['another order', keyed('/orders/O-1/ship'), keyed('/orders/O-2/ship')],
    ['another step', keyed('/orders/O-1/ship'), keyed('/orders/O-1/confirm')],
    ['another reason', keyed('/orders/O-1/cancel'), keyed('/orders/O-1/cancel', { reason: 'r' })],
    ['another quantity', keyed('/skus/A/receive', { quantity: 1 }), keyed('/skus/A/receive', { quantity: 2 })],
    [
      'another kind of adjustment',
      keyed('/skus/A/adjust', { delta: 1, reason: 'r' }),
      keyed('/skus/A/adjust', { onHand: 1, reason: 'r' }),
    ],
    [
      'another shelf',
      keyed('/orders/O-1/return', { lines: [line], restock: true }),
      keyed('/orders/O-1/return', { lines: [line], restock: false }),
    ],
    ['another line', keyed('/orders', { lines: [line] }), keyed('/orders', { lines: [two] })],
    ['another freight', keyed('/orders', { lines: [line] }), keyed('/orders', { lines: [line], freight: 1 })],
    ['a chosen id', keyed('/orders', { lines: [line] }), keyed('/orders', { id: 'O-1', lines: [line] })],
  ];
  it.each(cases)('%s has another fingerprint', async (_name, one, other) => {
    expect((await fingerprints(one)).key).not.toEqual((await fingerprints(other)).key);
  });

  it('of a new SKU without a limit for each customer is the one it had before there were such limits', async () => {
    const { key } = await fingerprints(keyed('/skus', SKU));
    // As a build before it said it, field by field: a field that comes later must not be in it.
    const counters = { onHand: 0, safetyStock: 0, backorderLimit: 0, maxPerOrder: null };
    const before = { id: 'A', productId: null, name: 'Mug', price: 1290, currency: 'EUR', ...counters };
    expect(key).toBe(fingerprint('POST /skus', { kind: 'create_sku', sku: before }));
    expect((await fingerprints(keyed('/skus', { ...SKU, maxPerCustomer: 1 }))).key).not.toBe(key);
  });

  it('tells placements apart by more than their id, which is no part of it', async () => {
    const first = await fingerprints(post('/orders', { lines: [line] }));
    expect(first.key).toBeUndefined();
    expect(await fingerprints(post('/orders', { id: 'O-1', lines: [line] }))).toEqual(first);
    expect(await fingerprints(post('/orders', { id: 'O-1', lines: [two] }))).not.toEqual(first);
  });
});

describe('an answer', () => {
  it('of a placement is 201 with its place, and 200 when given again', async () => {
    keeper.outcome = { kind: 'order_placed', order: { ...ORDER, id: 'a/b 😀' } };
    const first = await app.inject(post('/orders', { lines: [line] }));
    expect(first.statusCode).toBe(201);
    expect(first.headers['location']).toBe('/orders/a%2Fb%20%F0%9F%98%80');
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
    keeper.replayed = true;
    const again = await app.inject(post('/orders', { lines: [line] }));
    expect(again.statusCode).toBe(200);
    expect(again.headers).not.toHaveProperty('location');
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toBe(first.body);
  });

  it('of a new SKU is 201 with its place and version, also when given again', async () => {
    keeper.outcome = { kind: 'sku_created', sku: STORED };
    for (const replayed of [false, true]) {
      keeper.replayed = replayed;
      const { statusCode, headers } = await app.inject(post('/skus', SKU, KEY));
      expect(statusCode).toBe(201);
      expect(headers).toMatchObject({ location: '/skus/A', etag: '"7"' });
      expect(headers['idempotent-replayed']).toBe(replayed ? 'true' : undefined);
    }
  });

  it('that was recorded before a SKU had a limit for each customer says that there is none', async () => {
    const { maxPerCustomer: _, ...before } = STORED;
    keeper.outcome = { kind: 'sku', sku: before as typeof STORED };
    keeper.replayed = true;
    const { statusCode, body } = await app.inject(post('/skus/A/receive', { quantity: 1 }, KEY));
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ maxPerCustomer: null });
  });

  it('to a PATCH has no key', async () => {
    await app.inject({ method: 'PATCH', url: '/orders/O-1/lines/A', headers: KEY, payload: { quantity: 1 } });
    expect(keeper.last.idempotency).toBeNull();
  });
});
