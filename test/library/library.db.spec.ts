/**
 * The library on a PostgreSQL server: schemas, roles that may create nothing, an ORM of the host's own, a keeper that
 * stands by.
 */
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStockKeeper, entities, OlderSchema, SkuEntity } from '../../src/index.ts';
import { migrationSql, migrations } from '../../src/migrations.ts';
import { emptyDatabase } from '../db/empty-database.ts';
import { administer, type FreshDatabase } from '../support/postgres.ts';
import { mugsOf, withMugs } from './keepers.ts';

let fresh: FreshDatabase;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  fresh = await emptyDatabase();
  stack = new AsyncDisposableStack();
  stack.defer(() => fresh.drop());
});
afterEach(() => stack.disposeAsync());

describe('two keepers in two schemas of one database', () => {
  it('both own theirs, and see nothing of the other', async () => {
    const database = { url: fresh.url };
    const a = stack.use(await createStockKeeper({ database, schema: 'shop_a' }));
    const b = stack.use(await createStockKeeper({ database, schema: 'user' }));
    const c = stack.use(await createStockKeeper({ database }));
    expect([a.role, b.role, c.role]).toEqual(['owner', 'owner', 'owner']);
    await withMugs(a, 3);
    await withMugs(b, 4);
    await a.placeOrder({ lines: [{ skuId: 'MUG', quantity: 1 }] });
    expect([await mugsOf(a), await mugsOf(b), await mugsOf(c)]).toEqual([2, 4, 'sku_not_found']);
    expect(await b.listSkus()).toMatchObject({ items: [{ onHand: 4 }] });
  });
});

describe('a second keeper on the same schema', () => {
  it('stands by, and takes over when the first is closed', async () => {
    const options = { database: { url: fresh.url }, schema: 'shop' };
    const first = stack.use(await createStockKeeper(options));
    await withMugs(first, 3);
    const second = stack.use(await createStockKeeper(options));
    expect(second.role).toBe('standby');
    expect(await mugsOf(second)).toBe('standby');
    expect(await second.listSkus()).toMatchObject({ kind: 'standby' });
    expect(await mugsOf(first)).toBe(3);
    await first.close();
    await expect.poll(() => mugsOf(second)).toBe(3);
  });
});

describe('a keeper that may only check', () => {
  it('names what is missing, and is content with what migrationSql prints', async () => {
    const options = { database: { url: fresh.url }, schema: 'shop', migrations: 'check' as const };
    await expect(createStockKeeper(options)).rejects.toThrow('no schema "shop"');
    await administer(fresh.url, migrationSql({ schema: 'shop' }).split('-- 003')[0]?.concat('commit;') ?? '');
    const failure = await createStockKeeper(options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OlderSchema);
    expect((failure as Error).message).toContain(
      'lacks the migrations 003_commit_batch, 004_shop, 005_identity, 006_done_keys',
    );
    await administer(fresh.url, migrationSql({ schema: 'shop', after: '002_epochs' }));
    const keeper = stack.use(await createStockKeeper(options));
    await withMugs(keeper, 3);
    // And nothing is left to run.
    await keeper.close();
    const again = stack.use(await createStockKeeper({ ...options, migrations: 'run' }));
    expect(await mugsOf(again)).toBe(3);
  });

  it('needs no right to create anything', async () => {
    const name = new URL(fresh.url).pathname.slice(1);
    const role = `clerk_${name.slice(-8)}`;
    const url = new URL(fresh.url);
    url.username = role;
    url.password = 'secret';
    await administer(
      fresh.url,
      `${migrationSql({ schema: 'shop' })}
       create role ${role} login password 'secret'; revoke create on schema public from public;
       grant usage on schema shop to ${role}; grant select, insert, update, delete on all tables in schema shop to ${role};`,
    );
    stack.defer(() => administer(fresh.url, `drop owned by ${role}; drop role ${role}`));
    const options = { database: { url: url.href }, migrations: 'check' as const };
    const keeper = await createStockKeeper({ ...options, schema: 'shop' });
    await withMugs(keeper, 3);
    expect(await mugsOf(keeper)).toBe(3);
    await keeper.close();
    await expect(createStockKeeper({ database: { url: url.href }, schema: 'other' })).rejects.toThrow('cannot be made');
  });
});

describe('a host with an ORM of its own', () => {
  it('reads by it what the keeper wrote, in a schema beside its own tables', async () => {
    const orm = await MikroORM.init({ clientUrl: fresh.url, entities: [...entities] });
    stack.defer(() => orm.close(true));
    await orm.em.fork().getConnection().execute('create table orders (mine int)');
    const keeper = stack.use(await createStockKeeper({ database: { orm } }));
    await withMugs(keeper, 3);
    const mug = await orm.em.fork().findOneOrFail(SkuEntity, { id: 'MUG' }, { schema: 'stock_keeper' });
    expect(mug.onHand).toBe(3);
    await keeper.close();
    expect(await orm.em.fork().getConnection().execute('select 1 as alive')).toEqual([{ alive: 1 }]);
  });

  it('can run the migrations by an ORM, in sessions of that schema', async () => {
    await administer(fresh.url, 'create schema stock_keeper');
    const schema = 'stock_keeper';
    const orm = await MikroORM.init({
      clientUrl: fresh.url,
      entities: [...entities],
      extensions: [Migrator],
      schema,
      driverOptions: { options: `-c search_path=${schema}` },
      migrations: { migrationsList: migrations, snapshot: false, disableForeignKeys: false },
    });
    stack.defer(() => orm.close(true));
    await orm.migrator.up();
    const keeper = stack.use(await createStockKeeper({ database: { orm }, migrations: 'check' }));
    await withMugs(keeper, 3);
    expect(await mugsOf(keeper)).toBe(3);
  });

  it('is told so when it is not on PostgreSQL', async () => {
    await expect(createStockKeeper({ database: { orm: {} as never } })).rejects.toThrow(TypeError);
  });
});
