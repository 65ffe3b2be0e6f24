/** A backup is a database that somebody can go on with: dumped while the shop is open, or a folder copied while it is closed. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { administer, databaseUrl } from '../support/postgres.ts';
import { installedPostgres, reachableTmpdir, serverAccount } from '../support/postgres-binaries.ts';
import { ownFolder, startPostgres } from '../support/postgres-server.ts';
import { NO_TOOLS, runPostgresTool } from '../support/postgres-tools.ts';
import { startService } from '../support/service.ts';
import { orderRequest, ShopClient } from '../support/shop-client.ts';
import { Shoppers } from '../support/shoppers.ts';
import { SqlSession } from '../support/sql.ts';
import { until } from '../support/until.ts';
import { embeddedDatabase } from '../tools/replay/database.ts';

const SKUS = ['a', 'b', 'c', 'd'];
const SHOPPERS = 16;

/** Of the same major version as the server, since it is the server's own: the one that npm brings has none. */
const home = installedPostgres('pg_dump', 'pg_restore');
if (home === null) console.warn(`dumping and restoring is not tested: ${NO_TOOLS}`);

async function shopUntil(client: ShopClient, shoppers: Shoppers, enough: () => Promise<unknown>): Promise<void> {
  const home = shoppers.shop(client, SHOPPERS);
  try {
    await enough();
  } finally {
    shoppers.goHome();
    await home;
  }
}

describe('a database dumped by pg_dump while the shop is open', () => {
  it.skipIf(home === null)(
    'is restored as it was at one moment: the laws hold, and a service goes on with it',
    async () => {
      const server = await startPostgres({ home: home ?? '' });
      onTestFinished(() => server.stop());
      await administer(server.url, 'create database shop');
      const account = serverAccount();
      const folder = ownFolder(mkdtempSync(path.join(reachableTmpdir(account), 'stock-keeper-dump-')), account);
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const file = path.join(folder, 'shop.dump');
      const url = databaseUrl(server.url, 'shop');
      const [before, meanwhile] = ['before', 'meanwhile'].map((name) => new Shoppers({ name, skus: SKUS })) as [
        Shoppers,
        Shoppers,
      ];
      {
        await using service = await startService({ DATABASE_URL: url, LOG_LEVEL: 'warn' });
        await using client = new ShopClient(service.url);
        await client.stock(1_000_000, ...SKUS);
        await shopUntil(client, before, () => before.answers(300));
        await shopUntil(client, meanwhile, async () => {
          await meanwhile.answers(50);
          await runPostgresTool(home ?? '', 'pg_dump', [`--dbname=${url}`, '--format=custom', `--file=${file}`]);
          await meanwhile.answers(50);
        });
        expect(await meanwhile.faults(client)).toEqual([]);
        expect(await service.stop()).toBe(0);
      }

      await administer(server.url, 'create database restored');
      const restored = databaseUrl(server.url, 'restored');
      await runPostgresTool(home ?? '', 'pg_restore', [`--dbname=${restored}`, '--single-transaction', file]);
      await using sql = await SqlSession.open(restored);
      expect(await sql.laws()).toEqual([]);
      // It was made in the midst of it: some of what was acknowledged meanwhile is there, and some is not.
      const orders = await sql.value<number>(`select count(*)::int from orders where id like 'meanwhile-%'`);
      expect(orders).toBeGreaterThan(0);
      expect(orders).toBeLessThan(meanwhile.acknowledged('place').length);

      await using service = await startService({ DATABASE_URL: restored, LOG_LEVEL: 'warn' });
      await using client = new ShopClient(service.url);
      expect(await before.faults(client)).toEqual([]);
      const after = new Shoppers({ name: 'after', skus: SKUS });
      await shopUntil(client, after, () => after.answers(100));
      expect(await after.faults(client)).toEqual([]);

      // Once more, over what a start has made and a service has open: it forgets what the dump does not know.
      const again = [`--dbname=${restored}`, '--single-transaction'];
      await expect(runPostgresTool(home ?? '', 'pg_restore', [...again, file])).rejects.toThrow('already exists');
      const [last = ''] = after.acknowledged('place');
      expect((await client.get(`/orders/${last}`)).status).toBe(200);
      await runPostgresTool(home ?? '', 'pg_restore', [...again, '--clean', '--if-exists', file]);
      await until(async () => expect((await client.get(`/orders/${last}`)).status).toBe(404));
      for (const { id, version } of await sql.query<{ id: string; version: number }>('select id, version from skus')) {
        expect((await client.sku(id)).version).toBe(version);
      }
      const afterwards = new Shoppers({ name: 'afterwards', skus: SKUS });
      await shopUntil(client, afterwards, () => afterwards.answers(50));
      expect(await afterwards.faults(client)).toEqual([]);
      expect(await service.stop()).toBe(0);
      expect(await sql.laws()).toEqual([]);
    },
  );
});

describe('the folder of an embedded database, copied while no service runs on it', () => {
  it('is another shop that goes on from there, and the first one knows nothing of it', async () => {
    const { env, remove } = await embeddedDatabase();
    onTestFinished(remove);
    const above = mkdtempSync(path.join(tmpdir(), 'stock-keeper-copy-'));
    onTestFinished(() => rmSync(above, { recursive: true, force: true }));
    const copy = path.join(above, 'data');
    const shoppers = new Shoppers({ name: 'before', skus: SKUS });
    {
      await using service = await startService({ ...env, LOG_LEVEL: 'warn' });
      await using client = new ShopClient(service.url);
      await client.stock(1_000_000, ...SKUS);
      await shopUntil(client, shoppers, () => shoppers.answers(100));
      expect(await service.stop()).toBe(0);
    }
    cpSync(env['DATA_DIR'] ?? '', copy, { recursive: true });

    await using service = await startService({ DATA_DIR: copy, LOG_LEVEL: 'warn' });
    await using client = new ShopClient(service.url);
    expect(await shoppers.faults(client)).toEqual([]);
    expect((await client.ask(orderRequest('only-in-the-copy', { a: 1 }))).status).toBe(201);
    // Both at once, each on its own folder.
    await using first = await startService({ ...env, LOG_LEVEL: 'warn' });
    await using shopper = new ShopClient(first.url);
    expect((await shopper.get('/orders/only-in-the-copy')).status).toBe(404);
    expect(await shoppers.faults(shopper)).toEqual([]);
  });
});
