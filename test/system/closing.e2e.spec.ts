/** SIGTERM among dawdlers, behind a lock: what was accepted is answered, what was not has not happened. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { ShopClient, skuIn } from '../support/shop-client.ts';
import { holdLock, SqlSession } from '../support/sql.ts';
import { RawClient } from './raw-client.ts';

describe('a service that gets SIGTERM while a client dawdles over its request, and another has sent nothing', () => {
  it('ends with 0, without either', async () => {
    const database = await freshDatabase();
    onTestFinished(database.drop);
    await using service = await startService({ DATABASE_URL: database.url });
    await using dawdler = await RawClient.connect(service.url);
    await using silent = await RawClient.connect(service.url);
    dawdler.beginOrder();
    // Both have been seen when an answer to a later request is there.
    await using client = new ShopClient(service.url);
    expect((await client.get('/health/live')).status).toBe(200);
    // It has a time to drain, after which it ends with 1.
    expect(await service.stop(), service.logs()).toBe(0);
    await Promise.all([dawdler.closed, silent.closed]);
    expect(dawdler.received + silent.received).toBe('');
    expect(service.logs()).not.toContain('closing takes too long');
  });

  it('answers a request that comes whole while there is still time', async () => {
    const database = await freshDatabase();
    onTestFinished(database.drop);
    await using service = await startService({ DATABASE_URL: database.url });
    await using client = new ShopClient(service.url);
    await client.stock(1, 'a');
    await using dawdler = await RawClient.connect(service.url);
    const rest = dawdler.beginOrder();
    await client.get('/health/live');
    const stopped = service.stop();
    await vi.waitFor(() => expect(service.logs()).toContain('"msg":"closing"'), { timeout: 120_000, interval: 5 });
    dawdler.write(rest);
    await dawdler.closed;
    expect(dawdler.received).toMatch(/^HTTP\/1\.1 201 /);
    expect(await stopped, service.logs()).toBe(0);
  });
});

describe('a service that gets SIGTERM while a request is held up by a lock', () => {
  it('lets go of clients that dawdle, and answers the request truly when the lock is gone', async () => {
    const database = await freshDatabase();
    onTestFinished(database.drop);
    await using service = await startService({ DATABASE_URL: database.url });
    await using client = new ShopClient(service.url);
    await client.stock(1, 'a');
    await using dawdler = await RawClient.connect(service.url);
    dawdler.beginOrder();
    await using held = await holdLock(database.url, `select 1 from skus where id = 'a' for update`);
    const received = client.post('/skus/a/receive', { quantity: 6 });
    await held.waitedFor();
    const stopped = service.stop();
    await dawdler.closed;
    await held.release();
    expect(skuIn(await received)).toMatchObject({ onHand: 7, version: 2 });
    expect(await stopped, service.logs()).toBe(0);
    await using sql = await SqlSession.open(database.url);
    expect(await sql.kinds('a')).toEqual(['received', 'received']);
  });
});
