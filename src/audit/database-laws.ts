/** The law of the database as a whole. */
import type { Law } from './law.ts';

export const DATABASE_LAWS: readonly Law[] = [
  {
    name: 'database_has_one_identity',
    sql: `select null as sku_id, null as order_id,
        format('the database has %s identities and must have 1', count(*)) as violation
      from database_identity having count(*) <> 1`,
    remedy: 'Stop every Stock Keeper and start one: the start writes a new identity where there is none.',
  },
];
