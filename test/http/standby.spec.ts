/** A server whose keeper stands by: nothing that the owner of the database must answer is answered. */
import { describe, expect, it } from 'vitest';
import { buildServer } from '../../src/http/server.ts';
import { StandInKeeper } from './stand-in.ts';

const ANSWERED = ['/health/live', '/openapi.json', '/problems/standby', '/docs/'];

const REFUSED = [
  ['GET', '/skus'],
  ['GET', '/skus/A'],
  ['GET', '/skus/A/movements'],
  ['GET', '/products/P'],
  ['GET', '/orders'],
  ['GET', '/orders/O-1'],
  ['POST', '/skus', { id: 'A', name: 'A', price: 1 }],
  ['PATCH', '/skus/A', { price: 2 }],
  ['POST', '/skus/A/receive', { quantity: 1 }],
  ['POST', '/skus/A/adjust', { delta: 1, reason: 'found' }],
  ['POST', '/orders', { lines: [{ skuId: 'A', quantity: 1 }] }],
  ['POST', '/orders/O-1/confirm'],
  ['POST', '/orders/O-1/cancel'],
  ['POST', '/orders/O-1/ship'],
  ['PATCH', '/orders/O-1/lines/A', { quantity: 0 }],
  ['POST', '/orders/O-1/return', { lines: [{ skuId: 'A', quantity: 1 }], restock: true }],
] as const;

async function standby() {
  const keeper = new StandInKeeper();
  keeper.role = 'standby';
  return { keeper, app: await buildServer({ keeper, logger: false }) };
}

describe('a server that stands by', () => {
  it.each(REFUSED)('refuses %s %s, and asks nobody', async (method, url, body?: object) => {
    const { keeper, app } = await standby();
    const { statusCode, headers, json } = await app.inject({
      method,
      url,
      headers: { 'idempotency-key': 'k' },
      ...(body === undefined ? {} : { body }),
    });
    expect([statusCode, json().code]).toEqual([503, 'standby']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(keeper.asked).toEqual([]);
  });

  it.each(ANSWERED)('answers %s', async (url) => {
    const { app } = await standby();
    expect((await app.inject(url)).statusCode).toBe(200);
  });

  it('says of itself that it is not ready, and why', async () => {
    const { keeper, app } = await standby();
    const reason = 'another process owns the database, this one stands by';
    keeper.ready = { ready: false, reason, retryAfterSeconds: 1 };
    const { statusCode, json } = await app.inject('/health/ready');
    expect([statusCode, json()]).toEqual([
      503,
      expect.objectContaining({ code: 'not_ready', role: 'standby', reason }),
    ]);
  });

  it('says of itself that it is the owner, when it is', async () => {
    const app = await buildServer({ keeper: new StandInKeeper(), logger: false });
    expect((await app.inject('/health/ready')).json()).toEqual({ status: 'ready', role: 'owner' });
  });
});
