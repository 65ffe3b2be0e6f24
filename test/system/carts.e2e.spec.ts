/** Carts over real HTTP, from many clients at once: no edit is lost, no checkout is half done. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type Service, startService } from '../support/service.ts';
import { cartIn, orderIn, type Reply, ShopClient, tally } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';
import { CART_EDITS, figures } from './sizes.ts';

const CLIENTS = 64;

let database: FreshDatabase;
let service: Service;
let client: ShopClient;
let sql: SqlSession;

beforeAll(async () => {
  database = await freshDatabase();
  service = await startService({ DATABASE_URL: database.url, LOG_LEVEL: 'warn', DEFAULT_FREIGHT: 490 });
  client = new ShopClient(service.url, 250);
  sql = await SqlSession.open(database.url);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await sql[Symbol.asyncDispose]();
  await service.kill();
  await database.drop();
});

const checkOut = (cartId: string, orderId: string, more = {}): Promise<Reply> =>
  client.post(`/carts/${cartId}/checkout`, { orderId, payment: 'online', ...more });

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, at) => `${name}-${at}`);

/** Runs what 64 clients do, all at once, each one thing after another. */
const clients = (each: (at: number) => Promise<void>) =>
  Promise.all(Array.from({ length: CLIENTS }, (_, at) => each(at)));

const quantity = (seed: number): number => 1 + ((seed * 7919) % 1000);

describe(`${CLIENTS} clients that edit one cart at once`, () => {
  it(
    'lose none of their edits of different lines, and of the same line one of the writes stays; the version counts them all',
    async () => {
      const skuIds = numbered('edited', CLIENTS);
      await client.stock(1, ...skuIds, 'contested');
      await clients(async (at) => {
        for (let edit = 0; edit < CART_EDITS; edit++) {
          const reply = await client.put('different', `edited-${at}`, quantity(at + edit));
          expect(reply.status).toBe(200);
          // Whoever has written a line reads it as it was written.
          expect(cartIn(reply).lines.find(({ skuId }) => skuId === `edited-${at}`)?.quantity).toBe(quantity(at + edit));
        }
      });
      const different = await client.cart('different');
      expect(different.version).toBe(CLIENTS * CART_EDITS);
      expect(different.lines.map((line) => [line.skuId, line.quantity]).sort()).toEqual(
        skuIds.map((skuId, at) => [skuId, quantity(at + CART_EDITS - 1)]).sort(),
      );

      const last: number[] = [];
      await clients(async (at) => {
        for (let edit = 0; edit < CART_EDITS; edit++) await client.put('same', 'contested', 1 + at * CART_EDITS + edit);
        last.push(at * CART_EDITS + CART_EDITS);
      });
      const same = await client.cart('same');
      expect(same.version).toBe(CLIENTS * CART_EDITS);
      expect(same.lines).toHaveLength(1);
      // Each client's last write came behind its others, so what stays is the last of one of them.
      expect(last).toContain(same.lines[0]?.quantity);
      figures(`cart edits: ${2 * CLIENTS * CART_EDITS} of ${CLIENTS} clients on two carts`);
    },
    30_000 + CART_EDITS * 2000,
  );
});

describe('500 carts that check out the last 100 units at once', () => {
  it('become 100 orders, and 400 carts stay as they were', async () => {
    await client.stock(100, 'last');
    const carts = numbered('last-cart', 500);
    for (const reply of await Promise.all(carts.map((id) => client.put(id, 'last', 1)))) expect(reply.status).toBe(200);
    const replies = await Promise.all(carts.map((id) => checkOut(id, `order-of-${id}`)));
    expect(tally(replies)).toEqual({ '201': 100, '409 insufficient_stock': 400 });
    const after = await Promise.all(carts.map((id) => client.cart(id)));
    replies.forEach((reply, at) => {
      const cart = after[at];
      if (reply.status === 201) {
        expect(orderIn(reply)).toMatchObject({ freight: 490, totalAmount: 590, totalCount: 1 });
        expect(cart).toMatchObject({ lines: [], version: 2 });
      } else expect(cart).toMatchObject({ lines: [{ skuId: 'last', quantity: 1, available: 0 }], version: 1 });
    });
    expect(await client.sku('last')).toMatchObject({ available: 0, reserved: 100, sales: 100 });
    expect(await sql.laws()).toEqual([]);
  });
});

describe('1 000 checkouts of carts over the same SKUs, in opposite orders', () => {
  it('end without a deadlock, each with all its lines and an empty cart, or none and the cart as it was', async () => {
    const skuIds = numbered('shared', 8);
    await client.stock(150, ...skuIds);
    const carts = numbered('shared-cart', 1000);
    const picked = (at: number) => {
      const some = skuIds.filter((_, n) => (at >> (n % 5)) % 2 === 0 || n === at % 8);
      return at % 2 === 0 ? some : some.toReversed();
    };
    await Promise.all(
      carts.map(async (id, at) => {
        for (const skuId of picked(at)) expect((await client.put(id, skuId, 1)).status).toBe(200);
      }),
    );
    const replies = await Promise.all(carts.map((id) => checkOut(id, `order-of-${id}`)));
    expect(Object.keys(tally(replies)).sort()).toEqual(['201', '409 insufficient_stock']);
    await Promise.all(
      replies.map(async (reply, at) => {
        const cart = await client.cart(`shared-cart-${at}`);
        const skus = picked(at);
        if (reply.status === 201) {
          expect(orderIn(reply).lines.map(({ skuId }) => skuId)).toEqual(skus);
          expect(cart.lines).toEqual([]);
        } else expect(cart.lines.map(({ skuId }) => skuId)).toEqual(skus);
      }),
    );
    const placed = replies.filter(({ status }) => status === 201).length;
    expect(await sql.value(`select count(*)::int from orders where id like 'order-of-shared-%'`)).toBe(placed);
    expect(await sql.laws()).toEqual([]);
    // A session hands in its count of deadlocks when it ends.
    expect(await service.stop()).toBe(0);
    expect(await sql.value('select deadlocks::int from pg_stat_database where datname = current_database()')).toBe(0);
  });
});
