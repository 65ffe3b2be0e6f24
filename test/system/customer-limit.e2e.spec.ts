/** A SKU with a limit for each customer, asked for by one customer from many tabs at once: over HTTP, on PostgreSQL, and across a crash. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { orderRequest, ShopClient, tally } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';

const TABS = 64;
const LIMIT = 5;

async function openShop() {
  const database = await freshDatabase();
  const sql = await SqlSession.open(database.url);
  onTestFinished(async () => {
    await sql[Symbol.asyncDispose]();
    await database.drop();
  });
  const open = async () => {
    const service = await startService({ DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
    const client = new ShopClient(service.url, TABS);
    onTestFinished(async () => {
      await client[Symbol.asyncDispose]();
      await service.kill();
    });
    return { service, client };
  };
  return { sql, open };
}

const asked = (client: ShopClient, customerId: string, round: number) =>
  Promise.all(
    Array.from({ length: TABS }, (_, i) =>
      client.ask(orderRequest(`${customerId}-${round}-${i}`, { rare: 1, common: 1 }, { customerId })),
    ),
  );

/** Units of `rare` in the standing orders of a customer. */
const standing = (sql: SqlSession, customerId: string) =>
  sql.value(
    `select coalesce(sum(l.quantity - l.returned), 0)::int from orders o join order_lines l on l.order_id = o.id
     where o.customer_id = $1 and o.status <> 'cancelled' and l.sku_id = 'rare'`,
    [customerId],
  );

describe(`${TABS} orders of one customer at once, of a SKU that is sold ${LIMIT} to a customer`, () => {
  it('are taken up to the limit, beside another customer, after a cancel and after a crash', async () => {
    const { sql, open } = await openShop();
    const { service, client } = await open();
    await client.stock(10_000, 'rare', 'common');
    expect((await client.ask({ method: 'PATCH', path: '/skus/rare', body: { maxPerCustomer: LIMIT } })).status).toBe(
      200,
    );

    const both = await Promise.all(['ann', 'bob'].map((customerId) => asked(client, customerId, 1)));
    for (const replies of both) expect(tally(replies)).toEqual({ '201': LIMIT, '422 max_per_customer': TABS - LIMIT });
    expect(tally([await client.ask(orderRequest('nobody', { rare: 1 }))])).toEqual({ '422 customer_required': 1 });

    const taken = await sql.value<string>(`select min(id) from orders where customer_id = 'ann'`);
    const [again, cancelled] = await Promise.all([asked(client, 'ann', 2), client.post(`/orders/${taken}/cancel`)]);
    expect(cancelled.status).toBe(200);
    // The cancel came before all of them, after all, or between.
    const first = tally(again)['201'] ?? 0;
    expect(first).toBeLessThanOrEqual(1);
    expect(tally(await asked(client, 'ann', 3))['201'] ?? 0).toBe(1 - first);
    expect(await standing(sql, 'ann')).toBe(LIMIT);

    await service.kill();
    const later = await open();
    expect(tally(await asked(later.client, 'ann', 4))).toEqual({ '422 max_per_customer': TABS });
    const patch = { method: 'PATCH', path: '/skus/rare', body: { maxPerCustomer: LIMIT + 2 } } as const;
    await later.client.ask(patch);
    expect(tally(await asked(later.client, 'ann', 5))['201']).toBe(2);
    expect([await standing(sql, 'ann'), await standing(sql, 'bob')]).toEqual([LIMIT + 2, LIMIT]);
    expect(await sql.laws()).toEqual([]);
  });
});
