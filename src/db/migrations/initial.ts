/** The first schema: SKUs, orders with their lines, the ledger, idempotency keys, writers. Written from `entities.ts`. */
import { Migration } from '@mikro-orm/migrations';

export class Initial extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}

const STATEMENTS = [
  `create table "skus" (
    "id" text collate "C" not null,
    "product_id" text collate "C" null,
    "name" text not null,
    "price" int not null,
    "currency" text not null,
    "on_hand" int not null,
    "reserved" int not null,
    "sales" int not null,
    "safety_stock" int not null,
    "backorder_limit" int not null,
    "max_per_order" int null,
    "version" int not null default 1,
    "created_at" timestamptz(3) not null,
    "updated_at" timestamptz(3) not null,
    primary key ("id"),
    constraint "skus_counters" check (on_hand >= 0 and reserved >= 0 and sales >= 0),
    constraint "skus_price" check (price >= 0),
    constraint "skus_policy" check (safety_stock >= 0 and backorder_limit >= 0 and max_per_order > 0),
    constraint "skus_version" check (version >= 0)
  )`,
  `create index "skus_product" on "skus" ("product_id", "id") where product_id is not null`,

  `create table "orders" (
    "id" text collate "C" not null,
    "status" text not null,
    "payment" text not null,
    "customer_id" text collate "C" null,
    "freight" int not null,
    "currency" text not null,
    "expires_at" timestamptz(3) null,
    "cancel_reason" text null,
    "version" int not null default 1,
    "fingerprint" text not null,
    "created_at" timestamptz(3) not null,
    "updated_at" timestamptz(3) not null,
    primary key ("id"),
    constraint "orders_status_check" check ("status" in ('pending', 'confirmed', 'shipped', 'cancelled')),
    constraint "orders_payment_check" check ("payment" in ('online', 'cash_on_delivery')),
    constraint "orders_cancel_reason_check" check ("cancel_reason" in ('requested', 'expired')),
    constraint "orders_freight" check (freight >= 0),
    constraint "orders_pending_expires" check (status <> 'pending' or expires_at is not null),
    constraint "orders_cancel_reason" check ((status = 'cancelled') = (cancel_reason is not null)),
    constraint "orders_version" check (version >= 1)
  )`,
  `create index "orders_status" on "orders" ("status", "id")`,
  `create index "orders_customer" on "orders" ("customer_id", "id") where customer_id is not null`,
  `create index "orders_due" on "orders" ("expires_at", "id") where status = 'pending'`,

  `create table "order_lines" (
    "order_id" text collate "C" not null,
    "sku_id" text collate "C" not null,
    "position" int not null,
    "quantity" int not null,
    "ordered" int not null,
    "unit_price" int not null,
    "returned" int not null,
    primary key ("order_id", "sku_id"),
    constraint "order_lines_quantities" check (0 <= returned and returned <= quantity and quantity <= ordered),
    constraint "order_lines_ordered" check (ordered > 0),
    constraint "order_lines_position" check (position >= 0),
    constraint "order_lines_unit_price" check (unit_price >= 0)
  )`,

  `create table "movements" (
    "sku_id" text collate "C" not null,
    "version" int not null,
    "kind" text not null,
    "quantity" int not null,
    "on_hand" int not null,
    "reserved" int not null,
    "sales" int not null,
    "order_id" text collate "C" null,
    "reason" text null,
    "reference" text null,
    "restocked" boolean null,
    "at" timestamptz(3) not null,
    primary key ("sku_id", "version"),
    constraint "movements_kind_check" check ("kind" in ('received', 'adjusted', 'reserved', 'released', 'shipped', 'returned', 'changed')),
    constraint "movements_counters" check (on_hand >= 0 and reserved >= 0 and sales >= 0),
    constraint "movements_quantity" check (quantity > 0 or (kind = 'adjusted' and quantity < 0) or (kind = 'changed' and quantity = 0)),
    constraint "movements_restocked" check ((kind = 'returned') = (restocked is not null)),
    constraint "movements_version" check (version >= 1)
  )`,

  `create table "idempotency_keys" (
    "key" text collate "C" not null,
    "fingerprint" text not null,
    "outcome" text not null,
    "at" timestamptz(3) not null,
    primary key ("key")
  )`,
  `create index "idempotency_keys_at" on "idempotency_keys" ("at")`,

  `create table "writers" (
    "id" uuid not null,
    "batch" bigint not null,
    "started_at" timestamptz(3) not null,
    primary key ("id")
  )`,
];
