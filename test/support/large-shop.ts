/**
 * A sound shop of any size, made by SQL alone: each SKU has ten movements of every kind, three orders and a cart. For
 * everything that must be seen at size.
 */

/**
 * Statements to run one after another on a migrated, empty database. They make `skus` SKUs, ten times as many
 * movements, three times as many orders, and as many carts.
 */
export function largeShop(skus: number): readonly string[] {
  const ids = `generate_series(1, ${skus}) n`;
  const times = `timestamptz '2026-01-01 00:00:00Z' as at, timestamptz '2026-01-01 00:15:00Z' as due`;
  return [
    `insert into skus (id, name, price, currency, on_hand, reserved, sales, safety_stock, backorder_limit, version, created_at, updated_at)
      select 'sku-' || n, 'name', 100, 'EUR', 96, 5, 6, 0, 0, 10, at, at from ${ids}, (select ${times}) t`,
    `insert into movements (sku_id, version, kind, quantity, on_hand, reserved, sales, order_id, reason, restocked, at)
      select 'sku-' || n, v, kind, quantity, m.on_hand, m.reserved, m.sales, o || '-' || n, reason, restocked, at
      from ${ids}, (select ${times}) t, (values
        (1, 'received', 100, 100, 0, 0, null, null, null), (2, 'reserved', 3, 100, 3, 3, 'a', null, null),
        (3, 'released', 3, 100, 0, 0, 'a', null, null), (4, 'reserved', 2, 100, 2, 2, 'b', null, null),
        (5, 'shipped', 2, 98, 0, 2, 'b', null, null), (6, 'returned', 1, 99, 0, 1, 'b', null, true),
        (7, 'adjusted', -4, 95, 0, 1, null, 'count', null), (8, 'reserved', 5, 95, 5, 6, 'c', null, null),
        (9, 'changed', 0, 95, 5, 6, null, 'price', null), (10, 'received', 1, 96, 5, 6, null, null, null)
      ) m (v, kind, quantity, on_hand, reserved, sales, o, reason, restocked)`,
    `insert into orders (id, status, payment, freight, currency, expires_at, cancel_reason, version, fingerprint, created_at, updated_at)
      select o || '-' || n, status, payment, 0, 'EUR', case payment when 'online' then due end, cancelled, 2, 'f', at, at
      from ${ids}, (select ${times}) t, (values ('a', 'cancelled', 'online', 'requested'), ('b', 'shipped', 'cash_on_delivery', null),
        ('c', 'pending', 'online', null)) o (o, status, payment, cancelled)`,
    `insert into order_lines (order_id, sku_id, position, quantity, ordered, unit_price, returned)
      select o || '-' || n, 'sku-' || n, 0, quantity, quantity, 100, returned
      from ${ids}, (values ('a', 3, 0), ('b', 2, 1), ('c', 5, 0)) l (o, quantity, returned)`,
    `insert into carts (id, lines, version, created_at, updated_at)
      select 'cart-' || n, jsonb_build_array(jsonb_build_object('skuId', 'sku-' || n, 'quantity', 1 + n % 9, 'selected', true)), 1, at, at
      from ${ids}, (select ${times}) t`,
  ];
}
