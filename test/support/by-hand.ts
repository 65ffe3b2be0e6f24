/**
 * A person who works with SQL and keeps the books: a SKU's row, its version and its ledger change together, as the
 * schema requires.
 */
import type { SqlSession } from './sql.ts';

/**
 * A stocktake by hand of one or more SKUs, in one statement. No SKU loses units that are reserved. Returns the ids of
 * the SKUs that changed.
 */
export async function adjustByHand(sql: SqlSession, skuIds: readonly string[], delta: number): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `with before as (select id from skus where id = any($1) and on_hand + $2 >= reserved order by id for update),
       row as (update skus s set on_hand = on_hand + $2, version = s.version + 1, updated_at = now()
         from before b where s.id = b.id returning s.*)
     insert into movements (sku_id, version, kind, quantity, on_hand, reserved, sales, reason, at)
     select id, version, 'adjusted', $2, on_hand, reserved, sales, 'by hand', now() from row returning sku_id as id`,
    [skuIds, delta],
  );
  return rows.map((row) => row.id);
}
