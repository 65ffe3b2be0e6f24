/** A database as the store contract wants it. */
import type { Database } from '../../src/db/database.ts';
import { SqlStore } from '../../src/journal/sql-store.ts';
import { unobserved } from '../../src/lib/observe.ts';
import type { Movement } from '../../src/shop/skus/sku.ts';
import { reignOver } from '../support/reign.ts';
import type { StoreUnderTest } from './store-contract.ts';

const LEDGER = `select sku_id as "skuId", version, kind, quantity, on_hand as "onHand", reserved, sales, order_id as "orderId",
  reason, reference, restocked, (extract(epoch from at) * 1000)::float8 as at from movements where sku_id = $1 order by version`;

export async function sqlUnderTest(database: Database, close: () => Promise<void>): Promise<StoreUnderTest> {
  return {
    store: new SqlStore(database, await reignOver(database), unobserved),
    ledger: (skuId) => database.query<Movement>(LEDGER, [skuId]),
    async meddle(skuId, { version = null, onHand = null }) {
      await database.query(
        'update skus set version = coalesce($2::int, version), on_hand = coalesce($3::int, on_hand) where id = $1',
        [skuId, version, onHand],
      );
    },
    async lose(what) {
      if ('skuId' in what) await database.query('delete from skus where id = $1', [what.skuId]);
      else await database.query('delete from order_lines where order_id = $1', [what.linesOf]);
    },
    close,
  };
}
