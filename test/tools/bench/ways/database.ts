/** A database of its own for a way on PostgreSQL: the tables of the service, SKUs in bulk, and a look at what the stock is when a load is over. */
import pg from 'pg';
import type { Database } from '../../../../src/db/database.ts';
import { openDatabase } from '../../../../src/db/open.ts';
import { administer, databaseUrl } from '../../../support/postgres.ts';
import type { PostgresServer } from '../../../support/postgres-server.ts';
import type { Checked, LoadResult, StockedSku } from '../way.ts';
import { CURRENCY, PRICE } from './serve.ts';

/** Runs a statement and answers its rows. */
export type Query = <T>(text: string, values: unknown[]) => Promise<T[]>;

export interface OwnDatabase {
  readonly url: string;
  readonly query: Query;
  createSkus(skus: readonly StockedSku[]): Promise<void>;
  /** Removes it, whoever still has a session in it. */
  close(): Promise<void>;
}

/** Makes the database `name`. */
export async function ownDatabase(name: string, postgres: PostgresServer): Promise<OwnDatabase> {
  await administer(postgres.url, `drop database if exists ${name}`);
  await administer(postgres.url, `create database ${name}`);
  const url = databaseUrl(postgres.url, name);
  await (await openDatabase({ url })).close();
  const client = new pg.Client({ connectionString: url });
  // When the server ends before it, whoever asks hears of it.
  client.on('error', () => {});
  await client.connect();
  const query: Query = async <T>(text: string, values: unknown[]) => (await client.query(text, values)).rows as T[];
  return {
    url,
    query,
    async createSkus(skus) {
      await query(CREATE_SKUS, [skus.map(({ id }) => id), skus.map(({ onHand }) => onHand)]);
    },
    async close() {
      await client.end();
      await administer(postgres.url, `drop database ${name} with (force)`);
    },
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
  readonly standing: number;
  readonly cancelled: number;
  readonly released: number;
  readonly standing_orders: number;
  readonly cancelled_orders: number;
  readonly skus_unlike_their_orders: number;
  readonly skus_with_gaps: number;
  readonly movements_that_do_not_add_up: number;
  readonly oversold: number;
  readonly restored_twice: number;
  readonly lost_updates: number;
}

const signed = `case kind when 'reserved' then quantity when 'released' then -quantity else 0 end`;

/** Sums over the SKUs of one load, and how many are wrong by themselves: what is missing on one may be too much on another. Orders of a load name its SKUs alone. */
const FIND = `with ours as (select * from skus where starts_with(id, $1)),
  movement as (select m.*, ${signed} as moves, sum(${signed}) over so_far as counted, sum(case kind when 'received' then quantity else 0 end) over so_far as came
    from movements m where starts_with(sku_id, $1) window so_far as (partition by sku_id order by version)),
  ledger as (select sku_id, count(*) as movements, count(distinct version) as versions, max(version) as last, sum(moves) as moved,
      sum(quantity) filter (where kind = 'released') as released,
      count(*) filter (where (reserved, sales, on_hand) <> (counted, counted, came)) as unlike
    from movement group by sku_id),
  line as (select l.sku_id, l.order_id, l.quantity, o.status from order_lines l join orders o on o.id = l.order_id where starts_with(l.sku_id, $1)),
  sold as (select sku_id, sum(quantity) filter (where status <> 'cancelled') as standing, sum(quantity) filter (where status = 'cancelled') as cancelled
    from line group by sku_id),
  each as (select s.id, s.on_hand, s.reserved, s.sales, s.version, coalesce(movements, 0) as movements, coalesce(versions, 0) as versions,
      coalesce(last, 0) as last, coalesce(moved, 0) as moved, coalesce(released, 0) as released, coalesce(unlike, 0) as unlike,
      coalesce(standing, 0) as standing, coalesce(cancelled, 0) as cancelled
    from ours s left join ledger on ledger.sku_id = s.id left join sold on sold.sku_id = s.id)
select sum(reserved)::float8 as reserved, sum(sales)::float8 as sales, sum(standing)::float8 as standing, sum(cancelled)::float8 as cancelled,
  sum(released)::float8 as released,
  (select count(distinct order_id)::int from line where status <> 'cancelled') as standing_orders,
  (select count(distinct order_id)::int from line where status = 'cancelled') as cancelled_orders,
  count(*) filter (where (reserved, sales, moved) <> (standing, standing, standing))::int as skus_unlike_their_orders,
  count(*) filter (where (movements, versions, last) <> (version, version, version))::int as skus_with_gaps,
  sum(unlike)::int as movements_that_do_not_add_up,
  sum(greatest(0, standing - on_hand))::float8 as oversold,
  sum(greatest(0, released - cancelled))::float8 as restored_twice,
  sum(abs(moved - reserved))::float8 as lost_updates
from each`;

/** Compares the SKUs whose ids begin with `prefix` with what was answered: every counter, order and line of the ledger. */
export async function checkStock(name: string, query: Query, prefix: string, result: LoadResult): Promise<Checked> {
  // Of parts without statistics the planner expects a row each, and would join ten thousand SKUs pair by pair.
  await query('set enable_nestloop = off', []);
  const [found] = await query<Found>(FIND, [prefix]);
  if (found === undefined) throw new Error('sums have a row');
  const { placed, cancelled } = result;
  const standing = placed.units - cancelled.units;
  const expected: Found = {
    reserved: standing,
    sales: standing,
    standing,
    cancelled: cancelled.units,
    released: cancelled.units,
    standing_orders: placed.orders - cancelled.orders,
    cancelled_orders: cancelled.orders,
    skus_unlike_their_orders: 0,
    skus_with_gaps: 0,
    movements_that_do_not_add_up: 0,
    oversold: 0,
    restored_twice: 0,
    lost_updates: 0,
  };
  const faults = Object.entries(expected).flatMap(([figure, value]) => {
    const is = found[figure as keyof Found];
    return is === value
      ? []
      : [`${name}, ${prefix}: ${figure.replaceAll('_', ' ')} is ${is}, and should be ${value} by what was answered`];
  });
  return {
    faults,
    oversold: found.oversold,
    restoredTwice: found.restored_twice,
    lostUpdates: found.lost_updates,
  };
}
