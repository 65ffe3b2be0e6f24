/** The sweeper's pages, on tables that have no statistics: read in the order of its index and no further. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { DUE, IDLE_CARTS } from '../../src/journal/sql-store.ts';
import { openEmbedded } from '../support/embedded.ts';
import { freshDatabase } from '../support/postgres.ts';

const ORDERS = `insert into orders (id, status, payment, customer_id, freight, currency, expires_at, cancel_reason, version, fingerprint,
    created_at, updated_at)
  select 'o' || i, 'pending', 'online', null, 0, 'EUR', now() - interval '1 day' + i * interval '1 ms', null, 1, 'f', now(), now()
  from generate_series(1, 20000) i`;

const CARTS = `insert into carts (id, lines, version, created_at, updated_at)
  select 'c' || i, '[]', 1, now(), now() - interval '1 day' + i * interval '1 ms' from generate_series(1, 20000) i`;

const PAGES = [
  { what: 'overdue orders', statement: DUE, index: 'orders_due' },
  { what: 'idle carts', statement: IDLE_CARTS, index: 'carts_idle' },
];

describe.each(['PostgreSQL', 'PGlite'])('twenty thousand of each, never analysed, on %s', (name) => {
  // Red with: an output column of the same name sorted by; bitmap scans left on.
  it.each(PAGES)('$what are read a page at a time', async ({ statement, index }) => {
    const fresh = name === 'PGlite' ? null : await freshDatabase();
    const database = await (fresh === null ? openEmbedded() : openDatabase({ url: fresh.url }));
    onTestFinished(async () => {
      await database.close();
      await fresh?.drop();
    });
    // A load of a hundred ids is estimated dear without statistics, and was compiled for 15 ms each time.
    expect(await database.query("select name from pg_settings where name = 'jit' and setting = 'on'", [])).toEqual([]);
    await database.query(ORDERS, []);
    await database.query(CARTS, []);
    const [row] = await database.query<{ 'QUERY PLAN': unknown }>(`explain (analyze, format json) ${statement}`, [
      new Date().toISOString(),
      '-infinity',
      '',
      500,
    ]);
    const plan = JSON.stringify(row?.['QUERY PLAN']);
    expect(plan).toContain(`"Index Name":"${index}"`);
    expect(plan).not.toContain('"Sort"');
    const rows = [...plan.matchAll(/"Actual Rows":([0-9.]+)/g)].map(([, count]) => Number(count));
    expect(Math.max(...rows)).toBe(500);
  });
});
