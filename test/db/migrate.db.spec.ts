/** Starting on a PostgreSQL in every state: empty, half-way, shared with another start, newer than this build. */
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { COMMIT_FUNCTION } from '../../src/db/commit-batch.ts';
import { openDatabase } from '../../src/db/open.ts';
import { NewerSchema } from '../../src/db/schema-faults.ts';
import type { FreshDatabase } from '../support/postgres.ts';
import { emptyDatabase } from './empty-database.ts';

const TABLES = [
  'carts',
  'database_identity',
  'epochs',
  'idempotency_keys',
  'mikro_orm_migrations',
  'movements',
  'order_lines',
  'orders',
  'products',
  'skus',
];
const MIGRATIONS = ['001_initial', '002_epochs', '003_commit_batch', '004_shop', '005_identity', '006_done_keys'];
const APPLIED = [...MIGRATIONS.map((name) => `migration ${name} applied`), `function ${COMMIT_FUNCTION.name} made`];

let fresh: FreshDatabase;
let other: pg.Client;
let watch: pg.Client;

/** Sessions beside those of the keeper: `other` comes in its way, `watch` looks on (what a transaction sees of sessions stands still). */
beforeEach(async () => {
  fresh = await emptyDatabase();
  other = new pg.Client({ connectionString: fresh.url });
  watch = new pg.Client({ connectionString: fresh.url });
  await Promise.all([other.connect(), watch.connect()]);
});

afterEach(async () => {
  await Promise.all([other.end(), watch.end()]);
  await fresh.drop();
});

async function column<T>(sql: string): Promise<T[]> {
  const { rows } = await watch.query({ text: sql, rowMode: 'array' });
  return rows.map((row: T[]) => row[0] as T);
}

const tables = () => column<string>(`select tablename from pg_tables where schemaname = 'public' order by 1`);
const migrations = () => column<string>('select name from mikro_orm_migrations order by id');

/** Backends of a keeper that wait for a lock. */
const waiting = () =>
  column<number>(`select pid from pg_stat_activity
    where datname = current_database() and application_name = 'stock-keeper' and wait_event_type = 'Lock'`);

describe('an empty PostgreSQL', () => {
  it('is migrated by the first start, and left alone by the next', async () => {
    const first: string[] = [];
    await (await openDatabase({ url: fresh.url }, { log: (line) => first.push(line) })).close();
    expect(await tables()).toEqual(TABLES);
    expect(first).toEqual(APPLIED);

    const second: string[] = [];
    await (await openDatabase({ url: fresh.url }, { log: (line) => second.push(line) })).close();
    expect(second).toEqual([]);
  });

  it('is migrated once by four starts at the same time', async () => {
    const lines: string[] = [];
    const start = () => openDatabase({ url: fresh.url }, { log: (line) => lines.push(line), poolMax: 1 });
    const databases = await Promise.all([start(), start(), start(), start()]);
    await Promise.all(databases.map((database) => database.close()));
    expect(await migrations()).toEqual(MIGRATIONS);
    expect(lines).toEqual(APPLIED);
  });
});

describe('a start that finds another one migrating', () => {
  it('waits for it, however short its statements must be', async () => {
    await other.query('begin');
    await other.query('select pg_advisory_xact_lock($1::bigint)', [String(0x73746f636b)]);
    const opening = openDatabase({ url: fresh.url }, { statementTimeoutMs: 50 });
    await vi.waitUntil(async () => (await waiting()).length > 0, { timeout: 120_000 });
    await watch.query('select pg_sleep(0.2)');
    expect(await waiting()).toHaveLength(1);
    expect(await tables()).toEqual([]);
    await other.query('commit');
    await (await opening).close();
    expect(await tables()).toEqual(TABLES);
  });
});

describe('a migration that is killed half-way', () => {
  it('leaves nothing, and the next start does it all', async () => {
    // The last table is taken, so the migration waits with all others made.
    await other.query('begin');
    await other.query('create table epochs (taken int)');
    const opening = openDatabase({ url: fresh.url });
    const refused = expect(opening).rejects.toThrow();
    await vi.waitUntil(async () => (await waiting()).length > 0, { timeout: 120_000 });
    for (const pid of await waiting()) await other.query('select pg_terminate_backend($1)', [pid]);
    await refused;
    await other.query('rollback');
    expect(await tables()).toEqual(['mikro_orm_migrations']);
    expect(await migrations()).toEqual([]);

    await (await openDatabase({ url: fresh.url })).close();
    expect(await tables()).toEqual(TABLES);
  });
});

describe('a database of a newer build', () => {
  it('is refused by name, and nothing is done to it', async () => {
    await (await openDatabase({ url: fresh.url })).close();
    await other.query(`insert into mikro_orm_migrations (name) values ('999_carts')`);
    const refused = openDatabase({ url: fresh.url });
    await expect(refused).rejects.toThrow(NewerSchema);
    await expect(refused).rejects.toThrow('does not know (999_carts)');
    expect(await migrations()).toEqual([...MIGRATIONS, '999_carts']);
  });
});
