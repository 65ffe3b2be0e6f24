/** An order whose time runs out while real time passes: exact at the decision, and given back once. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { codeOf, orderIn, orderRequest, ShopClient } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';

/** Generous: that it is within a second of the moment is no matter for a machine under load. */
const PATIENCE = { timeout: 120_000, interval: 20 };

/** Resolves when the clock stands at `iso`. */
async function moment(iso: string | null): Promise<void> {
  if (iso === null) throw new Error('the order does not expire');
  for (let left = 1; left > 0; ) {
    left = Date.parse(iso) - Date.now();
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
});
