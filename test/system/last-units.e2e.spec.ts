/** More orders at the same time than there are units: what is there is sold, once, and every refusal tells the truth. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type Service, startService } from '../support/service.ts';
import { orderIn, orderRequest, problemIn, type Reply, ShopClient, tally } from '../support/shop-client.ts';
import { SqlSession, untruthful } from '../support/sql.ts';
import { figures, LAST_UNITS_ROUNDS } from './sizes.ts';

let database: FreshDatabase;
let service: Service;
let client: ShopClient;
let sql: SqlSession;

beforeAll(async () => {
  database = await freshDatabase();
  service = await startService({ DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
  client = new ShopClient(service.url, 250);
  sql = await SqlSession.open(database.url);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await sql[Symbol.asyncDispose]();
  await service.kill();
  await database.drop();
});

const shortagesIn = (replies: readonly Reply[]) =>
  replies.flatMap((reply) => (reply.status === 409 ? (problemIn(reply).shortages ?? []) : []));

describe('500 simultaneous orders of 1, of a stock of 100', () => {
  it(
    'are 100 times placed and 400 times refused, with shortages that the ledger confirms',
    async () => {
      for (let round = 0; round < LAST_UNITS_ROUNDS; round++) {
        const skuId = `hot-${round}`;
        await client.stock(100, skuId);
        const replies = await Promise.all(
          Array.from({ length: 500 }, (_, i) => client.ask(orderRequest(`${skuId}-${i}`, { [skuId]: 1 }))),
        );
        expect(tally(replies)).toEqual({ '201': 100, '409 insufficient_stock': 400 });
        const shortages = shortagesIn(replies);
        expect(shortages).toHaveLength(400);
        expect(await untruthful(sql, shortages)).toEqual([]);
        expect(await client.sku(skuId)).toMatchObject({
          available: 0,
          onHand: 100,
          reserved: 100,
          sales: 100,
          version: 101,
        });
        expect(await sql.value('select count(*)::int from orders where id like $1', [`${skuId}-%`])).toBe(100);
      }
      expect(await sql.laws()).toEqual([]);
      figures(`last units: ${LAST_UNITS_ROUNDS} rounds of 500 orders on a stock of 100`);
    },
    30_000 + LAST_UNITS_ROUNDS * 5000,
  );
});

describe('a storm of orders over (A, B) and over (B, A), half of them cancelled at once', () => {
  it('ends without a deadlock, every order whole or not there, every shortage true', async () => {
    await client.stock(70, 'A');
    await client.stock(50, 'B');
    const outcomes = await Promise.all(
      Array.from({ length: 400 }, async (_, i) => {
        const [first, second] = i % 2 === 0 ? ['A', 'B'] : ['B', 'A'];
        const placed = await client.ask(orderRequest(`storm-${i}`, { [first]: 1 + (i % 3), [second]: 1 + (i % 2) }));
        if (placed.status !== 201 || i % 4 > 1) return { placed, cancelled: null };
        return { placed, cancelled: await client.post(`/orders/storm-${i}/cancel`) };
      }),
    );
    const placed = outcomes.map((outcome) => outcome.placed);
    expect(Object.keys(tally(placed)).sort()).toEqual(['201', '409 insufficient_stock']);
    const cancelled = outcomes.flatMap((outcome) => outcome.cancelled ?? []);
    expect(cancelled.length).toBeGreaterThan(0);
    expect(tally(cancelled)).toEqual({ '200': cancelled.length });
    for (const reply of cancelled) expect(orderIn(reply)).toMatchObject({ status: 'cancelled' });

    const shortages = shortagesIn(placed);
    expect(await untruthful(sql, shortages)).toEqual([]);
    // Stock came back in between: the refusals are of many versions, not of the last one alone.
    expect(new Set(shortages.map(({ skuId, version }) => `${skuId} ${version}`)).size).toBeGreaterThan(1);

    const refused = placed.filter((reply) => reply.status === 409).length;
    expect(await sql.value(`select count(*)::int from orders where id like 'storm-%'`)).toBe(400 - refused);
    // Includes: all lines or none, reserved = open lines, never oversold at any version.
    expect(await sql.laws()).toEqual([]);
    // A session hands in its count of deadlocks when it ends.
    expect(await service.stop()).toBe(0);
    expect(await sql.value('select deadlocks::int from pg_stat_database where datname = current_database()')).toBe(0);
  });
});
