/** A database that an older build has filled: this one brings its schema up, and goes on with what is in it. */
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMIT_FUNCTION } from '../../src/db/commit-batch.ts';
import { migrationsList } from '../../src/db/migrate.ts';
import { createStockKeeper } from '../../src/index.ts';
import { migrationSql } from '../../src/migrations.ts';
import { mugsOf } from '../library/keepers.ts';
import { checkLaws } from '../support/laws.ts';
import { administer, type FreshDatabase } from '../support/postgres.ts';
import { emptyDatabase } from './empty-database.ts';

let fresh: FreshDatabase;
beforeEach(async () => {
  fresh = await emptyDatabase();
});
afterEach(() => fresh.drop());

/** Ten mugs, three of them promised to an order, in the columns of the first schema. */
const SHOP = `
  insert into skus (id, product_id, name, price, currency, on_hand, reserved, sales, safety_stock, backorder_limit, version, created_at, updated_at)
  values ('MUG', 'MUGS', 'Mug', 1290, 'EUR', 10, 3, 3, 0, 0, 2, now(), now());
  insert into movements (sku_id, version, kind, quantity, on_hand, reserved, sales, order_id, at)
  values ('MUG', 1, 'received', 10, 10, 0, 0, null, now()), ('MUG', 2, 'reserved', 3, 10, 3, 3, 'A-1', now());
  insert into orders (id, status, payment, customer_id, freight, currency, version, fingerprint, created_at, updated_at)
  values ('A-1', 'confirmed', 'cash_on_delivery', 'eve', 0, 'EUR', 1, 'told by an older build', now(), now());
  insert into order_lines (order_id, sku_id, position, quantity, ordered, unit_price, returned) values ('A-1', 'MUG', 0, 3, 3, 1290, 0);`;

/** What a build whose last migration is `last` would have run; after the last of all, one with another function. */
function upTo(last: number): string {
  const next = migrationsList[last + 1] ?? COMMIT_FUNCTION;
  const [before] = migrationSql().split(`-- ${next.name}`);
  return `${before}commit;`;
}

describe('a database that an older build has filled', () => {
  it.each(migrationsList.map(({ name }, at) => [name, at] as const))(
    'is brought up from %s, and its order is cancelled once',
    async (_, at) => {
      await administer(fresh.url, upTo(at));
      await administer(fresh.url, SHOP);
      await using keeper = await createStockKeeper({ database: { url: fresh.url } });
      expect(await mugsOf(keeper)).toBe(7);
      expect(await keeper.readSku({ id: 'MUG' })).toMatchObject({ sku: { maxPerCustomer: null, version: 2 } });
      const limited = await keeper.changeSku({ id: 'MUG', maxPerCustomer: 4 });
      expect(limited.kind).toBe('sku');
      // What the older build sold counts.
      const lines = [{ skuId: 'MUG', quantity: 2 }];
      expect(await keeper.placeOrder({ lines, customerId: 'eve' })).toMatchObject({ kind: 'max_per_customer' });
      for (const _twice of [1, 2]) {
        expect(await keeper.cancelOrder({ id: 'A-1' })).toMatchObject({
          kind: 'order',
          order: { status: 'cancelled' },
        });
      }
      expect(await mugsOf(keeper)).toBe(10);
      expect(await keeper.putLine({ id: 'C-1', skuId: 'MUG', quantity: 2 })).toMatchObject({ kind: 'cart' });
      const bought = await keeper.checkOut({ id: 'C-1', payment: 'cash_on_delivery', customerId: 'eve' });
      expect(bought).toMatchObject({ kind: 'order_placed', order: { lines: [{ skuId: 'MUG', quantity: 2 }] } });
      expect(await keeper.readProduct({ id: 'MUGS' })).toMatchObject({
        kind: 'product',
        product: { sales: 2, version: 0 },
      });
      await keeper.close();
      const client = new pg.Client({ connectionString: fresh.url });
      await client.connect();
      // One that no other database has: `pg_dump` takes it along.
      const { rows } = await client.query<{ id: string }>('select id from database_identity');
      expect(rows).toEqual([{ id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/) }]);
      const broken = await checkLaws(async (sql) => (await client.query(sql)).rows).finally(() => client.end());
      expect(broken).toEqual([]);
    },
  );
});
