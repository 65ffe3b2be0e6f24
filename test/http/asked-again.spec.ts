/** Asking again over HTTP, on the real keeper and a store in memory: after a refusal, after a setting has changed, and while the first waits. */
import type { InjectOptions } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fingerprint } from '../../src/api/preconditions.ts';
import { buildServer } from '../../src/http/server.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { AT, quiet } from '../support/shop.ts';
import { post, put } from './request-texts.ts';

/** A service with ten units of S and none of NONE, or another one on the same store. */
async function open(defaultFreight = 0, store = new MemoryStore()) {
  const keeper = new Keeper({ store, lists: store, clock: () => AT });
  const app = await buildServer({ keeper, logger: false, defaultFreight });
  onTestFinished(async () => {
    keeper.stopWaiting();
    await app.close();
    await keeper.close();
  });
  const call = async (request: InjectOptions) => {
    const { statusCode: status, headers, body } = await app.inject(request);
    return {
      status,
      replayed: headers['idempotent-replayed'] === 'true',
      json: JSON.parse(body) as Record<string, unknown>,
    };
  };
  for (const [id, onHand] of Object.entries({ S: 10, NONE: 0 }))
    await call(post('/skus', { id, name: id, price: 100, onHand }));
  return { store, call };
}

const key = (name: string) => ({ 'idempotency-key': name });
const lines = [{ skuId: 'S', quantity: 1 }];

describe('a checkout that names no freight', () => {
  const first = { payment: 'online', orderId: 'o' };
  const keyed = post('/carts/b/checkout', { payment: 'online' }, key('k'));

  // Red with: the setting in what tells requests apart.
  it('is the same request after the setting has changed, and keeps the freight of then', async () => {
    const { store, call } = await open(490);
    for (const cart of ['a', 'b']) await call(put(`/carts/${cart}/lines/S`, { quantity: 1 }));
    const placed = await call(post('/carts/a/checkout', first));
    expect(placed).toMatchObject({ status: 201, json: { freight: 490, totalAmount: 590 } });
    const under = await call(keyed);
    const later = await open(590, store);
    expect(await later.call(post('/carts/a/checkout', first))).toEqual({
      status: 200,
      replayed: true,
      json: placed.json,
    });
    expect(await later.call(keyed)).toEqual({ status: 200, replayed: true, json: under.json });
  });

  it('is another request than one that names a freight, though it were the same one', async () => {
    const { call } = await open(490);
    await call(put('/carts/a/lines/S', { quantity: 1 }));
    await call(post('/carts/a/checkout', first));
    const named = await call(post('/carts/a/checkout', { ...first, freight: 490 }));
    expect(named).toMatchObject({ status: 422, json: { code: 'order_id_reused' } });
  });

  it.each([
    ['without a freight', {}],
    ['with its freight', { freight: 490 }],
  ])(
    'and was stored by a build before, told apart by what it was charged, is the same request: %s',
    async (_, said) => {
      const { store, call } = await open(490);
      for (const cart of ['a', 'b']) await call(put(`/carts/${cart}/lines/S`, { quantity: 1 }));
      await call(post('/carts/a/checkout', first));
      await call(keyed);
      const terms = { payment: 'online', expiresInSeconds: 900, customerId: null, freight: 490 };
      const saidBefore = (cartId: string) => ({ cartId, ...terms });
      const order = store.orderRows.get('o') ?? expect.unreachable();
      store.orderRows.set('o', { ...order, fingerprint: fingerprint('checkout', saidBefore('a')) });
      const record = store.keyRows.get('k') ?? expect.unreachable();
      const told = fingerprint('POST /carts/:id/checkout', { orderId: null, ...saidBefore('b') });
      store.keyRows.set('k', { ...record, fingerprint: told });
      const later = await open(590, store);
      expect(await later.call(post('/carts/a/checkout', { ...first, ...said }))).toMatchObject({
        status: 200,
        replayed: true,
      });
      const again = post('/carts/b/checkout', { payment: 'online', ...said }, key('k'));
      expect(await later.call(again)).toMatchObject({ status: 200, replayed: true });
      const other = { payment: 'online', freight: 1 };
      const codes = { status: 422, json: { code: 'idempotency_key_reused' } };
      expect(await later.call(post('/carts/b/checkout', other, key('k')))).toMatchObject(codes);
    },
  );
});

