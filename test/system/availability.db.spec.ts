/** Availability over real HTTP while orders move units about among the SKUs: every answer is of one moment. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AvailabilityBody } from '../../src/http/availability-body.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type Service, startService } from '../support/service.ts';
import { orderRequest, ShopClient } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';

const SKUS = Array.from({ length: 12 }, (_, at) => `shuffled-${at}`);
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
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await sql[Symbol.asyncDispose]();
  await service.kill();
  await database.drop();
});

/** Places over some of the SKUs, and cancels the order before. */
async function shop(shopper: number): Promise<void> {
  for (let nth = 0; nth < ORDERS_EACH; nth++) {
    const split = SPLITS[(shopper + nth) % SPLITS.length] ?? [];
    const at = shopper * 5 + nth * 3;
    const lines = Object.fromEntries(split.map((units, n) => [SKUS[(at + n * 5) % SKUS.length], units]));
    const id = `order-${shopper}-${nth}`;
    const before = `order-${shopper}-${nth - 1}`;
    const [placed] = await Promise.all([
      client.ask(orderRequest(id, lines)),
      nth === 0 ? null : client.post(`/orders/${before}/cancel`),
    ]);
    expect([201, 409]).toContain(placed.status);
  }
}

async function readWhile(isOver: () => boolean): Promise<AvailabilityBody[]> {
  const answers: AvailabilityBody[] = [];
  while (!isOver()) {
    const reply = await client.post('/availability', { skuIds: SKUS });
    expect(reply.status).toBe(200);
    answers.push(JSON.parse(reply.text) as AvailabilityBody);
  }
  return answers;
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
    await client.stock(ON_HAND, ...SKUS);
    let isOver = false;
    const reading = Array.from({ length: READERS }, () => readWhile(() => isOver));
    await Promise.all(Array.from({ length: SHOPPERS }, (_, shopper) => shop(shopper)));
    isOver = true;
    const answers = (await Promise.all(reading)).flat();

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
  }, 60_000);
});
