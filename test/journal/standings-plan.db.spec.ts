/** What a customer has of a SKU, read on tables that have no statistics: by the index of the customer's orders, and the key of their lines. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { LOAD_STANDINGS, loadStandings } from '../../src/journal/load-standings.ts';
import { openEmbedded } from '../support/embedded.ts';
import { freshDatabase } from '../support/postgres.ts';

/** 20 orders of each customer, of two lines each; one of five is cancelled. */
const ORDERS = `insert into orders (id, status, payment, customer_id, freight, currency, cancel_reason, version, fingerprint, created_at, updated_at)
  select 'o' || i, case when i % 5 = 0 then 'cancelled' else 'confirmed' end, 'cash_on_delivery', 'c' || i / 20, 0, 'EUR',
    case when i % 5 = 0 then 'requested' end, 1, 'f', now(), now() from generate_series($1::int, $2::int) i`;
const LINES = `insert into order_lines (order_id, sku_id, position, quantity, ordered, unit_price, returned)
  select 'o' || i, s, 0, 3, 3, 100, case s when 's1' then 1 else 0 end from generate_series($1::int, $2::int) i, (values ('s1'), ('s2')) v (s)`;

const ids = (...asked: readonly (readonly string[])[]) => asked.map((id) => JSON.stringify(id));

async function planOf(database: Database, asked: readonly string[]): Promise<string> {
  const explain = `explain (analyze, format json) ${LOAD_STANDINGS}`;
  const [row] = await database.query<{ 'QUERY PLAN': unknown }>(explain, [JSON.stringify(asked)]);
  return JSON.stringify(row?.['QUERY PLAN']);
}

describe.each(['PostgreSQL', 'PGlite'])('the orders of a shop, on %s', (name) => {
  // Red, when they are analysed, with: a customer asked for with "=".
  it('are found by their customer and their lines by key, never analysed and when nearly all of them are of one', async () => {
    const fresh = name === 'PGlite' ? null : await freshDatabase();
    const database = await (fresh === null ? openEmbedded() : openDatabase({ url: fresh.url }));
    onTestFinished(async () => {
      await database.close();
      await fresh?.drop();
    });
    const asked = ids(['c7', 's1'], ['c7', 's2'], ['c9', 's1'], ['c9', 's3'], ['nobody', 's1']);
    const isFound = async () => {
      const plan = await planOf(database, asked);
      expect(plan).not.toContain('"Seq Scan"');
      for (const index of ['orders_customer', 'order_lines_pkey']) expect(plan).toContain(index);
      const read = new Map((await loadStandings(database, asked)).map(({ id, units }) => [id, units]));
      expect(asked.map((id) => read.get(id))).toEqual([32, 48, 32, 0, 0]);
    };
    let from = 0;
    for (const to of [2000, 5000, 20_000]) {
      for (const fill of [ORDERS, LINES]) await database.query(fill, [from, to - 1]);
      await isFound();
      from = to;
    }
    await database.query(`update orders set customer_id = 'guest' where customer_id not in ('c7', 'c9')`, []);
    await database.query('analyze', []);
    await isFound();
  });
});
