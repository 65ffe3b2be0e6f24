/** What the database holds once all is quiet: every SKU, order and movement, in the words of the domain. */
import type { Order, OrderLine } from '../../../src/shop/orders/order.ts';
import type { Movement, Sku } from '../../../src/shop/skus/sku.ts';
import type { Query } from '../../support/laws.ts';

export interface Rows {
  readonly skus: readonly Sku[];
  readonly orders: readonly Order[];
  /** By SKU and version. */
  readonly movements: readonly Movement[];
}

const ms = (column: string, name: string) => `(extract(epoch from ${column}) * 1000)::float8 as "${name}"`;

const SKUS = `select id, product_id as "productId", name, price, currency, on_hand as "onHand", reserved, sales,
  safety_stock as "safetyStock", backorder_limit as "backorderLimit", max_per_order as "maxPerOrder",
  max_per_customer as "maxPerCustomer", version,
  ${ms('created_at', 'createdAt')}, ${ms('updated_at', 'updatedAt')} from skus`;

const ORDERS = `select id, status, payment, customer_id as "customerId", freight, currency, ${ms('expires_at', 'expiresAt')},
  cancel_reason as "cancelReason", version, fingerprint, ${ms('created_at', 'createdAt')}, ${ms('updated_at', 'updatedAt')}
  from orders`;

const LINES = `select order_id as "orderId", sku_id as "skuId", quantity, ordered, unit_price as "unitPrice", returned
  from order_lines order by order_id, position`;

const MOVEMENTS = `select sku_id as "skuId", version, kind, quantity, on_hand as "onHand", reserved, sales, order_id as "orderId",
  reason, reference, restocked, ${ms('at', 'at')} from movements order by sku_id, version`;

/** Reads everything: nothing may be writing meanwhile, unless `query` runs in one repeatable-read snapshot. */
export async function readRows(query: Query): Promise<Rows> {
  const read = async <T>(sql: string) => (await query(sql)) as readonly T[];
  const skus = await read<Sku>(SKUS);
  const orders = await read<Omit<Order, 'lines'>>(ORDERS);
  const lines = await read<OrderLine & { readonly orderId: string }>(LINES);
  const movements = await read<Movement>(MOVEMENTS);
  const byOrder = Map.groupBy(lines, (line) => line.orderId);
  return {
    skus,
    orders: orders.map((order) => ({
      ...order,
      lines: (byOrder.get(order.id) ?? []).map(({ orderId: _, ...line }) => line),
    })),
    movements,
  };
}
