/**
 * A key remembers what was done. Builds before this one recorded refusals as well: they count for nothing, and `commit_batch` writes over them as over
 * a key that is no longer kept. The function is the same otherwise; what it promises is told where it began (`commit-batch.ts`).
 */
import { Migration } from '@mikro-orm/migrations';
import { COMMIT_BATCH } from './shop.ts';

export class DoneKeys extends Migration {
  override up(): void {
    this.addSql(OVER_REFUSALS);
  }
}

const KEPT = 'where k.at <= excluded.at - p_keys_kept;';
const DONE = 'sku_created|sku|availability|order_placed|order|cart|product_created|product';

const OVER_REFUSALS = COMMIT_BATCH.replace('create function', 'create or replace function').replace(
  KEPT,
  `where k.at <= excluded.at - p_keys_kept or k.outcome !~ '^[{]"kind":"(${DONE})"';`,
);
