/**
 * For the builds that committed by this function; each build now makes one of its own (`../commit-batch.ts`).
 *
 * The function that commits a batch, in one statement and one round trip however many entries it has. A function, because the plans of what is
 * in it are kept by the session: sent as a statement, it was planned anew for each batch, for longer than it then took.
 *
 * Each part takes its rows as one JSON array, `null` when it has none. Every versioned row is fenced: it is updated only `where version = basis`,
 * under its row lock, and the rows are counted; the ledger's key `(sku_id, version)` is a second fence. Whatever is not as it must be raises, so
 * that nothing of the batch is written. Rows are found by joining from the batch's rows: other plans are switched off, for on a table without
 * statistics they look cheaper and read all of it.
 *
 * SQLSTATE `SK001`: the epoch has ended, or its next batch is another. `SK002`: a row had another version.
 */
import { Migration } from '@mikro-orm/migrations';

export class CommitBatch extends Migration {
  override up(): void {
    this.addSql(COMMIT_BATCH);
    // Room for a SKU's next row beside it, so that a reservation writes no index.
    this.addSql('alter table "skus" set (fillfactor = 50)');
  }
}

const COMMIT_BATCH = `create function commit_batch(
  p_epoch bigint, p_owner uuid, p_batch bigint,
  p_new_skus json, p_changed_skus json, p_moved_skus json, p_movements json,
  p_new_orders json, p_new_lines json, p_moved_orders json, p_moved_lines json,
  p_keys json, p_keys_kept interval
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
                      safety_stock, backorder_limit, max_per_order, version, created_at, updated_at)
    select id, product_id, name, price, currency, on_hand, reserved, sales,
           safety_stock, backorder_limit, max_per_order, version, created_at, updated_at
    from json_to_recordset(p_new_skus) as r (id text, product_id text, name text, price int, currency text, on_hand int, reserved int,
      sales int, safety_stock int, backorder_limit int, max_per_order int, version int, created_at timestamptz, updated_at timestamptz);
  end if;

  if p_changed_skus is not null then
    update skus s
    set product_id = r.product_id, name = r.name, price = r.price, on_hand = r.on_hand, reserved = r.reserved, sales = r.sales,
        safety_stock = r.safety_stock, backorder_limit = r.backorder_limit, max_per_order = r.max_per_order,
        version = r.version, updated_at = r.updated_at
    from json_to_recordset(p_changed_skus) as r (id text, basis int, product_id text, name text, price int, on_hand int, reserved int,
      sales int, safety_stock int, backorder_limit int, max_per_order int, version int, updated_at timestamptz)
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
end
$function$`;
