/**
 * Brings the schema up to this build: runs all pending migrations in one transaction, one process at a time, and makes
 * the function that this build commits with. Functions of other builds stay, because one of those builds may own the
 * database while this one stands by, or may be gone back to.
 */
import { IsolationLevel } from '@mikro-orm/core';
import { Migration } from '@mikro-orm/migrations';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { COMMIT_FUNCTION } from './commit-batch.ts';
import type { Database } from './database.ts';
import { CommitBatch } from './migrations/commit-batch.ts';
import { DoneKeys } from './migrations/done-keys.ts';
import { Epochs } from './migrations/epochs.ts';
import { Identity } from './migrations/identity.ts';
import { Initial } from './migrations/initial.ts';
import { Shop } from './migrations/shop.ts';
import { NewerSchema, OlderSchema } from './schema-faults.ts';

/** In the order in which they run. A name is stored in the database and never changes. */
export const migrationsList = [
  { name: '001_initial', class: Initial },
  { name: '002_epochs', class: Epochs },
  { name: '003_commit_batch', class: CommitBatch },
  { name: '004_shop', class: Shop },
  { name: '005_identity', class: Identity },
  { name: '006_done_keys', class: DoneKeys },
];

/** For a migrator that is not ours. The last one makes the function of this build, and is recorded like a migration. */
export const migrationsOfHosts = [
  ...migrationsList,
  {
    name: COMMIT_FUNCTION.name,
    class: class extends Migration {
      override up(): void {
        this.addSql(COMMIT_FUNCTION.sql);
      }
    },
  },
];

/** Our key among the advisory locks of the database: "stock" in ASCII. */
const LOCK = 0x73746f636b;

export const CREATE_LIST = `create table if not exists mikro_orm_migrations (
  id serial primary key, name varchar(255), executed_at timestamptz default current_timestamp)`;

/**
 * Runs what is pending. A second process waits at the lock and then finds nothing to do. A process that is killed on
 * the way leaves nothing behind. Throws `NewerSchema` when the database has migrations that this build does not know,
 * `DatabaseLost` when it is a different database than before, and the database's error otherwise.
 */
export async function migrate(database: Database, log?: (message: string) => void): Promise<void> {
  const migrator = database.orm.migrator;
  // The migrator's own preparation runs outside of any transaction. Its table must exist before that, or two starts
  // collide on it.
  await locked(database, async (em) => {
    await database.query(CREATE_LIST, [], em);
  });
  await migrator.getExecuted();
  await locked(database, async (em) => {
    await refuseNewer(database, em);
    const applied = await migrator.up({ transaction: em.getTransactionContext() });
    // The row may have been removed by hand, or left out of a backup.
    await database.query(
      'insert into database_identity (single, id, made_at) values (true, gen_random_uuid(), now()) on conflict do ' +
        'nothing',
      [],
      em,
    );
    for (const { name } of applied) log?.(`migration ${name} applied`);
    if (await hasFunction(database, em)) return;
    await database.query(COMMIT_FUNCTION.sql, [], em);
    log?.(`function ${COMMIT_FUNCTION.name} made`);
  });
}

/** Whether the function that this build commits with exists. */
async function hasFunction(database: Database, em?: SqlEntityManager): Promise<boolean> {
  const [found] = await database.query<{ there: boolean }>(
    'select to_regprocedure($1) is not null as there',
    [COMMIT_FUNCTION.signature],
    em,
  );
  return found?.there === true;
}

async function locked(database: Database, work: (em: SqlEntityManager) => Promise<void>): Promise<void> {
  // Read committed: what is read after the wait for the lock must show what the other process has committed.
  await database.em().transactional(
    async (em) => {
      await database.query('set local statement_timeout = 0', [], em as SqlEntityManager);
      await database.query(`set local lock_timeout = '60s'`, [], em as SqlEntityManager);
      await database.query('select pg_advisory_xact_lock($1::bigint)', [String(LOCK)], em as SqlEntityManager);
      await database.continuity.ask((sql, params) => database.query(sql, params, em as SqlEntityManager));
      await work(em as SqlEntityManager);
    },
    { isolationLevel: IsolationLevel.READ_COMMITTED },
  );
}

/** How the tables compare to this build, `none` when there are none. Changes nothing. */
export async function schemaAge(database: Database): Promise<'none' | 'older' | 'current' | 'newer'> {
  const names = await executedOn(database);
  if (names.length === 0) return 'none';
  if (unknownOf(names).length > 0) return 'newer';
  return migrationsList.every(({ name }) => names.includes(name)) ? 'current' : 'older';
}

const BY_HAND = 'run what migrationSql() prints, with a role that may create tables and functions';

/** Throws `OlderSchema`, which names what is missing, and `NewerSchema` as below. Changes nothing. */
export async function requireCurrentSchema(database: Database, remedy = BY_HAND): Promise<void> {
  const names = new Set(await executedOn(database));
  refuseUnknown([...names]);
  const migrations = migrationsList.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  const missing = [
    ...(migrations.length === 0 ? [] : [`the migrations ${migrations.join(', ')}`]),
    ...((await hasFunction(database)) ? [] : [`the function ${COMMIT_FUNCTION.name}`]),
  ];
  if (missing.length > 0) throw new OlderSchema(`the database lacks ${missing.join(' and ')}: ${remedy}`);
}

/** Throws `NewerSchema` when the database was migrated by a newer build. Changes nothing. */
export async function refuseNewerSchema(database: Database): Promise<void> {
  refuseUnknown(await executedOn(database));
}

async function refuseNewer(database: Database, em: SqlEntityManager): Promise<void> {
  refuseUnknown(await executed(database, em));
}

/** Names of the migrations that ran; none when there is not even a list of them. */
async function executedOn(database: Database): Promise<string[]> {
  const [list] = await database.query<{ there: boolean }>(
    `select to_regclass('mikro_orm_migrations') is not null as there`,
    [],
  );
  return list?.there ? executed(database) : [];
}

async function executed(database: Database, em?: SqlEntityManager): Promise<string[]> {
  const rows = await database.query<{ name: string }>('select name from mikro_orm_migrations order by id', [], em);
  return rows.map((row) => row.name);
}

/**
 * Migrations that this build does not know. A function that another build commits with changes nothing for this one.
 */
function unknownOf(names: readonly string[]): string[] {
  const known = new Set(migrationsList.map((migration) => migration.name));
  return names.filter((name) => !known.has(name) && !/^commit_batch_[0-9a-f]{16}$/.test(name));
}

function refuseUnknown(names: readonly string[]): void {
  const unknown = unknownOf(names);
  if (unknown.length === 0) return;
  throw new NewerSchema(
    `the database has migrations that this build does not know (${unknown.join(', ')}): it was used by a newer ` +
      'Stock Keeper; start that one',
  );
}
