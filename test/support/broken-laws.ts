/** A sound history of a shop as rows, and the ways to break each law of SKUs. They test the checks of the laws. */

/** The tables without CHECK constraints and keys, so that rows can be wrong. */
export const TABLES = `
  create table skus (id text, on_hand int, reserved int, sales int, safety_stock int, backorder_limit int, version int,
    price int default 100, currency text default 'EUR', max_per_order int, max_per_customer int, created_at timestamptz default '2026-01-01', updated_at timestamptz default '2026-01-02');
  create table orders (id text, status text, payment text default 'online', cancel_reason text, freight int default 0, currency text default 'EUR',
    version int default 1, created_at timestamptz default '2026-01-02', updated_at timestamptz default '2026-01-02', expires_at timestamptz default '2026-01-03');
  create table order_lines (order_id text, sku_id text, quantity int, ordered int, returned int, position int default 0, unit_price int default 100);
  create table movements (sku_id text, version int, kind text, quantity int, on_hand int, reserved int, sales int,
    order_id text, reason text, restocked boolean, at timestamptz default '2026-01-02');
  create table carts (id text, lines jsonb, version int default 1, created_at timestamptz default '2026-01-01', updated_at timestamptz default '2026-01-02');
  create table database_identity (id text);
  create table idempotency_keys (key text, fingerprint text default 'f', outcome text default '{"kind":"order"}', at timestamptz default '2026-01-02');`;

/**
 * Orders in every status, a reduced line, returns with and without restocking, stocktakes into the safety stock and the
 * backorders, a policy that leaves less than nothing available, counters at their maximum, an emptied cart.
 */
export const SOUND = `
  insert into skus values ('mug', 8, 2, 4, 0, 0, 8), ('lamp', 2, 3, 3, 0, 2, 4), ('vase', 4, 5, 5, 3, 0, 4), ('bare', 0, 0, 0, 0, 0, 0),
    ('till', 2, 0, 0, 5, 0, 2), ('coat', 2, 1, 1, 2, 0, 3), ('most', 2147483647, 1, 1, 0, 2147483647, 2);
  insert into orders values ('open', 'pending'), ('paid', 'confirmed'), ('sent', 'shipped'), ('coats', 'pending'), ('mosts', 'pending');
  insert into orders values ('gone', 'cancelled', 'online', 'requested');
  insert into orders (id, status, payment, expires_at) values ('vases', 'confirmed', 'cash_on_delivery', null);
  insert into idempotency_keys values ('k1');
  insert into database_identity values ('a');
  insert into carts values ('empty', '[]'), ('full', '[{"skuId":"mug","quantity":1,"selected":true},{"skuId":"bare","quantity":1000000,"selected":false}]');
  insert into order_lines values ('open', 'mug', 2, 2, 0), ('paid', 'lamp', 3, 4, 0), ('gone', 'mug', 3, 3, 0), ('sent', 'mug', 4, 4, 2),
    ('vases', 'vase', 5, 5, 0), ('coats', 'coat', 1, 1, 0), ('mosts', 'most', 1, 1, 0);
  insert into movements values
    ('mug', 1, 'received', 11, 11, 0, 0, null, null, null),
    ('mug', 2, 'reserved', 3, 11, 3, 3, 'gone', null, null),
    ('mug', 3, 'reserved', 4, 11, 7, 7, 'sent', null, null),
    ('mug', 4, 'released', 3, 11, 4, 4, 'gone', null, null),
    ('mug', 5, 'shipped', 4, 7, 0, 4, 'sent', null, null),
    ('mug', 6, 'returned', 1, 8, 0, 3, 'sent', null, true),
    ('mug', 7, 'returned', 1, 8, 0, 2, 'sent', null, false),
    ('mug', 8, 'reserved', 2, 8, 2, 4, 'open', null, null),
    ('lamp', 1, 'received', 5, 5, 0, 0, null, null, null),
    ('lamp', 2, 'reserved', 4, 5, 4, 4, 'paid', null, null),
    ('lamp', 3, 'released', 1, 5, 3, 3, 'paid', 'line reduced', null),
    ('lamp', 4, 'adjusted', -3, 2, 3, 3, null, 'stocktake', null),
    ('vase', 1, 'received', 9, 9, 0, 0, null, null, null),
    ('vase', 2, 'reserved', 5, 9, 5, 5, 'vases', null, null),
    ('vase', 3, 'adjusted', -5, 4, 5, 5, null, 'broken', null),
    ('vase', 4, 'changed', 0, 4, 5, 5, null, 'backorderLimit, safetyStock', null),
    ('till', 1, 'received', 4, 4, 0, 0, null, null, null),
    ('till', 2, 'adjusted', -2, 2, 0, 0, null, 'broken', null),
    ('coat', 1, 'received', 4, 4, 0, 0, null, null, null),
    ('coat', 2, 'reserved', 1, 4, 1, 1, 'coats', null, null),
    ('coat', 3, 'adjusted', -2, 2, 1, 1, null, 'moths', null),
    ('most', 1, 'received', 2147483647, 2147483647, 0, 0, null, null, null),
    ('most', 2, 'reserved', 1, 2147483647, 1, 1, 'mosts', null, null);`;

