/** The database ends the service's sessions at random, under load: an administrator's command, a failover, a proxy that tires. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { ShopClient } from '../support/shop-client.ts';
import { Shoppers } from '../support/shoppers.ts';
import { SqlSession } from '../support/sql.ts';
import { figures, TERMINATIONS } from './sizes.ts';

const SKUS = ['a', 'b', 'c', 'scarce'];

describe('a service whose connections are ended at random, in the midst of commits', () => {
  it(
    'stays up, loses nothing acknowledged, and settles what was unknown by being asked again',
    async () => {
      const database = await freshDatabase();
      onTestFinished(database.drop);
      await using service = await startService({ DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
      await using client = new ShopClient(service.url);
      await client.stock(100_000, ...SKUS.slice(0, 3));
      await client.stock(10, 'scarce');
      const shoppers = new Shoppers({ name: 'o', skus: SKUS, persistent: true });
      const home = shoppers.shop(client, 24);
      await using sql = await SqlSession.open(database.url);
      // One session at a time while it works, every second one while it is in a transaction.
      const anyBusy = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
        and application_name = 'stock-keeper' and ($1 or state <> 'idle') order by xact_start nulls last limit 1`;
      for (let ended = 0; ended < TERMINATIONS; ) {
        const rows = await sql.query(anyBusy, [ended % 4 === 0]);
        ended += rows.length;
        await shoppers.answers(1 + (ended % 7) * 3);
      }
      shoppers.goHome();
      await home;
      expect(shoppers.unanswered).toBe(0);
      expect([...shoppers.refusedWith].filter((code) => code !== 'unknown_outcome')).toEqual([]);
      // It was in the way of commits, not of idle connections alone.
      expect(service.logs()).toContain('"msg":"batch_failed"');
      expect(await shoppers.faults(client)).toEqual([]);
      expect(await sql.laws()).toEqual([]);
      expect(await service.stop()).toBe(0);
      figures(
        `sessions ended: ${TERMINATIONS}, ${shoppers.answered} operations acknowledged, ${shoppers.askedAgain} questions asked again`,
      );
    },
    30_000 + TERMINATIONS * 1000,
  );
});
