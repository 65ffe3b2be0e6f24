/** SIGTERM while the database says nothing any more: everyone is told that the outcome is unknown, and the process ends in time, with 0. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { Wire } from '../support/proxy.ts';
import { startService } from '../support/service.ts';
import { orderRequest, problemIn, ShopClient, tally } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';

describe('a service that gets SIGTERM while its database hangs', () => {
  it('answers "unknown" to all that waits for the database, and ends with 0 within its time', async () => {
    const database = await freshDatabase();
    onTestFinished(database.drop);
    await using wire = await Wire.open(database.url);
    await using service = await startService({ DATABASE_URL: wire.url });
    await using client = new ShopClient(service.url);
    await client.stock(5, 'a', 'b');
    const swallowed = wire.atCommit('swallow');
    const committing = client.ask(orderRequest('committing', { a: 1 }));
    await swallowed;
    const behind = client.post('/orders/committing/cancel');
    const reading = client.get('/orders/never-read');
    const listing = client.get('/skus');
    // They are being worked on when an answer to a later request is there.
    expect((await client.get('/health/live')).status).toBe(200);

    // It has a time to drain, after which it ends with 1.
    expect(await service.stop(), service.logs()).toBe(0);
    const replies = await Promise.all([committing, behind, reading]);
    expect(tally(replies)).toEqual({ '503 unknown_outcome': 3 });
    // As long again as it was in vain: seven seconds and a little.
    for (const reply of replies) expect(problemIn(reply).retryAfterSeconds).toBeGreaterThanOrEqual(7);
    expect(tally([await listing])).toEqual({ '503 database_unavailable': 1 });
    expect(service.logs()).toContain('"command":"place","attempts":1,"msg":"gave_up"');

    // Asked again, it is told truly.
    await using sql = await SqlSession.open(database.url);
    await using next = await startService({ DATABASE_URL: database.url });
    await using again = new ShopClient(next.url);
    expect(tally([await again.ask(orderRequest('committing', { a: 1 }))])).toEqual({ '201': 1 });
    expect(await sql.kinds('a')).toEqual(['received', 'reserved']);
    expect(await sql.laws()).toEqual([]);
    expect(await next.stop()).toBe(0);
  });
});
