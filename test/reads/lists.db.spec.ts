/** The lists on both databases: pages without gaps or repeats, rows as they were decided, and plans that stay in an index. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import type { Lists, Page, PageRequest, ProductSold, Rank } from '../../src/journal/record.ts';
import { SqlStore } from '../../src/journal/sql-store.ts';
import { createLists } from '../../src/reads/lists.ts';
import type { Facts } from '../../src/shop/facts.ts';
import type { Order, OrderStatus } from '../../src/shop/orders/order.ts';
import type { Product } from '../../src/shop/products/product.ts';
import type { Movement, Sku } from '../../src/shop/skus/sku.ts';
import { openEmbedded } from '../support/embedded.ts';
import { NOTHING } from '../support/nothing.ts';
import { freshDatabase } from '../support/postgres.ts';
import { reignOver } from '../support/reign.ts';

const AT = Date.UTC(2026, 10, 20, 12, 0, 0, 123);
const DEADLINE_MS = 60_000;

function sku(id: string, productId: string | null, sales: number): Sku {
  return {
    id,
    productId,
    name: `Name of ${id} "'\\`,
    price: 1290,
    currency: 'EUR',
    onHand: 2_147_483_647,
    reserved: 3,
    sales,
    safetyStock: 4,
    backorderLimit: 5,
    maxPerOrder: productId === null ? null : 6,
    maxPerCustomer: productId === null ? null : 7,
    version: 3,
    createdAt: AT,
    updatedAt: AT + 1,
  };
}

function movement(skuId: string, version: number): Movement {
  const of = { skuId, version, onHand: 10, reserved: 1, sales: 2, at: AT + version };
  const nothing = { orderId: null, reason: null, reference: null, restocked: null };
  if (version === 1) return { ...of, ...nothing, kind: 'received', quantity: 10, reference: 'PO-1' };
  if (version === 2) return { ...of, ...nothing, kind: 'adjusted', quantity: -1, reason: 'broken' };
  return { ...of, ...nothing, kind: 'returned', quantity: 1, orderId: 'o', restocked: false };
}

function order(id: string, status: OrderStatus, customerId: string | null): Order {
  return {
    id,
    status,
    payment: status === 'pending' ? 'online' : 'cash_on_delivery',
    customerId,
    lines: [
      { skuId: 'z', quantity: 2, ordered: 3, unitPrice: 100, returned: 1 },
      { skuId: 'a', quantity: 0, ordered: 1, unitPrice: 0, returned: 0 },
    ],
    freight: 490,
    currency: 'EUR',
    expiresAt: status === 'pending' ? AT + 900_000 : null,
    cancelReason: status === 'cancelled' ? 'requested' : null,
    version: 2,
    fingerprint: 'f',
    createdAt: AT,
    updatedAt: AT + 2,
  };
}

// Bytewise order, which no locale has: capitals first, ä behind all of ASCII.
const NAMED = ['p', 'p', 'p', 'p', 'p', null, 'q', 'ö'];
const SKUS = ['B', 'a', 'a b', 'aa', 'b', 'c', 'ä', '漢'].map((id, n) => sku(id, NAMED[n] ?? null, n + 1));
const PUT: readonly Product[] = ['B', 'empty', 'p'].map((id) => ({
  id,
  name: `Name of ${id} "'\\`,
  description: id === 'p' ? 'Two\nlines' : null,
  version: id === 'p' ? 2 : 1,
  createdAt: AT,
  updatedAt: AT + 1,
}));
/** By the bytes of their ids. */
const PRODUCTS: readonly ProductSold[] = [
  { ...textsOf('B'), sales: 0, skuCount: 0 },
  { ...textsOf('empty'), sales: 0, skuCount: 0 },
  { ...textsOf('p'), sales: 15, skuCount: 5 },
  { ...textsOf('q'), sales: 7, skuCount: 1 },
  { ...textsOf('ö'), sales: 8, skuCount: 1 },
];
const BEST = ['p', 'ö', 'q', 'B', 'empty'].flatMap((id) => PRODUCTS.find((product) => product.id === id) ?? []);

