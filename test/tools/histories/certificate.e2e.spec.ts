import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../support/postgres.ts';
import { startService } from '../../support/service.ts';
import { ShopClient } from '../../support/shop-client.ts';
import { SqlSession } from '../../support/sql.ts';
import { certify } from './certificate.ts';
import { History } from './history.ts';
import { serve } from './till.ts';
import { seeded, Traffic } from './traffic.ts';

const OPERATIONS = 1000;

describe('a service that is killed under load, and its successor', () => {
  // Red with: an order's lines read in another order than the request's; times read as texts.
  it('are certified together, by what they answered and what PostgreSQL has', async () => {
    const { url } = await freshDatabase();
    const history = new History();
    const traffic = new Traffic({ skus: ['a', 'b', 'c', 'd', 'e'], random: seeded(11) });
    let isKilled = false;
    {
      await using service = await startService({ DATABASE_URL: url });
      await using client = new ShopClient(service.url, 16, history);
      for (const request of traffic.opening()) await client.ask(request);
      const half = OPERATIONS / 2;
      await serve(
        async (request) => {
          if (history.operations.length >= half && !isKilled) {
            isKilled = true;
            void service.kill();
          }
          await client.ask(request).catch(() => {});
        },
        16,
        half + 100,
        () => traffic.next(),
      );
    }
    await using service = await startService({ DATABASE_URL: url });
    await using client = new ShopClient(service.url, 16, history);
    await serve(
      async (request) => void (await client.ask(request)),
      16,
      OPERATIONS / 2,
      () => traffic.next(),
    );
    await using sql = await SqlSession.open(url);
    const certificate = await certify(history, (text) => sql.query(text));
    expect(certificate).toMatchObject({ violations: [], skus: 5 });
    expect(certificate.unknown).toBeGreaterThan(0);
    expect(certificate.acknowledged).toBeGreaterThan(OPERATIONS / 2);
  });
});
