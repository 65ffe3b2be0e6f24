/** SIGTERM under load: what was accepted is answered, what was not has not happened. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { ShopClient } from '../support/shop-client.ts';
import { Shoppers } from '../support/shoppers.ts';
import { SqlSession } from '../support/sql.ts';

const SKUS = ['a', 'b', 'c', 'd'];

describe('a service that gets SIGTERM under load', () => {
  it('ends with 0; all that it answered is there, and nothing of what it did not answer', async () => {
    const database = await freshDatabase();
    onTestFinished(database.drop);
    const env = { DATABASE_URL: database.url, LOG_LEVEL: 'error' };
    const shoppers = new Shoppers({ name: 'o', skus: SKUS });
    {
      await using service = await startService(env);
      await using client = new ShopClient(service.url);
      await client.stock(100_000, ...SKUS);
      const home = shoppers.shop(client, 32);
      await shoppers.answers(300);
      expect(await service.stop(), service.logs()).toBe(0);
      await home;
    }
    // The load did not stop by itself.
    expect(shoppers.unanswered).toBeGreaterThan(0);
    for (const code of shoppers.refusedWith) expect(code).toBe('closing');

    await using sql = await SqlSession.open(database.url);
    expect(await sql.laws()).toEqual([]);
    await using service = await startService(env);
    await using client = new ShopClient(service.url);
    expect(await shoppers.faults(client, 'undone')).toEqual([]);
    expect(await sql.laws()).toEqual([]);
  });
});

describe('a service that gets SIGTERM while a client dawdles over its request', () => {
  it('waits for it a while, and ends with 0 all the same', async () => {
    const database = await freshDatabase();
    onTestFinished(database.drop);
    await using service = await startService({ DATABASE_URL: database.url });
    const { hostname, port } = new URL(service.url);
    const dawdler = connect(Number(port), hostname);
    dawdler.on('error', () => {});
    await once(dawdler, 'connect');
    dawdler.write(
      'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
    );
    // It has been read when an answer to a later request is there.
    await using client = new ShopClient(service.url);
    expect((await client.get('/health/live')).status).toBe(200);
    expect(await service.stop(), service.logs()).toBe(0);
    expect(dawdler.destroyed || dawdler.readableEnded || (await once(dawdler, 'close'))).toBeTruthy();
  });
});
