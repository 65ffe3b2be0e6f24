/** Rows that change behind the keeper's back: by SQL from a person's hand, and by a second keeper on the same database. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { buildServer } from '../../src/http/server.ts';
import { SqlStore } from '../../src/journal/sql-store.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { Observation } from '../../src/lib/observe.ts';
import { Epoch } from '../../src/ownership/epoch.ts';
import { createLists } from '../../src/reads/lists.ts';
import { adjustByHand } from '../support/by-hand.ts';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { orderRequest, problemIn, type Reply, ShopClient, tally } from '../support/shop-client.ts';
import { Shoppers } from '../support/shoppers.ts';
import { holdLock, SqlSession, untruthful } from '../support/sql.ts';

async function openShop() {
  const database = await freshDatabase();
  const service = await startService({ DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
  const client = new ShopClient(service.url);
  const sql = await SqlSession.open(database.url);
  onTestFinished(async () => {
    await client[Symbol.asyncDispose]();
    await service.kill();
    await sql[Symbol.asyncDispose]();
    await database.drop();
  });
  return { database, service, client, sql };
}

const shortagesIn = (replies: readonly Reply[]) =>
  replies.flatMap((reply) => (reply.status === 409 ? (problemIn(reply).shortages ?? []) : []));

describe('a SKU changed by hand between load and commit', () => {
  it('is noticed before the batch of this SKU alone is committed, and decided on as it is now', async () => {
    const { database, service, client, sql } = await openShop();
    await client.stock(3, 'A');
    await adjustByHand(sql, ['A'], -2);
    // In memory there are still 3.
    const [placed, refused] = [
      await client.ask(orderRequest('one', { A: 1 })),
      await client.ask(orderRequest('two', { A: 1 })),
    ];
    expect(placed.status).toBe(201);
    expect(problemIn(refused).shortages).toEqual([{ skuId: 'A', requested: 1, available: 0, version: 3 }]);
    expect(service.logs()).toContain('"result":"lost","entries":1');
    expect(await sql.kinds('A')).toEqual(['received', 'adjusted', 'reserved']);

    // While the statement of the commit waits for the row, even.
    await client.post('/skus/A/receive', { quantity: 5 });
    const held = await holdLock(database.url, `select 1 from skus where id = 'A' for update`);
    await using _held = held;
    const asked = [4, 1, 1].map((quantity, i) => client.ask(orderRequest(`held-${i}`, { A: quantity })));
    await held.waitedFor();
    await adjustByHand(held.session, ['A'], -4);
    await held.release();
    const replies = await Promise.all(asked);
    expect(tally(replies)).toEqual({ '201': 1, '409 insufficient_stock': 2 });
    expect(await untruthful(sql, shortagesIn(replies))).toEqual([]);
    expect(await client.sku('A')).toMatchObject({ available: 0, onHand: 2, reserved: 2 });
    expect(await sql.laws()).toEqual([]);
  });

  it('sinks a batch of many SKUs, which is decided again: refused where the hand took the stock, placed everywhere else', async () => {
    const { database, service, client, sql } = await openShop();
    const skus = Array.from({ length: 20 }, (_, i) => `sku-${i}`);
    await client.stock(3, ...skus, 'gate', 'idle');
    const held = await holdLock(database.url, `select 1 from skus where id = 'gate' for update`);
    await using _held = held;
    const gate = client.ask(orderRequest('gate', { gate: 1 }));
    await held.waitedFor();
    // These gather behind the gate, in one batch.
    const single = skus.map((sku) => client.ask(orderRequest(`order-${sku}`, { [sku]: 1 })));
    const pairs = skus.slice(1, 6).map((sku) => client.ask(orderRequest(`pair-${sku}`, { [sku]: 1, 'sku-0': 1 })));
    for (let tick = 0; tick < 20; tick++) await client.get('/skus/idle');
    await adjustByHand(sql, ['sku-0'], -3);
    await held.release();

    expect((await gate).status).toBe(201);
    const [first, ...others] = await Promise.all(single);
    const refused = [...(first === undefined ? [] : [first]), ...(await Promise.all(pairs))];
    expect(tally(others)).toEqual({ '201': 19 });
    expect(tally(refused)).toEqual({ '409 insufficient_stock': 6 });
    for (const shortage of shortagesIn(refused))
      expect(shortage).toEqual({ skuId: 'sku-0', requested: 1, available: 0, version: 2 });
    expect(service.logs()).toMatch(/"result":"lost","entries":(?!1,)\d+/);
    for (const sku of skus.slice(1)) expect(await sql.kinds(sku)).toEqual(['received', 'reserved']);
    expect(await sql.kinds('sku-0')).toEqual(['received', 'adjusted']);
    expect(await sql.laws()).toEqual([]);
  });
});

/** A keeper that asks nobody whether the database is its own: the versions of the rows are all that is between two of them. */
async function believer(url: string, seen: Observation[]): Promise<ShopClient> {
  const database = await openDatabase({ url });
  const { epoch } = await Epoch.begin(database);
  await database.query('update epochs set ended_at = null', []);
  const observe = (observation: Observation) => seen.push(observation);
  const keeper = new Keeper({
    store: new SqlStore(database, { epoch, deposed: () => {} }, observe),
    lists: createLists(database, 10_000),
    observe,
  });
  const server = await buildServer({ keeper, logger: false });
  const client = new ShopClient(await server.listen({ host: '127.0.0.1', port: 0 }));
  onTestFinished(async () => {
    await client[Symbol.asyncDispose]();
    await server.close();
    await keeper.close();
    await database.close();
  });
  return client;
}

