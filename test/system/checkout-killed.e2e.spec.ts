/** The service is killed between checkouts and their answers: cart, order and stock agree afterwards, and asking again gives the order. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { orderIn, type Reply, ShopClient } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';
import { CHECKOUT_KILLS, figures } from './sizes.ts';

const CARTS = 60;

async function idsOf(sql: SqlSession, statement: string): Promise<string[]> {
  return (await sql.query<{ id: string }>(statement)).map(({ id }) => id);
}

describe('a service that is killed in the midst of checkouts', () => {
  it(
    'has bought each cart as a whole or not at all, and buys it once when it is asked again',
    async () => {
      const database = await freshDatabase();
      onTestFinished(database.drop);
      const env = { DATABASE_URL: database.url, LOG_LEVEL: 'error' };
      await using sql = await SqlSession.open(database.url);
      let done = 0;
      let undone = 0;
      for (let round = 0; round < CHECKOUT_KILLS; round++) {
        const carts = Array.from({ length: CARTS }, (_, at) => `cart-${round}-${at}`);
        const skuIds = [`A-${round}`, `B-${round}`];
        const checkOut = (client: ShopClient, id: string): Promise<Reply> =>
          client.post(`/carts/${id}/checkout`, { orderId: `order-${id}`, payment: 'cash_on_delivery' });
        {
          await using service = await startService(env);
          await using client = new ShopClient(service.url, CARTS);
          await client.stock(1000, ...skuIds);
          await Promise.all(
            carts.map(async (id) => {
              for (const skuId of skuIds) await client.put(id, skuId, 2);
            }),
          );
          // Killed as soon as the first of them is durable, whoever was told by then.
          const answers = carts.map((id) => checkOut(client, id).catch(() => null));
          await Promise.race(answers);
          await service.kill();
          await Promise.all(answers);
        }
        const orders = new Set(await idsOf(sql, `select id from orders where id like 'order-cart-${round}-%'`));
        const emptied = new Set(
          await idsOf(sql, `select 'order-' || id as id from carts where id like 'cart-${round}-%' and lines = '[]'`),
        );
        expect([...emptied].sort()).toEqual([...orders].sort());
        expect(await sql.laws()).toEqual([]);
        done += orders.size;
        undone += CARTS - orders.size;

        await using service = await startService(env);
        await using client = new ShopClient(service.url, CARTS);
        for (const id of carts) {
          const reply = await checkOut(client, id);
          expect([reply.status, reply.replayed]).toEqual(orders.has(`order-${id}`) ? [200, true] : [201, false]);
          expect(orderIn(reply)).toMatchObject({ id: `order-${id}`, totalCount: 4 });
          expect((await client.cart(id)).lines).toEqual([]);
        }
        for (const skuId of skuIds) expect(await client.sku(skuId)).toMatchObject({ reserved: CARTS * 2 });
        expect(await sql.laws()).toEqual([]);
      }
      figures(`checkouts killed: ${CHECKOUT_KILLS} rounds, ${done} were done, ${undone} were not`);
    },
    60_000 + CHECKOUT_KILLS * 20_000,
  );
});
