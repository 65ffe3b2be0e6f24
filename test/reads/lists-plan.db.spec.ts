/** How the lists are read on large tables: by the index that is there for them, and no further than the page. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import type { Lists, PageRequest } from '../../src/journal/record.ts';
import { createLists } from '../../src/reads/lists.ts';
import { freshDatabase } from '../support/postgres.ts';

const DEADLINE_MS = 60_000;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];

/** Stands for `database`, and keeps the plans of what was asked. */
function explained(database: Database, plans: Plan[]): Database {
  return {
    ...database,
    async query<T>(sql: string, params: readonly unknown[]): Promise<T[]> {
      const [row] = await database.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (analyze, format json) ${sql}`,
        params,
      );
      if (row !== undefined) plans.push(row['QUERY PLAN'][0].Plan);
      return database.query<T>(sql, params);
    },
  };
}

const MANY = [
  `insert into skus select 'sku-' || n, 'product-' || n % 5000, 'n', 1, 'EUR', 1, 0, 0, 0, 0, null, 1, now(), now() from generate_series(1, 50000) n`,
  `insert into products (id, name, version, created_at, updated_at) select 'product-' || n, 'n', 1, now(), now() from generate_series(4000, 7000) n`,
  `insert into movements select 'sku-' || n % 50, n / 50 + 1, 'received', 1, 1, 0, 0, null, null, null, null, now() from generate_series(0, 49999) n`,
  `insert into orders select 'order-' || n, case when n % 1000 = 0 then 'pending' else 'confirmed' end, 'online', 'customer-' || n % 5000, 0, 'EUR', now(), null, 1, 'f', now(), now() from generate_series(1, 50000) n`,
  `insert into order_lines select 'order-' || n, 'sku-' || n, 0, 1, 1, 1, 0 from generate_series(1, 50000) n`,
];

describe('tables of 50 000 rows on PostgreSQL', () => {
  let database: Database;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const fresh = await freshDatabase();
    database = await openDatabase({ url: fresh.url });
    drop = fresh.drop;
    for (const sql of [...MANY, 'analyze']) await database.query(sql, []);
  });
  afterAll(async () => {
    await database.close();
    await drop();
  });

  const page: PageRequest = { after: null, limit: 50 };
  const nobody = { status: null, customerId: null };
  const reads: [name: string, read: (lists: Lists) => Promise<unknown>, index: string][] = [
    ['SKUs', (lists) => lists.skus({ after: 'sku-4', limit: 50 }), 'skus_pkey'],
    ['SKUs by id', (lists) => lists.skusById(['sku-1', 'sku-30000']), 'skus_pkey'],
    ['a ledger', (lists) => lists.movements('sku-7', { after: '500', limit: 50 }), 'movements_pkey'],
    ['a product', (lists) => lists.product('product-7', page), 'skus_product'],
    ['orders', (lists) => lists.orders(nobody, { after: 'order-3', limit: 50 }), 'orders_pkey'],
    ['pending orders', (lists) => lists.orders({ ...nobody, status: 'pending' }, page), 'orders_status'],
    ["a customer's orders", (lists) => lists.orders({ ...nobody, customerId: 'customer-9' }, page), 'orders_customer'],
    [
      "a customer's pending orders",
      (lists) => lists.orders({ status: 'pending', customerId: 'customer-1000' }, page),
      'orders_customer',
    ],
  ];

  it.each(reads)('are read for %s by an index, a page at a time', async (_name, read, index) => {
    const plans: Plan[] = [];
    await read(createLists(explained(database, plans), DEADLINE_MS));
    expect(plans.length).toBeGreaterThan(0);
    expect(plans.length).toBeLessThanOrEqual(3);
    const all = plans.flatMap(nodes);
    expect(all.filter((node) => node['Node Type'] === 'Seq Scan' && node['Relation Name'] !== undefined)).toEqual([]);
    expect(all.map((node) => node['Index Name'])).toContain(index);
    const touched = all.map(
      (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    );
    expect(Math.max(...touched)).toBeLessThanOrEqual(60);
  });

  /** 5 000 products have ten SKUs each, 3 001 were put. */
  const plansOf = async (read: (lists: Lists) => Promise<unknown>): Promise<Plan[]> => {
    const plans: Plan[] = [];
    await read(createLists(explained(database, plans), DEADLINE_MS));
    expect(plans).toHaveLength(1);
    return plans.flatMap(nodes);
  };
  /** Of a node that several workers share, the mean of them is told. */
  const rowsOf = (plan: Plan) =>
    Math.round((plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']);

  it('are read for products by the indexes, no more than the SKUs of those on the page', async () => {
    const all = await plansOf((lists) => lists.products({ after: 'product-4', limit: 50 }));
    expect(all.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
    expect(all.map((node) => node['Index Name'])).toEqual(expect.arrayContaining(['skus_product', 'products_pkey']));
    expect(Math.max(...all.map(rowsOf))).toBeLessThanOrEqual(51 * 10);
  });

  it('are read for the best sellers in one pass over the SKUs, whatever the page', async () => {
    for (const after of [null, { sales: 0, id: 'product-42' }]) {
      const all = await plansOf((lists) => lists.bestSellers(after, 50));
      const ofSkus = all.filter((node) => node['Relation Name'] === 'skus');
      expect(ofSkus).toHaveLength(1);
      expect(ofSkus.map(rowsOf)).toEqual([50_000]);
      expect(Math.max(...all.map(rowsOf))).toBe(50_000);
    }
  });
});
