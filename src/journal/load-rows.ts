/**
 * The statement that reads residents: SKUs, orders with their lines, idempotency keys, carts and products, in one round trip. With each SKU comes the last
 * movement of its ledger, one look into an index, so that a row which contradicts it is found before anything is decided on it.
 *
 * Each row is looked up by itself, with a `limit` that keeps the planner from making a join of it: it expects a hundred ids, and for those it
 * scanned tables of up to 20 000 rows, 10 ms for a single id.
 */

import type { Cart } from '../carts/cart.ts';
import type { Database } from '../db/database.ts';
import type { Order } from '../orders/order.ts';
import type { KeyRecord } from '../shop/idempotency.ts';
import type { Product } from '../stock/product.ts';
import type { Sku } from '../stock/sku.ts';
import { loadStandings } from './load-standings.ts';
import type { Loaded, Wanted } from './record.ts';
import { onlySound } from './sound.ts';

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;

/** Rows come in the shape of the domain, so that nothing is mapped twice. */
export const LOAD_ROWS = `
select
  (select coalesce(json_agg(json_build_array(w.id, case when s.id is not null then json_build_object(
      'id', s.id, 'productId', s.product_id, 'name', s.name, 'price', s.price, 'currency', s.currency,
      'onHand', s.on_hand, 'reserved', s.reserved, 'sales', s.sales,
      'safetyStock', s.safety_stock, 'backorderLimit', s.backorder_limit, 'maxPerOrder', s.max_per_order,
      'maxPerCustomer', s.max_per_customer,
      'version', s.version, 'createdAt', ${ms('s.created_at')}, 'updatedAt', ${ms('s.updated_at')}) end,
      m.version, m.on_hand, m.reserved, m.sales)), '[]')
   from json_array_elements_text($1::json) as w (id)
     left join lateral (select * from skus where id = w.id limit 1) s on true
     left join lateral (select version, on_hand, reserved, sales from movements where sku_id = w.id order by version desc limit 1) m on true
   where s.id is not null or m.version is not null)::text as skus,
  (select coalesce(json_agg(json_build_object(
      'id', o.id, 'status', o.status, 'payment', o.payment, 'customerId', o.customer_id,
      'lines', (select coalesce(json_agg(json_build_object(
          'skuId', l.sku_id, 'quantity', l.quantity, 'ordered', l.ordered, 'unitPrice', l.unit_price, 'returned', l.returned)
          order by l.position), '[]') from order_lines l where l.order_id = o.id),
      'freight', o.freight, 'currency', o.currency, 'expiresAt', ${ms('o.expires_at')}, 'cancelReason', o.cancel_reason,
      'version', o.version, 'fingerprint', o.fingerprint,
      'createdAt', ${ms('o.created_at')}, 'updatedAt', ${ms('o.updated_at')})), '[]')
   from json_array_elements_text($2::json) as w (id)
     cross join lateral (select * from orders where id = w.id limit 1) o)::text as orders,
  (select coalesce(json_agg(json_build_object(
      'key', k.key, 'fingerprint', k.fingerprint, 'outcome', k.outcome, 'at', ${ms('k.at')})), '[]')
   from json_array_elements_text($3::json) as w (key)
     cross join lateral (select * from idempotency_keys where key = w.key limit 1) k)::text as keys,
  (select coalesce(json_agg(json_build_object(
      'id', c.id, 'lines', c.lines, 'version', c.version,
      'createdAt', ${ms('c.created_at')}, 'updatedAt', ${ms('c.updated_at')})), '[]')
   from json_array_elements_text($4::json) as w (id)
     cross join lateral (select * from carts where id = w.id limit 1) c)::text as carts,
  (select coalesce(json_agg(json_build_object(
      'id', p.id, 'name', p.name, 'description', p.description, 'version', p.version,
      'createdAt', ${ms('p.created_at')}, 'updatedAt', ${ms('p.updated_at')})), '[]')
   from json_array_elements_text($5::json) as w (id)
     cross join lateral (select * from products where id = w.id limit 1) p)::text as products`;

/** A SKU, and behind it where its ledger ends: version and counters, numbers or all `null`. */
type SkuRead = readonly [
  id: string,
  sku: Sku | null,
  version: number | null,
  onHand: number,
  reserved: number,
  sales: number,
];

/** Reads what exists of what is wanted, and names what of it is corrupt. Rejects with the database's error. */
export async function loadRows(database: Database, wanted: Wanted): Promise<Loaded> {
  const { skus, orders, keys, carts, products } = wanted;
  const params = [skus, orders, keys, carts, products].map((ids) => JSON.stringify(ids));
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
