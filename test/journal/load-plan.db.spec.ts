/** The load of residents, on tables that have no statistics: each row is looked up by its key, and no table is read as a whole. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { LOAD_ROWS } from '../../src/journal/load-rows.ts';
import { openEmbedded } from '../support/embedded.ts';
import { freshDatabase } from '../support/postgres.ts';

const SKUS = `insert into skus (id, name, price, currency, on_hand, reserved, sales, safety_stock, backorder_limit, version, created_at, updated_at)
  select 's' || i, 'SKU', 100, 'EUR', 1, 0, 0, 0, 0, 1, now(), now() from generate_series(1, 5000) i`;
const MOVEMENTS = `insert into movements (sku_id, version, kind, quantity, on_hand, reserved, sales, at)
  select 's' || i, 1, 'received', 1, 1, 0, 0, now() from generate_series(1, 5000) i`;
const ORDERS = `insert into orders (id, status, payment, freight, currency, version, fingerprint, created_at, updated_at)
  select 'o' || i, 'confirmed', 'cash_on_delivery', 0, 'EUR', 1, 'f', now(), now() from generate_series(1, 5000) i`;
const LINES = `insert into order_lines (order_id, sku_id, position, quantity, ordered, unit_price, returned)
  select 'o' || i, 's1', 0, 1, 1, 100, 0 from generate_series(1, 5000) i`;
const KEYS = `insert into idempotency_keys (key, fingerprint, outcome, at) select 'k' || i, 'f', '{}', now() from generate_series(1, 5000) i`;

const CARTS = `insert into carts (id, lines, version, created_at, updated_at)
  select 'c' || i, '[]', 1, now(), now() from generate_series(1, 5000) i`;
const PRODUCTS = `insert into products (id, name, version, created_at, updated_at)
  select 'p' || i, 'Product', 1, now(), now() from generate_series(1, 5000) i`;
const TABLES = ['skus', 'movements', 'orders', 'order_lines', 'idempotency_keys', 'carts', 'products'];

describe.each(['PostgreSQL', 'PGlite'])('five thousand rows of each kind, never analysed, on %s', (name) => {
  // Red with each of the joins in place of a look by key: at this size, and for a hundred ids, a scan looks cheaper.
  it('are looked up by their keys', async () => {
    const fresh = name === 'PGlite' ? null : await freshDatabase();
    const database = await (fresh === null ? openEmbedded() : openDatabase({ url: fresh.url }));
    onTestFinished(async () => {
      await database.close();
      await fresh?.drop();
    });
    for (const fill of [SKUS, MOVEMENTS, ORDERS, LINES, KEYS, CARTS, PRODUCTS]) await database.query(fill, []);
    const asked = (prefix: string) => JSON.stringify([`${prefix}7`, `${prefix}4321`]);
    const [row] = await database.query<{ 'QUERY PLAN': unknown }>(`explain (analyze, format json) ${LOAD_ROWS}`, [
      asked('s'),
      asked('o'),
      asked('k'),
      asked('c'),
      asked('p'),
    ]);
    const plan = JSON.stringify(row?.['QUERY PLAN']);
    expect(plan).not.toContain('"Seq Scan"');
    for (const table of TABLES) expect(plan).toContain(`${table}_pkey`);
  });
});
