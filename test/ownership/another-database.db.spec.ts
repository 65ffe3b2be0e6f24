/** The database under an owner becomes another one, or an older state of the same: the first stops it, the second is read anew. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DatabaseLost } from '../../src/db/continuity.ts';
import { openDatabase } from '../../src/db/open.ts';
import { SqlStore } from '../../src/journal/sql-store.ts';
import { type Observation, unobserved } from '../../src/lib/observe.ts';
import { createStockKeeper } from '../../src/library/create.ts';
import { Ownership } from '../../src/ownership/ownership.ts';
import { emptyDatabase } from '../db/empty-database.ts';
import { facts, opened } from '../journal/facts.ts';
import { mugsOf, withMugs } from '../library/keepers.ts';
import { NOTHING_WANTED } from '../support/nothing.ts';
import { administer, freshDatabase } from '../support/postgres.ts';
import { SqlSession } from '../support/sql.ts';

const PATIENCE = { timeout: 30_000, interval: 5 };
const NEW_IDENTITY = 'update database_identity set id = gen_random_uuid()';
const READ = { ...NOTHING_WANTED, skus: ['A'] };

async function ownerOf(url: string) {
  const database = await openDatabase({ url });
  const seen: Observation[] = [];
  const ownership = new Ownership({ database, observe: (observation) => seen.push(observation) });
  onTestFinished(async () => {
    await ownership.close();
    await database.close();
  });
  await ownership.start();
  const store = new SqlStore(database, ownership, unobserved);
  const taken = () => seen.filter(({ kind }) => kind === 'ownership_taken').length;
  const failure = ownership.failed.catch((error: unknown) => error as Error);
  return { database, ownership, store, taken, failure };
}

async function ground() {
  const { url, drop } = await freshDatabase();
  onTestFinished(drop);
  const sql = await SqlSession.open(url);
  onTestFinished(() => sql[Symbol.asyncDispose]());
  return { url, sql };
}

const endSessions = (sql: SqlSession) =>
  sql.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like 'stock-keeper%'`);

describe('an owner that finds another database in the place of its own', () => {
  // Red with: no identity asked when an epoch begins.
  it('when it takes it anew, stops for good and writes nothing', async () => {
    const { url, sql } = await ground();
    const { ownership, store, failure } = await ownerOf(url);
    expect(await store.commit([facts([opened('A')])])).toEqual({ kind: 'committed' });
    await sql.query(NEW_IDENTITY);
    await endSessions(sql);
    expect(await failure).toBeInstanceOf(DatabaseLost);
    expect((await failure).message).toMatch(/another one.*restore the backup/);
    expect([ownership.role, ownership.hasFailed]).toEqual(['standby', true]);
    await expect(ownership.certain()).rejects.toThrow();
    expect(await store.commit([facts([opened('B')])])).toEqual({ kind: 'lost' });
    await expect(store.load(READ)).rejects.toThrow(DatabaseLost);
    expect(await sql.query('select id from skus')).toEqual([{ id: 'A' }]);
    expect(await sql.value('select count(*)::int from epochs')).toBe(1);
  });

  // Red with: no identity asked of a new session. The owner's own session is not ended, and would not notice.
  it('by a new session of the pool, reads nothing on it and stops', async () => {
    const { url, sql } = await ground();
    const { database, failure } = await ownerOf(url);
    await sql.query(NEW_IDENTITY);
    await sql.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'stock-keeper'`);
    await vi.waitFor(() => expect(database.query('select 1', [])).rejects.toThrow(DatabaseLost), PATIENCE);
    expect(await failure).toBeInstanceOf(DatabaseLost);
  });

  it('empty, makes no tables in it', async () => {
    const { url, drop } = await emptyDatabase();
    onTestFinished(drop);
    const told = Promise.withResolvers<unknown>();
    const error = (facts: { readonly err?: unknown }, message: string) => {
      if (message.includes('never own the database')) told.resolve(facts.err);
    };
    const logger = { trace: () => {}, info: () => {}, warn: () => {}, error };
    await using keeper = await withMugs(await createStockKeeper({ database: { url }, logger }), 3);
    const server = new URL(url);
    const name = server.pathname.slice(1);
    server.pathname = '/postgres';
    await administer(server.href, `drop database "${name}" with (force)`);
    await administer(server.href, `create database "${name}" template template0`);
    expect(await told.promise).toBeInstanceOf(DatabaseLost);
    // Its process goes on; it answers nothing, and above all not that there are no mugs.
    expect(await mugsOf(keeper)).toBe('standby');
    expect(await keeper.listSkus()).toMatchObject({ kind: 'standby' });
    expect(await keeper.readiness()).toMatchObject({ ready: false, reason: expect.stringContaining('not the one') });
    await using sql = await SqlSession.open(url);
    expect(await sql.query(`select tablename from pg_tables where schemaname = 'public'`)).toEqual([]);
    await keeper.close();
  });

  it('as a standby that takes over, stops as well', async () => {
    const { url, sql } = await ground();
    const first = await ownerOf(url);
    const second = await ownerOf(url);
    expect(second.ownership.role).toBe('standby');
    await sql.query(NEW_IDENTITY);
    await first.ownership.close();
    expect(await second.failure).toBeInstanceOf(DatabaseLost);
    expect(second.taken()).toBe(0);
  });
});

describe('an owner whose database is an older state of itself', () => {
  it.each([
    ['of this epoch', 'update epochs set batch = 1'],
    ['of an earlier one', 'delete from epochs'],
  ])('%s notices by its own questions, and begins anew', async (_, restore) => {
    const { url, sql } = await ground();
    const { ownership, store, taken } = await ownerOf(url);
    for (const id of ['A', 'B', 'C']) await store.commit([facts([opened(id)])]);
    await sql.query(
      `begin; ${restore}; delete from movements where sku_id <> 'A'; delete from skus where id <> 'A'; commit`,
    );
    await vi.waitFor(() => expect(taken()).toBe(2), PATIENCE);
    await ownership.certain();
    expect((await store.load({ ...READ, skus: ['A', 'B'] })).skus.map(({ id }) => id)).toEqual(['A']);
    expect(await store.commit([facts([opened('B')])])).toEqual({ kind: 'committed' });
  });

  // Red with: the number of a batch that is missing taken, and the epoch gone on with.
  it('settles nothing by it: what was on its way is unknown, and all begins anew', async () => {
    const { url, sql } = await ground();
    const { ownership, store } = await ownerOf(url);
    for (const id of ['A', 'B', 'C']) await store.commit([facts([opened(id)])]);
    const { epoch } = ownership;
    await sql.query('update epochs set batch = 1');
    expect(await epoch.settle(4)).toBeNull();
    expect(await sql.value('select batch::int from epochs where epoch = 1')).toBe(1);
    expect(await store.commit([facts([opened('D')])])).toEqual({ kind: 'lost' });
  });

  it('reads nothing on a session that leads there', async () => {
    const { url, sql } = await ground();
    const { database, store, ownership, taken } = await ownerOf(url);
    for (const id of ['A', 'B']) await store.commit([facts([opened(id)])]);
    await sql.query('update epochs set batch = 1');
    await sql.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'stock-keeper'`);
    await expect(database.query('select 1', [])).rejects.toThrow();
    await vi.waitFor(() => expect(taken()).toBe(2), PATIENCE);
    expect(ownership.hasFailed).toBe(false);
  });
});
