/** Availability, and the sales of a product, over real HTTP while orders move units about among its SKUs: every answer is of one moment. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AvailabilityBody } from '../../src/api/skus/availability.ts';
import type { SkuBody } from '../../src/api/skus/body.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type Service, startService } from '../support/service.ts';
import { orderRequest, type Reply, ShopClient } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';

const SKUS = Array.from({ length: 12 }, (_, at) => `shuffled-${at}`);
const PRODUCT = 'shuffled';
const ON_HAND = 40;
/** Units of each order, over two to four SKUs: the sum over the set moves by sevens. */
const UNITS = 7;
const SPLITS = [
  [3, 4],
  [5, 1, 1],
  [1, 2, 2, 2],
];
const SHOPPERS = 24;
const ORDERS_EACH = 25;
const READERS = 6;

let database: FreshDatabase;
let service: Service;
let client: ShopClient;
let sql: SqlSession;

beforeAll(async () => {
  database = await freshDatabase();
  service = await startService({ DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
  client = new ShopClient(service.url, SHOPPERS + READERS);
  sql = await SqlSession.open(database.url);
  for (const id of SKUS) {
    const { status } = await client.post('/skus', { id, productId: PRODUCT, name: id, price: 100, onHand: ON_HAND });
    expect(status).toBe(201);
  }
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await sql[Symbol.asyncDispose]();
  await service.kill();
  await database.drop();
});

/** Each places over some of the SKUs, and cancels the order before. */
const shopAll = (name: string) =>
  Promise.all(Array.from({ length: SHOPPERS }, (_, shopper) => shop(`${name}-${shopper}`, shopper)));

async function shop(name: string, shopper: number): Promise<void> {
  for (let nth = 0; nth < ORDERS_EACH; nth++) {
    const split = SPLITS[(shopper + nth) % SPLITS.length] ?? [];
    const at = shopper * 5 + nth * 3;
    const lines = Object.fromEntries(split.map((units, n) => [SKUS[(at + n * 5) % SKUS.length], units]));
    const id = `${name}-${nth}`;
    const before = `${name}-${nth - 1}`;
    const [placed] = await Promise.all([
      client.ask(orderRequest(id, lines)),
      nth === 0 ? null : client.post(`/orders/${before}/cancel`),
    ]);
    expect([201, 409]).toContain(placed.status);
  }
}

/** All that the readers are answered while the shoppers shop. */
async function readWhile<T>(shopping: Promise<unknown>, read: () => Promise<Reply>): Promise<T[]> {
  let isOver = false;
  const reading = Array.from({ length: READERS }, async () => {
    const answers: T[] = [];
    while (!isOver) {
      const reply = await read();
      expect(reply.status).toBe(200);
      answers.push(JSON.parse(reply.text) as T);
    }
    return answers;
  });
  await shopping.finally(() => {
    isOver = true;
  });
  return (await Promise.all(reading)).flat();
}

/** Movements of orders on these SKUs, and how many of each kind an order has. */
interface Moved {
  readonly order_id: string;
  readonly kind: string;
  readonly sku_id: string;
  readonly version: number;
}

describe(`${READERS} readers of ${SKUS.length} SKUs, while ${SHOPPERS} shoppers place and cancel`, () => {
  it('law: never see a part of an order, nor anything that the ledger does not confirm', async () => {
    const answers = await readWhile<AvailabilityBody>(shopAll('order'), () =>
      client.post('/availability', { skuIds: SKUS }),
    );

    const sums = answers.map(({ items }) => items.reduce((sum, { available }) => sum + available, 0));
    expect(sums.filter((sum) => (SKUS.length * ON_HAND - sum) % UNITS !== 0)).toEqual([]);
    // It was read while something was going on.
    expect(new Set(sums).size).toBeGreaterThan(3);

    const ledger = await sql.query<Moved & { available: number }>(
      `select order_id, kind, sku_id, version, on_hand - reserved as available from movements where sku_id like 'shuffled-%'`,
    );
    const availableAt = new Map(ledger.map((row) => [`${row.sku_id} ${row.version}`, row.available]));
    // All lines of an order move in one turn, by one kind of movement.
    const turns = [...Map.groupBy(ledger, (row) => `${row.kind} ${row.order_id}`).values()].filter(
      ([first]) => first?.kind !== 'received',
    );
    expect(turns.length).toBeGreaterThan(SHOPPERS * ORDERS_EACH);
    for (const { items, unknown } of answers) {
      expect(unknown).toEqual([]);
      expect(items.map(({ skuId }) => skuId)).toEqual(SKUS);
      const shown = new Map(items.map(({ skuId, version }) => [skuId, version]));
      for (const { skuId, version, available } of items) {
        if (availableAt.get(`${skuId} ${version}`) !== available) expect.fail(`${skuId}@${version} had ${available}`);
      }
      const torn = turns.filter((moved) => {
        const isIn = moved.map(({ sku_id, version }) => version <= (shown.get(sku_id) ?? 0));
        return isIn.includes(true) && isIn.includes(false);
      });
      if (torn.length > 0) expect.fail(`a part of ${torn[0]?.[0]?.kind} of ${torn[0]?.[0]?.order_id} was shown`);
    }
    expect(await sql.laws()).toEqual([]);
  });

  it('law: see the product sell what its SKUs sell, never a part of an order', async () => {
    interface Sold {
      readonly sales: number;
      readonly skus: readonly SkuBody[];
    }
    const answers = await readWhile<Sold>(shopAll('sale'), () => client.get(`/products/${PRODUCT}`));
    for (const { sales, skus } of answers) {
      expect(skus).toHaveLength(SKUS.length);
      expect(sales).toBe(skus.reduce((sum, sku) => sum + sku.sales, 0));
    }
    const sales = answers.map((product) => product.sales);
    expect(sales.filter((sum) => sum % UNITS !== 0)).toEqual([]);
    expect(new Set(sales).size).toBeGreaterThan(3);
    const stands = `select coalesce(sum(l.quantity), 0)::int from order_lines l join orders o on o.id = l.order_id where o.status <> 'cancelled'`;
    const best = JSON.parse((await client.get('/products?sort=sales')).text) as { readonly items: readonly object[] };
    expect(best.items).toEqual([expect.objectContaining({ id: PRODUCT, sales: await sql.value(stands) })]);
  });
});