function textsOf(id: string) {
  const { name = null, description = null, version = 0 } = PUT.find((product) => product.id === id) ?? {};
  return { id, name, description, version };
}

const LEDGER = [1, 2, 3].map((version) => movement('a', version));
const STATUSES: readonly OrderStatus[] = ['pending', 'confirmed', 'shipped', 'cancelled'];
const ORDERS = Array.from({ length: 24 }, (_, n) => {
  const id = `o-${String(n).padStart(2, '0')}`;
  return order(id, STATUSES[n % 4] ?? 'pending', n % 3 === 0 ? null : `customer ${n % 3}`);
});

interface Opened {
  readonly database: Database;
  readonly drop: () => Promise<void>;
}
const opened = new Map<string, Opened>();

beforeAll(async () => {
  const fresh = await freshDatabase();
  opened.set('PostgreSQL', { database: await openDatabase({ url: fresh.url }), drop: fresh.drop });
  opened.set('PGlite', { database: await openEmbedded(), drop: async () => {} });
  const nothing = NOTHING;
  const facts: Facts[] = [
    // The ledger of `a` alone, so that a SKU without movements is there too.
    { ...nothing, skus: SKUS.map((row) => ({ id: row.id, basis: null, row, isWhole: true })) },
    ...PUT.map((row) => ({ ...NOTHING, products: [{ id: row.id, basis: null, row, isWhole: true }] })),
    ...ORDERS.map((row) => ({ ...nothing, orders: [{ id: row.id, basis: null, row, isWhole: true }] })),
  ];
  for (const { database } of opened.values()) {
    const result = await new SqlStore(database, await reignOver(database), () => {}).commit(facts);
    expect(result).toEqual({ kind: 'committed' });
    for (const line of LEDGER) await insertMovement(database, line);
  }
});

afterAll(async () => {
  for (const { database, drop } of opened.values()) {
    await database.close();
    await drop();
  }
});

async function insertMovement(database: Database, line: Movement): Promise<void> {
  const { skuId, version, kind, quantity, onHand, reserved, sales, orderId, reason, reference, restocked, at } = line;
  await database.query(
    'insert into movements values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::timestamptz)',
    [
      ...[skuId, version, kind, quantity, onHand, reserved, sales],
      ...[orderId, reason, reference, restocked, new Date(at).toISOString()],
    ],
  );
}

function on(name: string): Database {
  const found = opened.get(name);
  if (found === undefined) throw new Error(`${name} is not open`);
  return found.database;
}

/** All items, page by page, and how many pages that took. */
async function walk<T>(limit: number, read: (page: PageRequest) => Promise<Page<T> | null>) {
  const items: T[] = [];
  let pages = 0;
  let after: string | null = null;
  do {
    const page: Page<T> | null = await read({ after, limit });
    if (page === null) return null;
    items.push(...page.items);
    pages += 1;
    if (pages > 100) throw new Error(`the cursor ${page.next} leads nowhere`);
    after = page.next;
  } while (after !== null);
  return { items, pages };
}

const ALL: PageRequest = { after: null, limit: 200 };

