/** The schema: made by the migrations, described by the entities, and guarded by the database itself. */
import type { EntityMetadata } from '@mikro-orm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { entities } from '../../src/db/entities.ts';
import { openDatabase } from '../../src/db/open.ts';
import { tableOf } from '../../src/db/table.ts';
import { openEmbedded } from '../support/embedded.ts';
import { emptyDatabase } from './empty-database.ts';

const opened: Record<string, { database: Database; drop: () => Promise<void> }> = {};

beforeAll(async () => {
  const fresh = await emptyDatabase();
  opened['PostgreSQL'] = { database: await openDatabase({ url: fresh.url }), drop: fresh.drop };
  opened['PGlite'] = { database: await openEmbedded(), drop: async () => {} };
});

afterAll(async () => {
  for (const { database, drop } of Object.values(opened)) {
    await database.close();
    await drop();
  }
});

function on(name: string): Database {
  const database = opened[name]?.database;
  if (database === undefined) throw new Error(`${name} is not open`);
  return database;
}

/** A table as MikroORM's schema generator knows it. */
function discovered(database: Database, name: string): EntityMetadata {
  const found = [...database.orm.getMetadata()].find(({ tableName }) => tableName === name);
  if (found === undefined) throw new Error(`${name} is no table`);
  return found;
}

const difference = (database: Database) => database.orm.schema.getUpdateSchemaSQL({ wrap: false });

const SKU = {
  id: `'s'`,
  product_id: 'null',
  name: `'Mug'`,
  price: '1',
  currency: `'EUR'`,
  on_hand: '1',
  reserved: '0',
  sales: '0',
  safety_stock: '0',
  backorder_limit: '0',
  max_per_order: 'null',
  max_per_customer: 'null',
  version: '0',
  created_at: 'now()',
  updated_at: 'now()',
};

const ORDER = {
  id: `'o'`,
  status: `'pending'`,
  payment: `'online'`,
  customer_id: 'null',
  freight: '0',
  currency: `'EUR'`,
  expires_at: 'now()',
  cancel_reason: 'null',
  version: '1',
  fingerprint: `'f'`,
  created_at: 'now()',
  updated_at: 'now()',
};

const LINE = {
  order_id: `'o'`,
  sku_id: `'s'`,
  position: '0',
  quantity: '2',
  ordered: '2',
  unit_price: '1',
  returned: '0',
};

const MOVEMENT = {
  sku_id: `'s'`,
  version: '1',
  kind: `'received'`,
  quantity: '1',
  on_hand: '1',
  reserved: '0',
  sales: '0',
  order_id: 'null',
  reason: 'null',
  reference: 'null',
  restocked: 'null',
  at: 'now()',
};

function insert(table: string, row: Record<string, string>): string {
  return `insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`;
}

const WHOLE: [table: string, row: Record<string, string>][] = [
  ['skus', SKU],
  ['orders', ORDER],
  ['orders', { ...ORDER, id: `'c'`, status: `'cancelled'`, cancel_reason: `'expired'`, expires_at: 'null' }],
  ['order_lines', LINE],
  ['order_lines', { ...LINE, sku_id: `'t'`, quantity: '0' }],
  ['movements', MOVEMENT],
  ['movements', { ...MOVEMENT, version: '2', kind: `'adjusted'`, quantity: '-1' }],
  ['movements', { ...MOVEMENT, version: '3', kind: `'changed'`, quantity: '0' }],
  ['movements', { ...MOVEMENT, version: '4', kind: `'returned'`, restocked: 'false' }],
];

