/** A shop with a stock column in PostgreSQL moves in, beside its own tables. */
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStockKeeper, type StockKeeper } from '../../src/index.ts';
import { emptyDatabase } from '../db/empty-database.ts';
import type { FreshDatabase } from '../support/postgres.ts';
import { moveIn, type OldOrder, type OldShop, type OldSku } from './move-in.ts';

const OLD_SHOP = `
  create table products (id int primary key, title text, price_cents int, stock int);
  create table orders (id int primary key, customer text, status text);
  create table order_items (order_id int, product_id int, quantity int);
  insert into products select n, 'Mug ' || n, 100 + n, n % 7 from generate_series(1, 1200) as n;
  insert into orders select n, 'customer ' || n % 10, (array['new', 'paid', 'shipped', 'cancelled'])[1 + n % 4] from generate_series(1, 2000) as n;
  insert into order_items select n, 1 + n % 1200, 1 + n % 3 from generate_series(1, 2000) as n;
  insert into order_items select n, 1 + (n * 7 + 1) % 1200, 2 from generate_series(1, 2000) as n;`;

const SKUS = `
  select id::text, title as name, price_cents as price, stock, coalesce(held.units, 0)::int as "inOpenOrders"
  from products left join (
    select product_id, sum(quantity) as units from order_items join orders on orders.id = order_id
    where status in ('new', 'paid') group by product_id
  ) as held on held.product_id = products.id
  order by products.id`;
const OPEN_ORDERS = `
  select orders.id::text, customer as "customerId", status = 'paid' as "isPaid",
    json_agg(json_build_object('skuId', product_id::text, 'quantity', quantity)) as lines
  from orders join order_items on order_id = orders.id where status in ('new', 'paid') group by orders.id order by orders.id`;

let fresh: FreshDatabase;
let client: pg.Client;
let keeper: StockKeeper;
let shop: OldShop;

beforeEach(async () => {
  fresh = await emptyDatabase();
  client = new pg.Client({ connectionString: fresh.url });
  await client.connect();
  await client.query(OLD_SHOP);
  keeper = await createStockKeeper({ database: { url: fresh.url }, schema: 'stock_keeper' });
  shop = { skus: () => rows<OldSku>(SKUS), openOrders: () => rows<OldOrder>(OPEN_ORDERS) };
});
afterEach(async () => {
  await keeper.close();
  await client.end();
  await fresh.drop();
});

async function* rows<T extends object>(sql: string): AsyncGenerator<T> {
  yield* (await client.query<T>(sql)).rows;
}

/** As far as the given order; then the process is gone. */
async function* until(orders: AsyncIterable<OldOrder>, last: string): AsyncGenerator<OldOrder> {
  for await (const order of orders) {
    if (order.id === last) throw new Error('broken off');
    yield order;
  }
}

describe('a shop that moves in', () => {
  it('finds its stock as it was, its open orders reserved, and can cancel one of them once', async () => {
    expect(await moveIn(keeper, shop)).toEqual([]);
    const paid = await keeper.listOrders({ status: 'confirmed', limit: 1 });
    const [order] = paid.kind === 'page' ? paid.items : [];
    if (order === undefined) throw new Error(`no paid order: ${paid.kind}`);
    const [line] = order.lines;
    const stock = async () => {
      const read = await keeper.readSku({ id: line?.skuId ?? '' });
      return read.kind === 'sku' ? read.sku.available : Number.NaN;
    };
    const before = await stock();
    await keeper.cancelOrder({ id: order.id });
    await keeper.cancelOrder({ id: order.id });
    expect(await stock()).toBe(before + (line?.quantity ?? Number.NaN));
  });

  it('goes on where it broke off', async () => {
    const brokenOff = { ...shop, openOrders: () => until(shop.openOrders(), '801') };
    await expect(moveIn(keeper, brokenOff)).rejects.toThrow('broken off');
    expect(await moveIn(keeper, shop)).toEqual([]);
  });

  it('is told of SKUs and orders that its old stock does not bear', async () => {
    await client.query('update products set stock = -3 where id = 5');
    await client.query('update products set stock = -400 where id = 1100');
    const wrong = await moveIn(keeper, shop);
    expect(wrong).toContain('SKU 1100: sold_too_often');
    expect(wrong).toContainEqual(expect.stringMatching(/^SKU 5: -3 in the old shop, \d+ here$/));
    expect(wrong).toContainEqual(expect.stringMatching(/^order \d+: insufficient_stock$/));
  });
});
