/** Orders whose time runs out while real time passes: exact at the decision, given back once, also across a restart. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { codeOf, orderIn, orderRequest, type Reply, ShopClient } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';

/** Generous: that it is within a second of the moment is no matter for a machine under load. */
const PATIENCE = { timeout: 20_000, interval: 20 };

/** Resolves when the clock stands at `iso`, or `laterMs` behind it. */
async function moment(iso: string | null, laterMs = 0): Promise<void> {
  if (iso === null) throw new Error('the order does not expire');
  for (let left = 1; left > 0; ) {
    left = Date.parse(iso) + laterMs - Date.now();
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
  }
}

async function openShop() {
  const database = await freshDatabase();
  onTestFinished(database.drop);
  const env = { DATABASE_URL: database.url, LOG_LEVEL: 'warn' };
  const sql = await SqlSession.open(database.url);
  onTestFinished(() => sql[Symbol.asyncDispose]());
  return { env, sql };
}

describe('an order that expires in a second', () => {
  it('can no longer be confirmed from that moment on, and its stock is back', async () => {
    const { env, sql } = await openShop();
    await using service = await startService(env);
    await using client = new ShopClient(service.url);
    await client.stock(1, 'A', 'B');
    const [asked, left] = await Promise.all([
      client.ask(orderRequest('asked', { A: 1 }, { expiresInSeconds: 1 })),
      client.ask(orderRequest('left', { B: 1 }, { expiresInSeconds: 1 })),
    ]);
    expect([asked.status, left.status]).toEqual([201, 201]);
    // One is asked for at the very moment, whether or not the sweeper has come; nobody asks for the other.
    await moment(orderIn(asked).expiresAt);
    const confirmed = await client.post('/orders/asked/confirm');
    expect([confirmed.status, codeOf(confirmed)]).toEqual([409, 'order_expired']);
    await vi.waitFor(async () => expect((await client.sku('B')).available).toBe(1), PATIENCE);
    expect((await client.sku('A')).available).toBe(1);
    for (const id of ['asked', 'left']) {
      expect(await client.order(id)).toMatchObject({ status: 'cancelled', cancelReason: 'expired' });
      expect(codeOf(await client.post(`/orders/${id}/confirm`))).toBe('order_expired');
    }
    expect(await sql.kinds('A')).toEqual(['received', 'reserved', 'released']);
    expect(await sql.kinds('B')).toEqual(['received', 'reserved', 'released']);
    expect(await sql.laws()).toEqual([]);
  });

  it('has its stock back after the service was killed before that moment and started behind it', async () => {
    const { env, sql } = await openShop();
    let expiresAt: string | null;
    {
      await using service = await startService(env);
      await using client = new ShopClient(service.url);
      await client.stock(40, 'A');
      const placed = await Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          client.ask(orderRequest(`o-${i}`, { A: 1 }, { expiresInSeconds: i === 0 ? 900 : 1 })),
        ),
      );
      expect(placed.every((reply) => reply.status === 201)).toBe(true);
      await service.kill();
      const times = placed.slice(1).map((reply) => orderIn(reply).expiresAt ?? '');
      expiresAt = times.sort().at(-1) ?? null;
    }
    await moment(expiresAt);
    await using service = await startService(env);
    await using client = new ShopClient(service.url);
    await vi.waitFor(async () => expect((await client.sku('A')).available).toBe(39), PATIENCE);
    // Nobody had asked for the orders, and the one that still has time stands.
    expect(await sql.value(`select count(*)::int from orders where cancel_reason = 'expired'`)).toBe(39);
    expect(codeOf(await client.post('/orders/o-1/confirm'))).toBe('order_expired');
    expect((await client.post('/orders/o-0/confirm')).status).toBe(200);
    expect(await sql.laws()).toEqual([]);
  });
});

describe('cancel, confirm and expiry of many orders, all about the moment at which they expire', () => {
  it('end each order in one way, give its stock back at most once, and tell everybody so', async () => {
    const { env, sql } = await openShop();
    await using service = await startService(env);
    await using client = new ShopClient(service.url, 200);
    const count = 150;
    await client.stock(count, 'A');
    const runs = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const placed = await client.ask(orderRequest(`o-${i}`, { A: 1 }, { expiresInSeconds: 2 }));
        expect(placed.status).toBe(201);
        const { expiresAt } = orderIn(placed);
        // From well before to well behind, most of them close to it.
        const offset = (n: number) => Math.round(((n % 31) - 15) ** 3 / 15);
        const ask = async (verb: string, laterMs: number): Promise<Reply> => {
          await moment(expiresAt, laterMs);
          return client.post(`/orders/o-${i}/${verb}`);
        };
        const cancels = i % 3 !== 0;
        const [confirmed, cancelled] = await Promise.all([
          ask('confirm', offset(i * 7)),
          cancels ? ask('cancel', offset(i * 11)) : null,
        ]);
        return { id: `o-${i}`, confirmed, cancelled };
      }),
    );
    await vi.waitFor(
      async () => expect(await sql.value(`select count(*)::int from orders where status = 'pending'`)).toBe(0),
      PATIENCE,
    );
    const endings = new Set<string>();
    for (const { id, confirmed, cancelled } of runs) {
      const order = await client.order(id);
      const told = confirmed.status === 200 ? 'confirmed' : codeOf(confirmed);
      endings.add(`${told}, ${order.cancelReason ?? order.status}`);
      if (cancelled !== null) expect(cancelled.text).toBe((await client.get(`/orders/${id}`)).text);
    }
    // Confirmed in time (and cancelled later, or not), cancelled first, or too late for either; and nothing else.
    expect([...endings].sort()).toEqual([
      'confirmed, confirmed',
      'confirmed, requested',
      'order_cancelled, requested',
      'order_expired, expired',
    ]);
    const standing = await sql.value<number>(`select count(*)::int from orders where status = 'confirmed'`);
    expect(await client.sku('A')).toMatchObject({
      available: count - standing,
      reserved: standing,
      version: 1 + count + (count - standing),
    });
    expect(await sql.laws()).toEqual([]);
  });
});
