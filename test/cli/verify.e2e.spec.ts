/** `npm run verify` as a process, on a database of each kind that it may meet. What it finds in a service's own database is tested with the service. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { emptyDatabase } from '../db/empty-database.ts';
import { largeShop } from '../support/large-shop.ts';
import { freshDatabase } from '../support/postgres.ts';
import { runVerify } from '../support/run-verify.ts';
import { SqlSession } from '../support/sql.ts';

/** A sound shop of five SKUs, two rows of which are then changed. */
async function brokenShop() {
  const fresh = await freshDatabase();
  const sql = await SqlSession.open(fresh.url);
  onTestFinished(async () => {
    await sql[Symbol.asyncDispose]();
    await fresh.drop();
  });
  for (const statement of largeShop(5)) await sql.query(statement);
  await sql.query(`update skus set on_hand = 1, version = 9 where id in ('sku-2', 'sku-4')`);
  return { env: { DATABASE_URL: fresh.url }, sql };
}

describe('npm run verify, asked wrongly', () => {
  const nowhere = { DATABASE_URL: 'postgres://shop:s3cret@127.0.0.1:1/shop' };

  it('explains itself', async () => {
    const { code, out } = await runVerify(nowhere, '--help');
    expect(code).toBe(0);
    for (const word of ['--json', '--limit', '--repair', '--yes', '--sku', '--trust-quantities'])
      expect(out).toContain(word);
    expect(out).toContain('Exit codes: 0 every law holds, 1 a law is broken (or there is something to repair), 2');
  });

  it.each<[string, string[], RegExp]>([
    ['an option that there is not', ['--fix'], /unknown option '--fix'/],
    ['an argument', ['sku-1'], /too many arguments/],
    ['a limit that is no number', ['--limit', 'all'], /It must be a whole number/],
    ['a yes to nothing', ['--yes'], /need --repair/],
    ['a SKU to verify', ['--sku', 'a'], /need --repair/],
  ])('refuses %s', async (_, args, words) => {
    const { code, out, err } = await runVerify(nowhere, ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(words);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['a server that is not there', nowhere, /no PostgreSQL at host 127\.0\.0\.1, port 1/],
    ['a URL that is none', { DATABASE_URL: 's3cret' }, /DATABASE_URL is something that is not a URL/],
    ['a folder without a database', { DATA_DIR: '/nowhere/at/all' }, /there is no database in \/nowhere\/at\/all/],
  ])('cannot verify %s, and says no password', async (_, env, words) => {
    const { code, out, err } = await runVerify(env);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(words);
    expect(err).not.toContain('s3cret');
  });

  it('makes nothing in a folder that has no database', async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'stock-keeper-none-'));
    onTestFinished(() => rm(dataDir, { recursive: true }));
    expect((await runVerify({ DATA_DIR: dataDir })).code).toBe(2);
    expect(await readdir(dataDir)).toEqual([]);
  });
});

describe('npm run verify, on a schema of another build', () => {
  it('says so, and migrates nothing', async () => {
    const fresh = await emptyDatabase();
    await using sql = await SqlSession.open(fresh.url);
    onTestFinished(() => fresh.drop());
    const env = { DATABASE_URL: fresh.url };
    const refused = async (...args: string[]) => {
      const { code, out, err } = await runVerify(env, ...args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      return err;
    };
    expect(await refused()).toContain('the database has no tables of Stock Keeper');
    expect(await sql.value(`select count(*)::int from pg_tables where schemaname = 'public'`)).toBe(0);

    await (await openDatabase({ url: fresh.url })).close();
    const last = await sql.value<string>('select name from mikro_orm_migrations order by id desc limit 1');
    await sql.query('delete from mikro_orm_migrations where name = $1', [last]);
    expect(await refused('--repair', '--yes')).toContain('the schema is older than this build');
    await sql.query(`insert into mikro_orm_migrations (name) values ($1), ('999_newer')`, [last]);
    expect(await refused()).toContain(
      'the schema is newer than this build: verify with the build that the service runs',
    );
  });
});

describe('npm run verify, on a shop with two SKUs changed by hand', () => {
  it('names each finding with its remedy, as many as were asked for', async () => {
    const { env } = await brokenShop();
    const all = await runVerify(env);
    expect(all.code).toBe(1);
    expect(all.out.match(/^\w+: SKU sku-[24]: .*\n {4}\S.*--repair/gm)).toHaveLength(4);
    expect(all.err).toContain('] version_is_last_movement\n  2 violations\n');
    expect(all.err).toMatch(/\n4 violations: 5 SKUs, 15 orders, 50 movements and 5 carts in [\d.]+ s\.\n$/);
    const first = await runVerify(env, '--limit', '1');
    expect(first.out.match(/^\w+: /gm)).toHaveLength(2);
    expect(first.err).toContain('4 violations, 2 of them named (--limit): 5 SKUs');
  });

  it('is read by programs', async () => {
    const { env } = await brokenShop();
    const read = async (...args: string[]) =>
      (await runVerify(env, '--json', ...args)).out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const found = await read();
    expect(found[0]).toEqual({
      law: 'version_is_last_movement',
      skuId: expect.stringMatching(/^sku-[24]$/),
      orderId: null,
      cartId: null,
      violation: expect.stringMatching(/^SKU sku-[24]: version 9, last movement 10$/),
      remedy: expect.stringContaining('--repair'),
    });
    expect(found.at(-1)).toMatchObject({
      skus: 5,
      orders: 15,
      movements: 50,
      carts: 5,
      total: 4,
      violations: { ledger_gapless: 0 },
    });
    expect(found).toHaveLength(5);

    const row = { version: 9, onHand: 1, reserved: 5, sales: 6 };
    const ledger = { version: 10, onHand: 96, reserved: 5, sales: 6 };
    const repair = { row, ledger, movements: 0, firstMovement: null, cannot: null };
    expect(await read('--repair', '--sku', 'sku-4')).toEqual([{ skuId: 'sku-4', ...repair }]);
    const done = await read('--repair', '--yes', '--sku', 'sku-4');
    expect(done[0]).toEqual({ skuId: 'sku-4', ...repair });
    expect(done.at(-1)).toMatchObject({ total: 2 });
  });
});