describe('two keepers that both believe to own one database, under load on the same SKUs', () => {
  it('sell no unit twice, give none back twice, and answer nothing but what is so', async () => {
    const { url, drop } = await freshDatabase();
    onTestFinished(drop);
    const seen: Observation[] = [];
    const [one, two] = [await believer(url, seen), await believer(url, seen)];
    await using sql = await SqlSession.open(url);
    await one.stock(60, 'scarce', 'rare');
    await one.stock(100_000, 'a', 'b');

    const groups = [one, two].map((client, i) => {
      const shoppers = new Shoppers({ name: `keeper-${i}`, skus: ['scarce', 'a', 'rare', 'b'], persistent: true });
      return { client, shoppers, home: shoppers.shop(client, 6) };
    });
    // The same orders and the same goods are asked for at both at once.
    const twice = await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        const order = orderRequest(`both-${i}`, { a: 1, b: 1 });
        const goods = {
          method: 'POST',
          path: '/skus/a/receive',
          body: { quantity: 1, reference: `both-${i}` },
          headers: { 'idempotency-key': `both-${i}` },
        } as const;
        return [
          await Promise.all([untilKnown(one, order), untilKnown(two, order)]),
          await Promise.all([untilKnown(one, goods), untilKnown(two, goods)]),
        ] as const;
      }),
    );
    await Promise.all(groups.map(({ shoppers }) => shoppers.answers(100)));
    for (const { shoppers } of groups) shoppers.goHome();
    await Promise.all(groups.map(({ home }) => home));

    for (const [orders, goods] of twice) {
      expect(orders.map(({ status }) => status).sort()).toEqual([200, 201]);
      expect(orders[0].text).toBe(orders[1].text);
      expect(goods.map(({ status }) => status)).toEqual([200, 200]);
      expect(goods[0].text).toBe(goods[1].text);
    }
    expect(await sql.value(`select count(*)::int from movements where reference like 'both-%'`)).toBe(30);
    for (const { client, shoppers } of groups) expect(await shoppers.faults(client)).toEqual([]);
    // They were in each other's way.
    expect(seen).toContainEqual(expect.objectContaining({ kind: 'batch_failed', result: 'lost' }));
    // Includes: never oversold at any version.
    expect(await sql.laws()).toEqual([]);
  });
});

/** "Unknown" means "ask again". Anything else of 5xx is an answer, and a wrong one. */
async function untilKnown(client: ShopClient, request: Parameters<ShopClient['ask']>[0]): Promise<Reply> {
  for (let tries = 1; ; tries++) {
    const reply = await client.ask(request);
    if (reply.status !== 503 || tries === 400) return reply;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
