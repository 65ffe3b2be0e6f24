/** Options of the library that another part of the same could undo. */
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStockKeeper } from '../../src/index.ts';
import { emptyDatabase } from '../db/empty-database.ts';
import { administer, type FreshDatabase } from '../support/postgres.ts';
import { mugsOf, withMugs } from './keepers.ts';

let fresh: FreshDatabase;
beforeEach(async () => {
  fresh = await emptyDatabase();
});
afterEach(() => fresh.drop());

describe('a URL with options for the session in it', () => {
  it('leaves the tables in the schema that was named', async () => {
    const url = new URL(fresh.url);
    url.searchParams.set('options', '-c search_path=public -c work_mem=5MB');
    await using keeper = await createStockKeeper({ database: { url: url.href }, schema: 'shop' });
    await withMugs(keeper, 3);
    const client = new pg.Client({ connectionString: fresh.url });
    await client.connect();
    const { rows } = await client.query(`select schemaname from pg_tables where tablename = 'skus'`);
    await client.end();
    expect(rows).toEqual([{ schemaname: 'shop' }]);
  });
});

describe('a keeper that stands by and finds that a newer one was here', () => {
  it('never says that it is ready', async () => {
    const database = { url: fresh.url };
    const first = await createStockKeeper({ database });
    const told = Promise.withResolvers<void>();
    const error = (_facts: object, message: string) => {
      if (message.includes('never own the database')) told.resolve();
    };
    const logger = { trace: () => {}, info: () => {}, warn: () => {}, error };
    await using second = await createStockKeeper({ database, logger });
    await administer(fresh.url, `insert into mikro_orm_migrations (name) values ('999_later')`);
    await first.close();
    await told.promise;
    expect(await second.readiness()).toMatchObject({ ready: false });
    expect(await mugsOf(second)).toBe('standby');
    expect(await second.listSkus()).toMatchObject({ kind: 'standby' });
  });
});
