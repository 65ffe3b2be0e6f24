/** A database of its own for a way on PostgreSQL: the tables of the service, SKUs in bulk, and a look at what the stock is when a load is over. */
import pg from 'pg';
import type { Database } from '../../../src/db/database.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { administer, databaseUrl } from '../../support/postgres.ts';
import type { PostgresServer } from '../../support/postgres-server.ts';
import type { Checked, LoadResult, StockedSku } from '../way.ts';
import { CURRENCY, PRICE } from './serve.ts';

/** Runs a statement and answers its rows. */
export type Query = <T>(text: string, values: unknown[]) => Promise<T[]>;

export interface OwnDatabase {
  readonly url: string;
  readonly query: Query;
  createSkus(skus: readonly StockedSku[]): Promise<void>;
  close(): Promise<void>;
}

/** Makes the database `name`. */
export async function ownDatabase(name: string, postgres: PostgresServer): Promise<OwnDatabase> {
  await administer(postgres.url, `create database ${name}`);
  const url = databaseUrl(postgres.url, name);
  await (await openDatabase({ url })).close();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const query: Query = async <T>(text: string, values: unknown[]) => (await client.query(text, values)).rows as T[];
  return {
    url,
    query,
    async createSkus(skus) {
      await query(CREATE_SKUS, [skus.map(({ id }) => id), skus.map(({ onHand }) => onHand)]);
    },
    close: () => client.end(),
  };
}

export const queryOf =
  (database: Database): Query =>
  (text, values) =>
    database.query(text, values);

/** As goods in of the service would. */
const CREATE_SKUS = `with asked as (select * from unnest($1::text[], $2::int[]) as r (id, on_hand)),
  movement as (insert into movements (sku_id, version, kind, quantity, on_hand, reserved, sales, at)
    select id, 1, 'received', on_hand, on_hand, 0, 0, now() from asked)
  insert into skus (id, name, price, currency, on_hand, reserved, sales, safety_stock, backorder_limit, version, created_at, updated_at)
  select id, id, ${PRICE}, '${CURRENCY}', on_hand, 0, 0, 0, 0, 1, now(), now() from asked`;

interface Found {
  readonly reserved: number;
  readonly sales: number;
  readonly moved: number;
  readonly oversold: number;
  readonly gaps: number;
  readonly released: number;
  readonly standing: number;
  readonly cancelled: number;
  readonly standing_orders: number;
  readonly cancelled_orders: number;
}

/** Sums over the SKUs of one load; orders of a load name its SKUs alone. */
const FIND = `with ours as (select * from skus where starts_with(id, $1)),
  ledger as (select m.sku_id, count(*) as movements, max(m.version) as last,
      sum(case m.kind when 'reserved' then quantity when 'released' then -quantity else 0 end) as moved,
      sum(case m.kind when 'released' then quantity else 0 end) as released
    from movements m join ours on ours.id = m.sku_id group by m.sku_id),
  line as (select l.sku_id, l.order_id, l.quantity, o.status from order_lines l join orders o on o.id = l.order_id where starts_with(l.sku_id, $1)),
  sold as (select sku_id, sum(quantity) filter (where status <> 'cancelled') as standing, sum(quantity) filter (where status = 'cancelled') as cancelled
    from line group by sku_id)
select sum(reserved)::float8 as reserved, sum(sales)::float8 as sales, coalesce(sum(moved), 0)::float8 as moved,
  sum(greatest(0, coalesce(standing, 0) - on_hand))::float8 as oversold,
  count(*) filter (where movements <> version or last <> version)::int as gaps,
  coalesce(sum(released), 0)::float8 as released, coalesce(sum(standing), 0)::float8 as standing, coalesce(sum(cancelled), 0)::float8 as cancelled,
  (select count(distinct order_id)::int from line where status <> 'cancelled') as standing_orders,
  (select count(distinct order_id)::int from line where status = 'cancelled') as cancelled_orders
from ours join ledger on ledger.sku_id = id left join sold on sold.sku_id = id`;

/** Compares the SKUs whose ids begin with `prefix` with what was answered: every counter, order and line of the ledger. */
export async function checkStock(name: string, query: Query, prefix: string, result: LoadResult): Promise<Checked> {
  const [found] = await query<Found>(FIND, [prefix]);
  if (found === undefined) throw new Error('sums have a row');
  const { placed, cancelled } = result;
  const standing = placed.units - cancelled.units;
  const expected: Partial<Record<keyof Found, number>> = {
    standing,
    cancelled: cancelled.units,
    standing_orders: placed.orders - cancelled.orders,
    cancelled_orders: cancelled.orders,
    reserved: standing,
    sales: standing,
    moved: standing,
    released: cancelled.units,
    oversold: 0,
    gaps: 0,
  };
  const faults = Object.entries(expected).flatMap(([figure, value]) => {
    const is = found[figure as keyof Found];
    return is === value
      ? []
      : [`${name}, ${prefix}: ${figure.replaceAll('_', ' ')} is ${is}, and was answered as ${value}`];
  });
  return {
    faults,
    oversold: found.oversold,
    restoredTwice: Math.max(0, found.released - found.cancelled),
    lostUpdates: Math.abs(found.standing - found.reserved),
  };
}
