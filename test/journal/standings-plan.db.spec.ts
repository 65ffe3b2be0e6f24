/** What a customer has of a SKU, read on tables that have no statistics: by the index of the customer's orders, and the key of their lines. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { LOAD_STANDINGS, loadStandings } from '../../src/journal/load-standings.ts';
import { freshDatabase } from '../support/postgres.ts';

/** 20 orders of each customer, of two lines each; one of five is cancelled. */
const ORDERS = `insert into orders (id, status, payment, customer_id, freight, currency, cancel_reason, version, fingerprint, created_at, updated_at)
  select 'o' || i, case when i % 5 = 0 then 'cancelled' else 'confirmed' end, 'cash_on_delivery', 'c' || i / 20, 0, 'EUR',
    case when i % 5 = 0 then 'requested' end, 1, 'f', now(), now() from generate_series(0, $N - 1) i`;
const LINES = `insert into order_lines (order_id, sku_id, position, quantity, ordered, unit_price, returned)
  select 'o' || i, s, 0, 3, 3, 100, case s when 's1' then 1 else 0 end from generate_series(0, $N - 1) i, (values ('s1'), ('s2')) v (s)`;

const asked = [
  ['c7', 's1'],
  ['c7', 's2'],
  ['c9', 's1'],
  ['c9', 's3'],
  ['nobody', 's1'],
].map((id) => JSON.stringify(id));

describe.each(['PostgreSQL', 'PGlite'])('orders that were never analysed, on %s', (name) => {
  // Red with: the lines joined instead of looked up one by one.
  it.each([2000, 5000, 20_000])('of %d are found by their customer, and their lines by their key', async (orders) => {
    const fresh = name === 'PGlite' ? null : await freshDatabase();
    const database = await openDatabase(fresh === null ? { memory: true } : { url: fresh.url });
    onTestFinished(async () => {
      await database.close();
      await fresh?.drop();
    });
    for (const fill of [ORDERS, LINES]) await database.query(fill.replaceAll('$N', String(orders)), []);
    const [row] = await database.query<{ 'QUERY PLAN': unknown }>(`explain (analyze, format json) ${LOAD_STANDINGS}`, [
      JSON.stringify(asked),
    ]);
    const plan = JSON.stringify(row?.['QUERY PLAN']);
    expect(plan).not.toContain('"Seq Scan"');
    for (const index of ['orders_customer', 'order_lines_pkey']) expect(plan).toContain(index);
    const read = new Map((await loadStandings(database, asked)).map(({ id, units }) => [id, units]));
    expect(asked.map((id) => read.get(id))).toEqual([32, 48, 32, 0, 0]);
  });
});
