/** The function that a build commits by: made when it is not there, beside those of other builds. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PARTS } from '../../src/db/batch-parts.ts';
import { COMMIT_FUNCTION, commitFunctionOf } from '../../src/db/commit-batch.ts';
import type { Database } from '../../src/db/database.ts';
import { migrationsList } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open.ts';
import { createStockKeeper, OlderSchema } from '../../src/index.ts';
import { migrationSql } from '../../src/migrations.ts';
import { Epoch } from '../../src/ownership/epoch.ts';
import { mugsOf, withMugs } from '../library/keepers.ts';
import { administer, type FreshDatabase, freshDatabase } from '../support/postgres.ts';

/** That of a build which knows of no products. */
const { new_products: _new, changed_products: _changed, ...fewer } = PARTS;
const OTHER = commitFunctionOf(fewer);
/** A batch of nothing, by the function of the migrations. */
const BEFORE = `select commit_batch($1::bigint, $2::uuid, $3::bigint, null, null, null, null, null, null, null, null,
  null, $4::interval, null, null, null, null, null)`;
const LAST = migrationsList.at(-1)?.name ?? 'none';

let fresh: FreshDatabase;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  fresh = await freshDatabase();
  stack.defer(() => fresh.drop());
});
afterEach(() => stack.disposeAsync());

const dropIt = () => administer(fresh.url, `drop function ${COMMIT_FUNCTION.name}`);

async function opened(log: string[] = []): Promise<Database> {
  const database = await openDatabase({ url: fresh.url }, { log: (line) => log.push(line) });
  stack.defer(() => database.close());
  return database;
}

async function functions(database: Database): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `select proname as name from pg_proc where proname like 'commit_batch%' order by proname collate "C"`,
    [],
  );
  return rows.map(({ name }) => name);
}

describe('a start', () => {
  it('makes the function that is not there, and says so; the next one leaves it', async () => {
    await dropIt();
    const log: string[] = [];
    const database = await opened(log);
    expect(log).toEqual([`function ${COMMIT_FUNCTION.name} made`]);
    expect(await functions(database)).toEqual(['commit_batch', COMMIT_FUNCTION.name]);
    await opened(log);
    expect(log).toHaveLength(1);
  });

  it('makes it beside that of another build, and each commits by its own', async () => {
    await dropIt();
    await administer(fresh.url, OTHER.sql);
    const database = await opened();
    expect(await functions(database)).toEqual(['commit_batch', COMMIT_FUNCTION.name, OTHER.name].toSorted());
    const { epoch } = await Epoch.begin(database);
    // The last is that of the builds before functions were named by their text: the migrations make it.
    for (const statement of [COMMIT_FUNCTION.call, OTHER.call, COMMIT_FUNCTION.call, BEFORE]) {
      const number = epoch.nextBatch;
      const sent = [epoch.number, epoch.owner, number, '1 day'];
      const parts = (statement.match(/::json/g) ?? []).map(() => null);
      await database.query(statement, [...sent, ...parts]);
      epoch.committed(number);
    }
    expect(await database.query('select batch::int from epochs', [])).toEqual([{ batch: 4 }]);
  });
});

describe('a keeper that may only check', () => {
  it('names the function that is missing, and is content with what migrationSql prints', async () => {
    await dropIt();
    const options = { database: { url: await clerk() }, migrations: 'check' as const };
    const refused = await createStockKeeper(options).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OlderSchema);
    expect((refused as Error).message).toBe(
      `the database lacks the function ${COMMIT_FUNCTION.name}: ` +
        'run what migrationSql() prints, with a role that may create tables and functions',
    );
    // Twice does no harm.
    for (const _twice of [1, 2]) await administer(fresh.url, migrationSql({ after: LAST }));
    const keeper = stack.use(await createStockKeeper(options));
    await withMugs(keeper, 3);
    expect(await mugsOf(keeper)).toBe(3);
  });

  it('names it beside the migrations that are missing', async () => {
    await dropIt();
    await administer(fresh.url, `delete from mikro_orm_migrations where name = '${LAST}'`);
    await expect(createStockKeeper({ database: { url: fresh.url }, migrations: 'check' })).rejects.toThrow(
      `lacks the migrations ${LAST} and the function ${COMMIT_FUNCTION.name}: run`,
    );
  });
});

describe('a function that the ORM of a host made and recorded', () => {
  it('is no migration of a newer build, whichever build it is of', async () => {
    const record = (name: string) =>
      administer(fresh.url, `insert into mikro_orm_migrations (name) values ('${name}')`);
    await record(COMMIT_FUNCTION.name);
    await record(OTHER.name);
    stack.use(await createStockKeeper({ database: { url: fresh.url }, migrations: 'check' }));
    await record('commit_batch_by_hand');
    await expect(opened()).rejects.toThrow('does not know (commit_batch_by_hand)');
  });
});

/** The URL of a role that may write the tables and make nothing. */
async function clerk(): Promise<string> {
  const url = new URL(fresh.url);
  const role = `clerk_${url.pathname.slice(-8)}`;
  url.username = role;
  url.password = 'secret';
  await administer(
    fresh.url,
    `create role ${role} login password 'secret'; revoke create on schema public from public;
     grant select, insert, update, delete on all tables in schema public to ${role};`,
  );
  stack.defer(() => administer(fresh.url, `drop owned by ${role}; drop role ${role}`));
  return url.href;
}
