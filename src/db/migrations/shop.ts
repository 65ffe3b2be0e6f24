/**
 * Carts, products and the limit per customer. `commit_batch` writes them too: the same function as before with more parts, so what it promises
 * is told where it began (`commit-batch.ts`).
 */
import { Migration } from '@mikro-orm/migrations';

export class Shop extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}

/** As of this migration. */
export const COMMIT_BATCH = `create function commit_batch(
  p_epoch bigint, p_owner uuid, p_batch bigint,
  p_new_skus json, p_changed_skus json, p_moved_skus json, p_movements json,
  p_new_orders json, p_new_lines json, p_moved_orders json, p_moved_lines json,
  p_keys json, p_keys_kept interval,
  p_new_carts json, p_changed_carts json, p_removed_carts json, p_new_products json, p_changed_products json
) returns void language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_bitmapscan = off
as $function$
declare
  found_rows bigint;
begin
  update epochs set batch = p_batch
  where epoch = p_epoch and owner = p_owner and batch = p_batch - 1 and ended_at is null;
  if not found then raise exception 'the epoch has ended' using errcode = 'SK001'; end if;

  if p_new_skus is not null then
    insert into skus (id, product_id, name, price, currency, on_hand, reserved, sales,
                      safety_stock, backorder_limit, max_per_order, max_per_customer, version, created_at, updated_at)
    select id, product_id, name, price, currency, on_hand, reserved, sales,
           safety_stock, backorder_limit, max_per_order, max_per_customer, version, created_at, updated_at
    from json_to_recordset(p_new_skus) as r (id text, product_id text, name text, price int, currency text, on_hand int, reserved int,
      sales int, safety_stock int, backorder_limit int, max_per_order int, max_per_customer int, version int, created_at timestamptz, updated_at timestamptz);
  end if;

  if p_changed_skus is not null then
    update skus s
    set product_id = r.product_id, name = r.name, price = r.price, on_hand = r.on_hand, reserved = r.reserved, sales = r.sales,
        safety_stock = r.safety_stock, backorder_limit = r.backorder_limit, max_per_order = r.max_per_order,
        max_per_customer = r.max_per_customer,
        version = r.version, updated_at = r.updated_at
    from json_to_recordset(p_changed_skus) as r (id text, basis int, product_id text, name text, price int, on_hand int, reserved int,
      sales int, safety_stock int, backorder_limit int, max_per_order int, max_per_customer int, version int, updated_at timestamptz)
    where s.id = r.id and s.version = r.basis;
    get diagnostics found_rows = row_count;
    if found_rows <> json_array_length(p_changed_skus) then
      raise exception 'a SKU had another version' using errcode = 'SK002';
    end if;
  end if;

  if p_moved_skus is not null then
    update skus s
    set on_hand = r.on_hand, reserved = r.reserved, sales = r.sales, version = r.version, updated_at = r.updated_at
    from json_to_recordset(p_moved_skus) as r (id text, basis int, on_hand int, reserved int, sales int, version int,
      updated_at timestamptz)
    where s.id = r.id and s.version = r.basis;
    get diagnostics found_rows = row_count;
    if found_rows <> json_array_length(p_moved_skus) then
      raise exception 'a SKU had another version' using errcode = 'SK002';
    end if;
  end if;

  if p_movements is not null then
    insert into movements (sku_id, version, kind, quantity, on_hand, reserved, sales, order_id, reason, reference, restocked, at)
    select sku_id, version, kind, quantity, on_hand, reserved, sales, order_id, reason, reference, restocked, at
    from json_to_recordset(p_movements) as r (sku_id text, version int, kind text, quantity int, on_hand int, reserved int, sales int,
      order_id text, reason text, reference text, restocked boolean, at timestamptz);
  end if;

  if p_new_orders is not null then
    insert into orders (id, status, payment, customer_id, freight, currency, expires_at, cancel_reason, version, fingerprint,
                        created_at, updated_at)
    select id, status, payment, customer_id, freight, currency, expires_at, cancel_reason, version, fingerprint, created_at, updated_at
    from json_to_recordset(p_new_orders) as r (id text, status text, payment text, customer_id text, freight int, currency text,
      expires_at timestamptz, cancel_reason text, version int, fingerprint text, created_at timestamptz, updated_at timestamptz);
    insert into order_lines (order_id, sku_id, position, quantity, ordered, unit_price, returned)
    select order_id, sku_id, position, quantity, ordered, unit_price, returned
    from json_to_recordset(p_new_lines) as r (order_id text, sku_id text, position int, quantity int, ordered int, unit_price int,
      returned int);
  end if;

  if p_moved_orders is not null then
    update orders o
    set status = r.status, cancel_reason = r.cancel_reason, version = r.version, updated_at = r.updated_at
    from json_to_recordset(p_moved_orders) as r (id text, basis int, status text, cancel_reason text, version int,
      updated_at timestamptz)
    where o.id = r.id and o.version = r.basis;
    get diagnostics found_rows = row_count;
    if found_rows <> json_array_length(p_moved_orders) then
      raise exception 'an order had another version' using errcode = 'SK002';
    end if;
  end if;

  if p_moved_lines is not null then
    update order_lines l
    set quantity = r.quantity, returned = r.returned
    from json_to_recordset(p_moved_lines) as r (order_id text, sku_id text, quantity int, returned int)
    where l.order_id = r.order_id and l.sku_id = r.sku_id;
    get diagnostics found_rows = row_count;
    if found_rows <> json_array_length(p_moved_lines) then
      raise exception 'an order had other lines' using errcode = 'SK002';
    end if;
  end if;

  if p_keys is not null then
    insert into idempotency_keys as k (key, fingerprint, outcome, at)
    select key, fingerprint, outcome, at
    from json_to_recordset(p_keys) as r (key text, fingerprint text, outcome text, at timestamptz)
    on conflict (key) do update set fingerprint = excluded.fingerprint, outcome = excluded.outcome, at = excluded.at
    where k.at <= excluded.at - p_keys_kept;
    get diagnostics found_rows = row_count;
    if found_rows <> json_array_length(p_keys) then
      raise exception 'an idempotency key was recorded before' using errcode = 'SK002';
    end if;
  end if;

  if p_new_carts is not null then
    insert into carts (id, lines, version, created_at, updated_at)
    select id, lines, version, created_at, updated_at
    from json_to_recordset(p_new_carts) as r (id text, lines jsonb, version int, created_at timestamptz, updated_at timestamptz);
  end if;

  if p_changed_carts is not null then
    update carts c
    set lines = r.lines, version = r.version, created_at = r.created_at, updated_at = r.updated_at
    from json_to_recordset(p_changed_carts) as r (id text, basis int, lines jsonb, version int, created_at timestamptz,
      updated_at timestamptz)
    where c.id = r.id and c.version = r.basis;
    get diagnostics found_rows = row_count;
    if found_rows <> json_array_length(p_changed_carts) then
      raise exception 'a cart had another version' using errcode = 'SK002';
    end if;
  end if;

  if p_removed_carts is not null then
    delete from carts c using json_to_recordset(p_removed_carts) as r (id text, basis int)
    where c.id = r.id and c.version = r.basis;
    get diagnostics found_rows = row_count;
    if found_rows <> json_array_length(p_removed_carts) then
      raise exception 'a cart had another version' using errcode = 'SK002';
    end if;
  end if;

  if p_new_products is not null then
    insert into products (id, name, description, version, created_at, updated_at)
    select id, name, description, version, created_at, updated_at
    from json_to_recordset(p_new_products) as r (id text, name text, description text, version int, created_at timestamptz,
      updated_at timestamptz);
  end if;

  if p_changed_products is not null then
    update products p
    set name = r.name, description = r.description, version = r.version, updated_at = r.updated_at
    from json_to_recordset(p_changed_products) as r (id text, basis int, name text, description text, version int,
      updated_at timestamptz)
    where p.id = r.id and p.version = r.basis;
    get diagnostics found_rows = row_count;
    if found_rows <> json_array_length(p_changed_products) then
      raise exception 'a product had another version' using errcode = 'SK002';
    end if;
  end if;
end
$function$`;

const STATEMENTS = [
  `create table "carts" (
    "id" text collate "C" not null,
    "lines" jsonb not null,
    "version" int not null default 1,
    "created_at" timestamptz(3) not null,
    "updated_at" timestamptz(3) not null,
    primary key ("id"),
    constraint "carts_lines" check (jsonb_typeof(lines) = 'array'),
    constraint "carts_version" check (version >= 1)
  )`,
  'create index "carts_idle" on "carts" ("updated_at", "id")',

  `create table "products" (
    "id" text collate "C" not null,
    "name" text not null,
    "description" text null,
    "version" int not null default 1,
    "created_at" timestamptz(3) not null,
    "updated_at" timestamptz(3) not null,
    primary key ("id"),
    constraint "products_version" check (version >= 1)
  )`,

  'alter table "skus" add column "max_per_customer" int null',
  'alter table "skus" drop constraint "skus_policy"',
  `alter table "skus" add constraint "skus_policy"
    check (safety_stock >= 0 and backorder_limit >= 0 and max_per_order > 0 and max_per_customer > 0)`,

  `drop function commit_batch(bigint, uuid, bigint, json, json, json, json, json, json, json, json, json, interval)`,
  COMMIT_BATCH,
];