/** What breaks a law, and what the law must then name. Other laws may find something as well. */
export type Breaks = Readonly<
  Record<string, readonly { readonly by: string; readonly sql: string; readonly names: RegExp }[]>
>;

export const SKU_BREAKS: Breaks = {
  ledger_gapless: [
    {
      by: 'a movement lost',
      sql: `delete from movements where sku_id = 'mug' and version = 4`,
      names: /SKU mug: 7 movements, versions 1 to 8/,
    },
    {
      by: 'a ledger that starts at 2',
      sql: `delete from movements where sku_id = 'coat' and version = 1`,
      names: /SKU coat/,
    },
    {
      by: 'a version twice and another missing',
      sql: `update movements set version = 1 where sku_id = 'coat' and version = 2`,
      names: /SKU coat: 3 movements, versions 1 to 3/,
    },
    {
      by: 'a version written twice',
      sql: `insert into movements select * from movements where sku_id = 'lamp' and version = 3`,
      names: /SKU lamp: 5 movements, versions 1 to 4/,
    },
  ],
  version_is_last_movement: [
    {
      by: 'a row behind its ledger',
      sql: `update skus set version = 7 where id = 'mug'`,
      names: /SKU mug: version 7, last movement 8/,
    },
    {
      by: 'a row ahead of an empty ledger',
      sql: `update skus set version = 1 where id = 'bare'`,
      names: /SKU bare: version 1, last movement 0/,
    },
    {
      by: 'a ledger of no SKU',
      sql: `delete from skus where id = 'till'`,
      names: /SKU till: version of no row, last movement 2/,
    },
  ],
  movement_follows: [
    {
      by: 'counters that do not follow',
      sql: `update movements set on_hand = 12 where sku_id = 'mug' and version = 4`,
      names: /SKU mug: movement 4 .* says 12\/4\/4, replay says 11\/4\/4/,
    },
    {
      by: 'a return counted as restocked that was not',
      sql: `update movements set restocked = true where sku_id = 'mug' and version = 7`,
      names: /SKU mug: movement 7/,
    },
  ],
  counters_are_replay: [
    {
      by: 'stock changed behind the ledger',
      sql: `update skus set on_hand = 9 where id = 'mug'`,
      names: /SKU mug: row says 9\/2\/4, replay says 8\/2\/4/,
    },
    {
      by: 'stock without a ledger',
      sql: `update skus set on_hand = 1 where id = 'bare'`,
      names: /SKU bare: row says 1\/0\/0, replay says 0\/0\/0/,
    },
  ],
  never_negative: [
    {
      by: 'a row below zero',
      sql: `update skus set sales = -1 where id = 'bare'`,
      names: /SKU bare: onHand 0, reserved 0, sales -1 at version 0/,
    },
    {
      by: 'a movement below zero',
      sql: `update movements set reserved = -1 where sku_id = 'mug' and version = 5`,
      names: /SKU mug: onHand 7, reserved -1, sales 4 at version 5/,
    },
  ],
  never_oversold: [
    {
      by: 'a reservation beyond what was available',
      sql: `update movements set quantity = 10, reserved = 13, sales = 13 where sku_id = 'mug' and version = 3`,
      names: /SKU mug: available -2 after movement 3 \(reserved 10\)/,
    },
    {
      by: 'a reservation beyond the backorder limit',
      sql: `update movements set quantity = 8, reserved = 8 where sku_id = 'lamp' and version = 2`,
      names: /SKU lamp: available -1 after movement 2/,
    },
    {
      by: 'a reservation out of the safety stock',
      sql: `update movements set quantity = 3, reserved = 3 where sku_id = 'coat' and version = 2`,
      names: /SKU coat: available -1 after movement 2/,
    },
    {
      by: 'a stocktake below what is promised',
      sql: `update movements set quantity = -4, on_hand = 0 where sku_id = 'coat' and version = 3`,
      names: /SKU coat: available -3 after movement 3 \(adjusted -4\)/,
    },
  ],
  reserved_is_open_lines: [
    {
      by: 'an order cancelled without its stock',
      sql: `update orders set status = 'cancelled' where id = 'open'`,
      names: /SKU mug: reserved 2, lines of open orders 0/,
    },
    {
      by: 'stock held for nobody',
      sql: `update skus set reserved = 1 where id = 'till'`,
      names: /SKU till: reserved 1, lines of open orders 0/,
    },
    {
      by: 'a line of no SKU',
      sql: `insert into order_lines values ('open', 'ghost', 1, 1, 0)`,
      names: /SKU ghost: reserved 0, lines of open orders 1/,
    },
  ],
  sales_are_standing_lines: [
    {
      by: 'a return not taken off the sales',
      sql: `update order_lines set returned = 3 where order_id = 'sent'`,
      names: /SKU mug: sales 4, lines of standing orders less returns 3/,
    },
    {
      by: 'sales of nobody',
      sql: `update skus set sales = 1 where id = 'bare'`,
      names: /SKU bare: sales 1, lines of standing orders less returns 0/,
    },
  ],
  sku_fields_in_range: [
    {
      by: 'a price below nothing',
      sql: `update skus set price = -1 where id = 'bare'`,
      names: /SKU bare: price -1 EUR/,
    },
    { by: 'no price', sql: `update skus set price = null where id = 'bare'`, names: /SKU bare: price {2}EUR/ },
    {
      by: 'a policy below nothing',
      sql: `update skus set backorder_limit = -1 where id = 'bare'`,
      names: /SKU bare: .*backorderLimit -1/,
    },
    {
      by: 'a limit of nothing',
      sql: `update skus set max_per_order = 0 where id = 'bare'`,
      names: /SKU bare: .*maxPerOrder 0/,
    },
    {
      by: 'a limit of nothing for each customer',
      sql: `update skus set max_per_customer = 0 where id = 'bare'`,
      names: /SKU bare: .*maxPerCustomer 0/,
    },
    {
      by: 'no currency',
      sql: `update skus set currency = 'euro' where id = 'bare'`,
      names: /SKU bare: price 100 euro/,
    },
    {
      by: 'a time that never was',
      sql: `update skus set updated_at = 'infinity' where id = 'bare'`,
      names: /SKU bare: .*updated infinity/,
    },
  ],
  movement_fields_in_range: [
    {
      by: 'units in a change that moves none',
      sql: `update movements set quantity = 1 where sku_id = 'vase' and version = 4`,
      names: /SKU vase: movement 4 is changed 1/,
    },
    {
      by: 'a kind that is none',
      sql: `update movements set kind = 'stolen' where sku_id = 'till' and version = 2`,
      names: /SKU till: movement 2 is stolen -2/,
    },
    {
      by: 'nothing received',
      sql: `update movements set quantity = 0 where sku_id = 'till' and version = 1`,
      names: /SKU till: movement 1 is received 0/,
    },
    {
      by: 'a return that does not say whether it was restocked',
      sql: `update movements set restocked = null where sku_id = 'mug' and version = 7`,
      names: /SKU mug: movement 7 is returned 1, restocked unsaid/,
    },
  ],
  movement_names_its_order: [
    {
      by: 'a reservation for no order',
      sql: `update movements set order_id = null where sku_id = 'mug' and version = 8`,
      names: /SKU mug: movement 8 is reserved with no order/,
    },
    {
      by: 'goods received for an order',
      sql: `update movements set order_id = 'open' where sku_id = 'mug' and version = 1`,
      names: /SKU mug: movement 1 is received with order open/,
    },
  ],
};
