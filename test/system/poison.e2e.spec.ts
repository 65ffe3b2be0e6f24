/** One entry that the database will never take, among others in one batch: it is answered "unknown", and it alone. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { codeOf, orderRequest, ShopClient, tally } from '../support/shop-client.ts';
import { holdLock, SqlSession } from '../support/sql.ts';

const NEIGHBOURS = 10;

describe.each([
  ['on SKUs of their own', (i: number) => `sku-${i}`],
  ['on the same SKU', () => 'sku-0'],
])('an order that breaks a CHECK, in one batch with others %s', (_, skuOf) => {
  it('is answered 503, and all the others are placed', async () => {
    const database = await freshDatabase();
    onTestFinished(database.drop);
    await using sql = await SqlSession.open(database.url);
    await sql.query(`alter table orders add constraint no_poison check (customer_id is distinct from 'poison')`);
    // Longer than the longest pause before deciding again: whoever tries again meets all the others who do, the poisoned one among them.
    await sql.query(
      `create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.3); return null; end $$`,
    );
    await sql.query('create trigger slow before insert on orders for each statement execute function slow()');
    await using service = await startService({ DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
    await using client = new ShopClient(service.url);
    const skus = Array.from({ length: NEIGHBOURS + 1 }, (_, i) => `sku-${i}`);
    await client.stock(NEIGHBOURS + 1, ...skus, 'gate', 'idle');

    // While the gate's commit waits, all of these gather in the next batch.
    const held = await holdLock(database.url, `select 1 from skus where id = 'gate' for update`);
    await using _held = held;
    const gate = client.ask(orderRequest('gate', { gate: 1 }));
    await held.waitedFor();
    const middle = NEIGHBOURS / 2;
    const replies = Array.from({ length: NEIGHBOURS + 1 }, (_, i) => {
      const customerId = i === middle ? 'poison' : 'customer';
      return client.ask(orderRequest(`order-${i}`, { [skuOf(i)]: 1 }, { customerId }));
    });
    // Answered behind all of them by the same process: they have arrived.
    for (let tick = 0; tick < 20; tick++) await client.get('/skus/idle');
    await held.release();
    expect((await gate).status).toBe(201);
    const answered = await Promise.all(replies);
    expect(tally(answered)).toEqual({ '201': NEIGHBOURS, '503 unknown_outcome': 1 });
    expect(codeOf(answered[middle] ?? (await gate))).toBe('unknown_outcome');
    // It was among others.
    expect(service.logs()).toMatch(/"result":"refused","entries":(?!1,)\d+/);
    expect(await sql.value('select count(*)::int from orders')).toBe(NEIGHBOURS + 1);
    expect(await sql.laws()).toEqual([]);

    // Healed, the same order is placed by asking again.
    await sql.query('alter table orders drop constraint no_poison');
    const again = await client.ask(orderRequest(`order-${middle}`, { [skuOf(middle)]: 1 }, { customerId: 'poison' }));
    expect(again).toMatchObject({ status: 201, replayed: false });
    expect(await sql.laws()).toEqual([]);
  });
});
