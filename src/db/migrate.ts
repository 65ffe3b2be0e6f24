/** Brings the schema up to this build, all pending migrations in one transaction, one process at a time. */
import { IsolationLevel } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from './database.ts';
import { Epochs } from './migrations/epochs.ts';
import { Initial } from './migrations/initial.ts';

/** In the order they run. A name is stored in the database and never changes. */
export const migrationsList = [
  { name: '001_initial', class: Initial },
  { name: '002_epochs', class: Epochs },
];

/** Ours among the advisory locks of the database: "stock" in ASCII. */
const LOCK = 0x73746f636b;

const CREATE_LIST = `create table if not exists mikro_orm_migrations (
  id serial primary key, name varchar(255), executed_at timestamptz default current_timestamp)`;

/** The database was migrated by a newer build, whose rows this one does not know. */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema';
}

/**
 * Runs what is pending. A second process waits at the lock and then finds nothing to do; a process killed on the way leaves nothing.
 * Throws `NewerSchema` when the database has migrations that this build does not know, and the database's error otherwise.
 */
export async function migrate(database: Database, log?: (message: string) => void): Promise<void> {
  const migrator = database.orm.migrator;
  // The migrator's own preparation runs outside of any transaction, so its table must be there before: else two starts collide on it.
  await locked(database, async (em) => {
    await database.query(CREATE_LIST, [], em);
  });
  await migrator.getExecuted();
  await locked(database, async (em) => {
    await refuseNewer(database, em);
    const applied = await migrator.up({ transaction: em.getTransactionContext() });
    for (const { name } of applied) log?.(`migration ${name} applied`);
  });
}

async function locked(database: Database, work: (em: SqlEntityManager) => Promise<void>): Promise<void> {
  // Read committed: what is read after the wait for the lock must show what the other process has committed.
  await database.em().transactional(
    async (em) => {
      await database.query('set local statement_timeout = 0', [], em as SqlEntityManager);
      await database.query(`set local lock_timeout = '60s'`, [], em as SqlEntityManager);
      await database.query('select pg_advisory_xact_lock($1::bigint)', [String(LOCK)], em as SqlEntityManager);
      await work(em as SqlEntityManager);
    },
    { isolationLevel: IsolationLevel.READ_COMMITTED },
  );
}

/** Throws `NewerSchema` when the database was migrated by a newer build; looks, and changes nothing. */
export async function refuseNewerSchema(database: Database): Promise<void> {
  const [list] = await database.query<{ there: boolean }>(
    `select to_regclass('mikro_orm_migrations') is not null as there`,
    [],
  );
  if (list?.there) await refuseNewer(database);
}

async function refuseNewer(database: Database, em?: SqlEntityManager): Promise<void> {
  const known = new Set(migrationsList.map((migration) => migration.name));
  const executed = await database.query<{ name: string }>('select name from mikro_orm_migrations order by id', [], em);
  const unknown = executed.map((row) => row.name).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new NewerSchema(
    `the database has migrations that this build does not know (${unknown.join(', ')}): it was used by a newer Stock Keeper; start that one`,
  );
}