describe('a freight that is named', () => {
  // Red with: what a build before charged taken for what was asked of this one.
  it('is another request than none, by the order id and under a key', async () => {
    const { call } = await open();
    for (const cart of ['a', 'b']) await call(put(`/carts/${cart}/lines/S`, { quantity: 1 }));
    const named = { payment: 'online', freight: 490 };
    const ask = (more: object) => call(post('/carts/a/checkout', { ...more, orderId: 'o' }));
    const askKeyed = (more: object) => call(post('/carts/b/checkout', more, key('k')));
    expect([(await ask(named)).status, (await askKeyed(named)).status]).toEqual([201, 201]);
    for (const other of [{ payment: 'online' }, { payment: 'online', freight: 0 }]) {
      expect((await ask(other)).json).toMatchObject({ code: 'order_id_reused' });
      expect((await askKeyed(other)).json).toMatchObject({ code: 'idempotency_key_reused' });
    }
    expect([(await ask(named)).status, (await askKeyed(named)).status]).toEqual([200, 200]);
  });
});

describe('goods that a build before this one took in under a key', () => {
  // Red with: a fingerprint without the version that was a part of the command.
  it.each([
    ['receive', { quantity: 3 }, { kind: 'receive', skuId: 'S', quantity: 3, reason: null, reference: null }],
    ['adjust', { delta: 2, reason: 'r' }, { kind: 'adjust', skuId: 'S', by: { delta: 2 }, reason: 'r' }],
    ['adjust', { onHand: 9, reason: 'r' }, { kind: 'adjust', skuId: 'S', by: { onHand: 9 }, reason: 'r' }],
  ])('are not taken in again: %s %o', async (call, body, said) => {
    const { store, call: ask } = await open();
    const request = `POST /skus/:id/${call}`;
    const outcome = JSON.stringify({ kind: 'sku', sku: store.skuRows.get('S') });
    const told = fingerprint(request, { ...said, ifVersion: null });
    store.keyRows.set('k', { key: 'k', fingerprint: told, outcome, at: AT });
    const again = await ask(post(`/skus/S/${call}`, body, key('k')));
    expect(again).toMatchObject({ status: 200, replayed: true, json: { onHand: 10 } });
  });
});

describe('what was refused', () => {
  it('is decided afresh under its key: a payment that was told before its order was there', async () => {
    const { call } = await open();
    const paid = post('/orders/o/confirm', undefined, key('event-1'));
    expect(await call(paid)).toMatchObject({ status: 404, replayed: false });
    await call(post('/orders', { id: 'o', lines }));
    expect(await call(paid)).toMatchObject({ status: 200, replayed: false, json: { status: 'confirmed' } });
    expect(await call(paid)).toMatchObject({ status: 200, replayed: true });
    const other = await call(post('/orders/o/ship', undefined, key('event-1')));
    expect(other).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } });
  });
});

describe('what waits for stock', () => {
  it('is joined by the same request in other words, and another body is 422 while the first is untouched', async () => {
    const { call } = await open();
    const body = { lines: [{ skuId: 'NONE', quantity: 1 }], waitSeconds: 30 };
    const first = call(post('/orders', body, key('k')));
    await quiet();
    const again = call(
      post('/orders', { ...body, payment: 'online', freight: 0, customerId: null, waitSeconds: 60 }, key('k')),
    );
    await quiet();
    const reused = { status: 422, replayed: false, json: { code: 'idempotency_key_reused' } };
    for (const other of [post('/orders', { lines }, key('k')), post('/skus/S/receive', { quantity: 1 }, key('k'))])
      expect(await call(other)).toMatchObject(reused);
    expect(await call({ url: '/skus/NONE/waiting' })).toMatchObject({ json: { length: 1, quantity: 1 } });
    await call(post('/skus/NONE/receive', { quantity: 5 }));
    const placed = await first;
    expect(placed).toMatchObject({ status: 201, replayed: false });
    expect(await again).toEqual({ status: 200, replayed: true, json: placed.json });
    expect(await call({ url: '/skus/NONE' })).toMatchObject({ json: { reserved: 1 } });
  });
});