const BROKEN: [constraint: string, table: string, row: Record<string, string>][] = [
  ['skus_counters', 'skus', { ...SKU, on_hand: '-1' }],
  ['skus_counters', 'skus', { ...SKU, reserved: '-1' }],
  ['skus_counters', 'skus', { ...SKU, sales: '-1' }],
  ['skus_price', 'skus', { ...SKU, price: '-1' }],
  ['skus_policy', 'skus', { ...SKU, safety_stock: '-1' }],
  ['skus_policy', 'skus', { ...SKU, backorder_limit: '-1' }],
  ['skus_policy', 'skus', { ...SKU, max_per_order: '0' }],
  ['skus_policy', 'skus', { ...SKU, max_per_customer: '0' }],
  ['skus_version', 'skus', { ...SKU, version: '-1' }],
  ['orders_status_check', 'orders', { ...ORDER, status: `'held'` }],
  ['orders_payment_check', 'orders', { ...ORDER, payment: `'barter'` }],
  ['orders_cancel_reason_check', 'orders', { ...ORDER, status: `'cancelled'`, cancel_reason: `'bored'` }],
  ['orders_cancel_reason', 'orders', { ...ORDER, status: `'cancelled'` }],
  ['orders_cancel_reason', 'orders', { ...ORDER, cancel_reason: `'requested'` }],
  ['orders_pending_expires', 'orders', { ...ORDER, expires_at: 'null' }],
  ['orders_freight', 'orders', { ...ORDER, freight: '-1' }],
  ['orders_version', 'orders', { ...ORDER, version: '0' }],
  ['order_lines_quantities', 'order_lines', { ...LINE, quantity: '3' }],
  ['order_lines_quantities', 'order_lines', { ...LINE, returned: '-1' }],
  ['order_lines_quantities', 'order_lines', { ...LINE, returned: '3' }],
  ['order_lines_ordered', 'order_lines', { ...LINE, quantity: '0', ordered: '0' }],
  ['order_lines_position', 'order_lines', { ...LINE, position: '-1' }],
  ['order_lines_unit_price', 'order_lines', { ...LINE, unit_price: '-1' }],
  ['movements_kind_check', 'movements', { ...MOVEMENT, kind: `'vanished'` }],
  ['movements_quantity', 'movements', { ...MOVEMENT, quantity: '0' }],
  ['movements_quantity', 'movements', { ...MOVEMENT, quantity: '-1' }],
  ['movements_counters', 'movements', { ...MOVEMENT, on_hand: '-1' }],
  ['movements_restocked', 'movements', { ...MOVEMENT, restocked: 'true' }],
  ['movements_restocked', 'movements', { ...MOVEMENT, kind: `'returned'` }],
  ['movements_version', 'movements', { ...MOVEMENT, version: '0' }],
];

describe.each(['PostgreSQL', 'PGlite'])('a migrated %s', (name) => {
  it('is what the entities describe', async () => {
    expect(await difference(on(name))).toBe('');
  });

  it('has the columns that all SQL is made of, under the names and of the types of the schema generator', () => {
    for (const table of entities.map((entity) => tableOf<object>(entity))) {
      const { tableName, props } = discovered(on(name), table.name);
      expect(table).toMatchObject({
        name: tableName,
        columns: props.map(({ name: property, fieldNames, columnTypes, nullable = false, primary = false }) => ({
          property,
          name: fieldNames[0],
          type: columnTypes[0],
          isNullable: nullable,
          isKey: primary,
        })),
      });
    }
  });

  it('would be found to differ in an index, a check or a column', async () => {
    const database = on(name);
    await database.query('drop index orders_due', []);
    expect(await difference(database)).toContain('orders_due');
    await database.query(`create index orders_due on orders (expires_at, id) where status = 'pending'`, []);
    await database.query('alter table skus drop constraint skus_price', []);
    expect(await difference(database)).toContain('skus_price');
    await database.query('alter table skus add constraint skus_price check (price >= 0)', []);
    await database.query('alter table epochs add column extra int', []);
    expect(await difference(database)).toContain('extra');
    await database.query('alter table epochs drop column extra', []);
    expect(await difference(database)).toBe('');
  });

  it.each(WHOLE)('takes a row that the rules can write into %s: %o', async (table, row) => {
    await on(name).query(`with written as (${insert(table, row)} returning 1) select * from written`, []);
    await on(name).query(`delete from ${table}`, []);
  });

  it.each(BROKEN)('refuses by %s a row of %s: %o', async (constraint, table, row) => {
    await expect(on(name).query(insert(table, row), [])).rejects.toThrow(`violates check constraint "${constraint}"`);
  });

  it('compares all ids bytewise', async () => {
    const rows = await on(name).query<{ column: string }>(
      `select table_name || '.' || column_name as column from information_schema.columns
       where table_schema = 'public' and collation_name = 'C' order by 1`,
      [],
    );
    expect(rows.map((row) => row.column)).toEqual([
      'carts.id',
      'idempotency_keys.key',
      'movements.order_id',
      'movements.sku_id',
      'order_lines.order_id',
      'order_lines.sku_id',
      'orders.customer_id',
      'orders.id',
      'products.id',
      'skus.id',
      'skus.product_id',
    ]);
  });

  it('orders ids by their bytes', async () => {
    const ids = ['a', 'B', 'ä', 'Z', 'a b', 'aa', '~'];
    const database = on(name);
    for (const id of ids) await database.query(insert('skus', { ...SKU, id: `'${id}'` }), []);
    const rows = await database.query<{ id: string }>('select id from skus order by id', []);
    expect(rows.map((row) => row.id)).toEqual(ids.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y))));
    await database.query('delete from skus', []);
  });

  it('fits counters up to their highest value', async () => {
    const database = on(name);
    await database.query(insert('skus', { ...SKU, on_hand: '2147483647' }), []);
    await expect(database.query('update skus set on_hand = 2147483648', [])).rejects.toThrow('out of range');
    await database.query('delete from skus', []);
  });
});
