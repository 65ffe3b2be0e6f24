/** A shop of any size, made by SQL alone and sound by every law: what grows while Stock Keeper must not grow dearer. */

/** A size: SKUs, and orders of each; every order has one line, and every SKU a line of the ledger for its goods in and for each order. */
export interface Size {
  readonly skus: number;
  readonly ordersOfEach: number;
}

const UNITS = 1000;

/** Statements to run one after another on a migrated, empty database. */
export function shopOf({ skus, ordersOfEach }: Size): readonly string[] {
  const each = `generate_series(1, ${skus}) n`;
  const orders = `generate_series(1, ${skus}) n, generate_series(1, ${ordersOfEach}) o`;
  const at = `timestamptz '2026-01-01 00:00:00Z'`;
  return [
    `insert into skus (id, name, price, currency, on_hand, reserved, sales, safety_stock, backorder_limit, version, created_at, updated_at)
      select 'stored-' || n, 'stored', 1200, 'EUR', ${UNITS}, ${ordersOfEach}, ${ordersOfEach}, 0, 0, ${ordersOfEach + 1}, ${at}, ${at} from ${each}`,
    `insert into movements (sku_id, version, kind, quantity, on_hand, reserved, sales, at)
      select 'stored-' || n, 1, 'received', ${UNITS}, ${UNITS}, 0, 0, ${at} from ${each}`,
    `insert into movements (sku_id, version, kind, quantity, on_hand, reserved, sales, order_id, at)
      select 'stored-' || n, o + 1, 'reserved', 1, ${UNITS}, o, o, 'stored-' || n || '-' || o, ${at} from ${orders}`,
    `insert into orders (id, status, payment, freight, currency, version, fingerprint, created_at, updated_at)
      select 'stored-' || n || '-' || o, 'confirmed', 'cash_on_delivery', 0, 'EUR', 1, 'stored', ${at}, ${at} from ${orders}`,
    `insert into order_lines (order_id, sku_id, position, quantity, ordered, unit_price, returned)
      select 'stored-' || n || '-' || o, 'stored-' || n, 0, 1, 1, 1200, 0 from ${orders}`,
    'checkpoint',
  ];
}
