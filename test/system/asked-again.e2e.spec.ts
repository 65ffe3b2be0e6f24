/** The same request from fifty connections at once, and again after a restart: one effect, one answer. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { codeOf, orderIn, orderRequest, type Reply, type Request, ShopClient, skuIn } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';

const CONNECTIONS = 50;

const key = (name: string) => ({ 'idempotency-key': name });

const REQUESTS: Readonly<
  Record<
    string,
    {
      readonly same: Request;
      readonly other: Request;
      readonly status: readonly [number, number];
      readonly code: string;
    }
  >
> = {
  'an order with an id of its own': {
    same: orderRequest('mine', { A: 1, B: 2 }),
    other: orderRequest('mine', { A: 1, B: 3 }),
    status: [201, 200],
    code: 'order_id_reused',
  },
  'an order without an id, with a key': {
    same: { ...orderRequest(null, { A: 1 }), headers: key('cart-1') },
    other: { ...orderRequest(null, { A: 2 }), headers: key('cart-1') },
    status: [201, 200],
    code: 'idempotency_key_reused',
  },
  'goods received with a key': {
    same: {
      method: 'POST',
      path: '/skus/A/receive',
      body: { quantity: 5, reference: 'note 1' },
      headers: key('goods-1'),
    },
    other: {
      method: 'POST',
      path: '/skus/B/receive',
      body: { quantity: 5, reference: 'note 1' },
      headers: key('goods-1'),
    },
    status: [200, 200],
    code: 'idempotency_key_reused',
  },
  'a SKU created with a key': {
    same: {
      method: 'POST',
      path: '/skus',
      body: { id: 'new', name: 'new', price: 5, onHand: 7 },
      headers: key('new-1'),
    },
    other: {
      method: 'POST',
      path: '/skus',
      body: { id: 'new', name: 'new', price: 6, onHand: 7 },
      headers: key('new-1'),
    },
    status: [201, 201],
    code: 'idempotency_key_reused',
  },
  'units returned with a key': {
    same: {
      method: 'POST',
      path: '/orders/shipped/return',
      body: { lines: [{ skuId: 'A', quantity: 1 }], restock: true },
      headers: key('back-1'),
    },
    other: {
      method: 'POST',
      path: '/orders/shipped/return',
      body: { lines: [{ skuId: 'A', quantity: 2 }], restock: true },
      headers: key('back-1'),
    },
    status: [200, 200],
    code: 'idempotency_key_reused',
  },
};

describe('the same request from fifty connections at once', () => {
  it('has one effect and one answer, also after a kill and after a restart in peace; another under the same name is refused', async () => {
    const database = await freshDatabase();
    onTestFinished(database.drop);
    const env = { DATABASE_URL: database.url, LOG_LEVEL: 'warn' };
    await using sql = await SqlSession.open(database.url);
    const texts = new Map<string, string>();
    let movements = 0;

    for (const ending of ['kill', 'stop', 'none'] as const) {
      await using service = await startService(env);
      await using client = new ShopClient(service.url, CONNECTIONS);
      if (texts.size === 0) {
        await client.stock(100, 'A', 'B');
        await client.ask(orderRequest('shipped', { A: 3 }, { payment: 'cash_on_delivery' }));
        expect((await client.post('/orders/shipped/ship')).status).toBe(200);
      }
      for (const [name, { same, other, status, code }] of Object.entries(REQUESTS)) {
        const replies = await Promise.all(Array.from({ length: CONNECTIONS }, () => client.ask(same)));
        const first = replies.filter((reply) => !reply.replayed);
        expect(
          first.map((reply) => reply.status),
          name,
        ).toEqual(texts.has(name) ? [] : [status[0]]);
        const again = replies.filter((reply) => reply.replayed);
        for (const reply of again) expect(reply.status, name).toBe(status[1]);
        expect(new Set([...replies.map((reply) => reply.text), texts.get(name) ?? first[0]?.text]).size, name).toBe(1);
        texts.set(name, replies[0]?.text ?? '');
        const refused = await client.ask(other);
        expect([refused.status, codeOf(refused)], name).toEqual([422, code]);
      }
      // Its order has gone on since; the answer to the placement has not.
      if (ending === 'kill') {
        const placed = JSON.parse(texts.get('an order without an id, with a key') ?? '{}') as { id: string };
        expect((await client.post(`/orders/${placed.id}/cancel`)).status).toBe(200);
        expect((await client.post('/orders/mine/confirm')).status).toBe(200);
        movements = await sql.value<number>('select count(*)::int from movements');
      }
      expect(await sql.value('select count(*)::int from movements')).toBe(movements);
      if (ending === 'kill') await service.kill();
      else if (ending === 'stop') expect(await service.stop()).toBe(0);
    }
    // received, 3 reserved, shipped, 2 released or not, received, returned: each once.
    expect(await sql.kinds('A')).toEqual([
      'received',
      'reserved',
      'shipped',
      'reserved',
      'reserved',
      'received',
      'returned',
      'released',
    ]);
    expect(await sql.kinds('B')).toEqual(['received', 'reserved']);
    expect(await sql.kinds('new')).toEqual(['received']);
    expect(await sql.laws()).toEqual([]);
  });
});

describe('one order cancelled, confirmed and shipped from fifty connections at once', () => {
  it('answers the same to all who ask the same, and moves its stock once', async () => {
    const database = await freshDatabase();
    onTestFinished(database.drop);
    await using service = await startService({ DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
    await using client = new ShopClient(service.url, CONNECTIONS);
    await client.stock(10, 'A');
    const all = (path: string): Promise<Reply[]> =>
      Promise.all(Array.from({ length: CONNECTIONS }, () => client.post(path)));
    const bodies = (replies: readonly Reply[]) => new Set(replies.map((reply) => `${reply.status} ${reply.text}`));

    expect((await client.ask(orderRequest('o', { A: 4 }))).status).toBe(201);
    const confirmed = await all('/orders/o/confirm');
    expect(bodies(confirmed).size).toBe(1);
    const shipped = await all('/orders/o/ship');
    expect(bodies(shipped).size).toBe(1);
    expect(shipped.map((reply) => orderIn(reply).status)[0]).toBe('shipped');
    expect((await client.ask(orderRequest('p', { A: 6 }))).status).toBe(201);
    const cancelled = await all('/orders/p/cancel');
    expect(bodies(cancelled).size).toBe(1);
    expect(cancelled[0]?.status).toBe(200);

    await using sql = await SqlSession.open(database.url);
    expect(await sql.kinds('A')).toEqual(['received', 'reserved', 'shipped', 'reserved', 'released']);
    expect(skuIn(await client.get('/skus/A'))).toMatchObject({ onHand: 6, available: 6, sales: 4 });
    expect(await sql.laws()).toEqual([]);
  });
});