describe.each(['PostgreSQL', 'PGlite'])('lists on %s', (name) => {
  let lists: Lists;
  beforeAll(() => {
    lists = createLists(on(name), DEADLINE_MS);
  });

  it('give SKUs as they were decided, by the bytes of their ids', async () => {
    expect(await lists.skus(ALL)).toEqual({ items: SKUS, next: null });
  });

  it.each([
    [1, 8],
    [3, 3],
    [4, 2],
    [8, 1],
    [200, 1],
  ])('give every SKU once in pages of %i', async (limit, pages) => {
    expect(await walk(limit, lists.skus)).toEqual({ items: SKUS, pages });
  });

  it('go on behind a cursor that is no SKU, and end behind the last', async () => {
    expect((await lists.skus({ after: 'a!', limit: 1 })).items[0]?.id).toBe('aa');
    expect(await lists.skus({ after: '漢', limit: 1 })).toEqual({ items: [], next: null });
  });

  it('give SKUs by id once each, without those that are not there', async () => {
    const found = await lists.skusById(['ä', 'nobody', 'a', 'ä', "'; --"]);
    expect(found.toSorted((x, y) => (x.id < y.id ? -1 : 1))).toEqual([SKUS[1], SKUS[6]]);
    expect(await lists.skusById([])).toEqual([]);
  });

  it('give the ledger of a SKU in pages', async () => {
    expect(await walk(2, (page) => lists.movements('a', page))).toEqual({ items: LEDGER, pages: 2 });
    expect(await lists.movements('a', { after: '2', limit: 200 })).toEqual({ items: LEDGER.slice(2), next: null });
    expect(await lists.movements('a', { after: '9999999999', limit: 1 })).toEqual({ items: [], next: null });
  });

  it('tell a SKU without movements from none', async () => {
    expect(await lists.movements('b', ALL)).toEqual({ items: [], next: null });
    expect(await lists.movements('nobody', ALL)).toBe(null);
  });

  it('sum the sales of a product over all its SKUs, on each page', async () => {
    const skus = SKUS.slice(0, 5);
    const { p = null } = Object.fromEntries(PRODUCTS.map((one) => [one.id, one]));
    expect(await lists.product('p', ALL)).toEqual({ ...p, skus: { items: skus, next: null } });
    expect(await lists.product('p', { after: 'a', limit: 2 })).toEqual({
      ...p,
      skus: { items: skus.slice(2, 4), next: 'aa' },
    });
    expect(await lists.product('p', { after: 'b', limit: 2 })).toEqual({ ...p, skus: { items: [], next: null } });
    expect(await lists.product('nobody', ALL)).toBe(null);
  });

  it('know a product that only SKUs name, and one that no SKU names', async () => {
    expect(await lists.product('q', ALL)).toEqual({ ...PRODUCTS[3], skus: { items: [SKUS[6]], next: null } });
    expect(await lists.product('empty', ALL)).toEqual({ ...PRODUCTS[1], skus: { items: [], next: null } });
  });

  it.each([1, 2, 3, 5, 200])('give every product once, by id and by sales, in pages of %i', async (limit) => {
    expect((await walk(limit, lists.products))?.items).toEqual(PRODUCTS);
    const best: ProductSold[] = [];
    for (let after: Rank | null = null; best.length <= BEST.length; ) {
      const { items, next }: Awaited<ReturnType<Lists['bestSellers']>> = await lists.bestSellers(after, limit);
      best.push(...items);
      if (next === null) break;
      after = next;
    }
    expect(best).toEqual(BEST);
  });

  it('go on among the products behind a cursor that is none, and end behind the last', async () => {
    expect(await lists.products({ after: 'f', limit: 1 })).toEqual({ items: [PRODUCTS[2]], next: 'p' });
    expect(await lists.products({ after: 'ö', limit: 1 })).toEqual({ items: [], next: null });
    expect((await lists.bestSellers({ sales: 7.5, id: 'x' }, 1)).items).toEqual([BEST[2]]);
    expect(await lists.bestSellers({ sales: 0, id: 'empty' }, 9)).toEqual({ items: [], next: null });
  });

  it('give orders as they were decided, lines in the order of the request', async () => {
    expect(await lists.orders({ status: null, customerId: null }, ALL)).toEqual({ items: ORDERS, next: null });
  });

  it('give an order whose lines are lost, without any, and the others as they are', async () => {
    await on(name).query(
      `insert into orders select (jsonb_populate_record(o, '{"id":"o-99"}')).* from orders o where id = 'o-00'`,
      [],
    );
    const { items } = await lists.orders({ status: null, customerId: null }, ALL);
    await on(name).query(`delete from orders where id = 'o-99'`, []);
    expect(items).toEqual([...ORDERS, { ...ORDERS[0], id: 'o-99', lines: [] }]);
  });

  it.each([
    [null, 'customer 1'],
    ['pending', null],
    ['cancelled', 'customer 2'],
    ['shipped', 'nobody'],
  ] as const)('give the orders that are %s and of %s, each once', async (status, customerId) => {
    const items = ORDERS.filter(
      (one) => (status === null || one.status === status) && (customerId === null || one.customerId === customerId),
    );
    const walked = await walk(2, (page) => lists.orders({ status, customerId }, page));
    expect(walked?.items).toEqual(items);
  });
});
