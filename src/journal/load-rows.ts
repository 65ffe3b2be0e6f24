/**
 * The statement that reads residents: SKUs, orders with their lines, idempotency keys, carts and products, in one round
 * trip. With each SKU it reads the last movement of its ledger, at the cost of one index lookup, so that a row that
 * contradicts its ledger is found before anything is decided on it.
 *
 * Each row is looked up by itself, with a `limit` that keeps the planner from turning the lookups into a join. The
 * planner expects a hundred ids, and for those it scanned tables of up to 20 000 rows: 10 ms for a single id.
 */

import type { Database } from '../db/database.ts';
import { carts, idempotencyKeys, orders, products, skus } from '../db/entities.ts';
import { ORDER_LINES, objectList, quoted } from '../db/select-list.ts';
import type { Table } from '../db/table.ts';
import type { Cart } from '../shop/carts/cart.ts';
import type { KeyRecord } from '../shop/idempotency.ts';
import type { Order } from '../shop/orders/order.ts';
import type { Product } from '../shop/products/product.ts';
import type { Sku } from '../shop/skus/sku.ts';
import { loadStandings } from './load-standings.ts';
import type { Loaded, Wanted } from './record.ts';
import { onlySound } from './sound.ts';

/** A lookup of a row by its key, as it is. */
const byKey = (table: Table, key: string): Lookup => ({
  value: `json_build_object(${objectList(table.columns, 'r')})`,
  from: `cross join lateral (select * from ${table.name} where ${quoted(key)} = w.id limit 1) r`,
});

interface Lookup {
  /** What is answered for each wanted id, which is `w.id`. */
  readonly value: string;
  readonly from: string;
}

/** Rows come in the shape of the domain, so that nothing is mapped twice. */
const LOOKUPS = {
  skus: {
    value: `json_build_array(w.id,
      case when s.id is not null then json_build_object(${objectList(skus.columns, 's')}) end,
      m.version, m.on_hand, m.reserved, m.sales)`,
    from: `left join lateral (select * from skus where id = w.id limit 1) s on true
     left join lateral (select version, on_hand, reserved, sales from movements
       where sku_id = w.id order by version desc limit 1) m on true
     where s.id is not null or m.version is not null`,
  },
  orders: {
    value: `json_build_object(${objectList(orders.columns, 'o')}, 'lines', ${ORDER_LINES})`,
    from: 'cross join lateral (select * from orders where id = w.id limit 1) o',
  },
  keys: byKey(idempotencyKeys, 'key'),
  carts: byKey(carts, 'id'),
  products: byKey(products, 'id'),
} satisfies Readonly<Record<Exclude<keyof Wanted, 'standings'>, Lookup>>;

const KINDS = Object.keys(LOOKUPS) as readonly (keyof typeof LOOKUPS)[];

export const LOAD_ROWS = `select ${KINDS.map((kind, at) => lookup(kind, at + 1)).join(',\n  ')}`;

function lookup(kind: keyof typeof LOOKUPS, parameter: number): string {
  const { value, from } = LOOKUPS[kind];
  return `(select coalesce(json_agg(${value}), '[]')
   from json_array_elements_text($${parameter}::json) as w (id)
     ${from})::text as ${kind}`;
}

/** A SKU, and after it where its ledger ends: version and counters, all numbers or all `null`. */
type SkuRead = readonly [
  id: string,
  sku: Sku | null,
  version: number | null,
  onHand: number,
  reserved: number,
  sales: number,
];

/** Reads the wanted rows that exist, and names the corrupt ones. Rejects with the database's error. */
export async function loadRows(database: Database, wanted: Wanted): Promise<Loaded> {
  const params = KINDS.map((kind) => JSON.stringify(wanted[kind]));
  const [[row], standings] = await Promise.all([
    database.query<Record<keyof Wanted, string>>(LOAD_ROWS, params),
    loadStandings(database, wanted.standings),
  ]);
  if (row === undefined) throw new Error('a SELECT of one row answered with none');
  return onlySound({
    skus: (JSON.parse(row.skus) as SkuRead[]).map(([id, sku, version, onHand, reserved, sales]) => ({
      id,
      row: sku,
      last: version === null ? null : { version, onHand, reserved, sales },
    })),
    orders: JSON.parse(row.orders) as Order[],
    keys: JSON.parse(row.keys) as KeyRecord[],
    carts: JSON.parse(row.carts) as Cart[],
    products: JSON.parse(row.products) as Product[],
    standings,
  });
}
