/**
 * The tables, as MikroORM entities. Migrations are written from these, and a test compares the two.
 *
 * - The CHECKs are the last line of defence: the rules never write such a row, and nothing else may.
 * - No foreign keys on these tables: each row is written with its parent in one fenced statement, and the triggers
 *   of a foreign key cost on every row.
 * - Ids are `collate "C"`: pages and cursors compare bytes, whatever the server's locale is.
 * - One index for each query that a route or the sweeper makes, and no other: every index costs on every write.
 */
import { defineEntity, p } from '@mikro-orm/core';
import { tableOf } from './table.ts';

const id = () => p.text().collation('C');
const time = () => p.datetime(3);

const ORDER_STATUSES = ['pending', 'confirmed', 'shipped', 'cancelled'] as const;
const PAYMENTS = ['online', 'cash_on_delivery'] as const;
const CANCEL_REASONS = ['requested', 'expired'] as const;
const MOVEMENT_KINDS = ['received', 'adjusted', 'reserved', 'released', 'shipped', 'returned', 'changed'] as const;

export const SkuEntity = defineEntity({
  name: 'Sku',
  tableName: 'skus',
  properties: {
    id: id().primary(),
    productId: id().nullable(),
    name: p.text(),
    price: p.integer(),
    currency: p.text(),
    onHand: p.integer(),
    reserved: p.integer(),
    sales: p.integer(),
    safetyStock: p.integer(),
    backorderLimit: p.integer(),
    maxPerOrder: p.integer().nullable(),
    maxPerCustomer: p.integer().nullable(),
    version: p.integer().version(),
    createdAt: time(),
    updatedAt: time(),
  },
  indexes: [{ name: 'skus_product', properties: ['productId', 'id'], where: 'product_id is not null' }],
  checks: [
    { name: 'skus_counters', expression: 'on_hand >= 0 and reserved >= 0 and sales >= 0' },
    { name: 'skus_price', expression: 'price >= 0' },
    {
      name: 'skus_policy',
      expression: 'safety_stock >= 0 and backorder_limit >= 0 and max_per_order > 0 and max_per_customer > 0',
    },
    { name: 'skus_version', expression: 'version >= 0' },
  ],
});
/** Integers that are at least 1, or null for no limit. */
export const SKU_LIMITS = ['maxPerOrder', 'maxPerCustomer'] as const;

export const skus = tableOf(SkuEntity, {
  fixed: ['currency', 'createdAt'],
  moved: ['onHand', 'reserved', 'sales', 'version', 'updatedAt'],
});

export const OrderEntity = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    id: id().primary(),
    status: p.enum(ORDER_STATUSES),
    payment: p.enum(PAYMENTS),
    customerId: id().nullable(),
    freight: p.integer(),
    currency: p.text(),
    expiresAt: time().nullable(),
    cancelReason: p.enum(CANCEL_REASONS).nullable(),
    version: p.integer().version(),
    fingerprint: p.text(),
    createdAt: time(),
    updatedAt: time(),
  },
  indexes: [
    { name: 'orders_status', properties: ['status', 'id'] },
    { name: 'orders_customer', properties: ['customerId', 'id'], where: 'customer_id is not null' },
    { name: 'orders_due', properties: ['expiresAt', 'id'], where: "status = 'pending'" },
  ],
  checks: [
    { name: 'orders_freight', expression: 'freight >= 0' },
    { name: 'orders_pending_expires', expression: "status <> 'pending' or expires_at is not null" },
    { name: 'orders_cancel_reason', expression: "(status = 'cancelled') = (cancel_reason is not null)" },
    { name: 'orders_version', expression: 'version >= 1' },
  ],
});
export const orders = tableOf(OrderEntity, {
  fixed: ['payment', 'customerId', 'freight', 'currency', 'expiresAt', 'fingerprint', 'createdAt'],
});

export const OrderLineEntity = defineEntity({
  name: 'OrderLine',
  tableName: 'order_lines',
  properties: {
    orderId: id().primary(),
    skuId: id().primary(),
    position: p.integer(),
    quantity: p.integer(),
    ordered: p.integer(),
    unitPrice: p.integer(),
    returned: p.integer(),
  },
  checks: [
    { name: 'order_lines_quantities', expression: '0 <= returned and returned <= quantity and quantity <= ordered' },
    { name: 'order_lines_ordered', expression: 'ordered > 0' },
    { name: 'order_lines_position', expression: 'position >= 0' },
    { name: 'order_lines_unit_price', expression: 'unit_price >= 0' },
  ],
});
export const orderLines = tableOf(OrderLineEntity, { fixed: ['position', 'ordered', 'unitPrice'] });

export const MovementEntity = defineEntity({
  name: 'Movement',
  tableName: 'movements',
  properties: {
    skuId: id().primary(),
    version: p.integer().primary(),
    kind: p.enum(MOVEMENT_KINDS),
    quantity: p.integer(),
    onHand: p.integer(),
    reserved: p.integer(),
    sales: p.integer(),
    orderId: id().nullable(),
    reason: p.text().nullable(),
    reference: p.text().nullable(),
    restocked: p.boolean().nullable(),
    at: time(),
  },
  checks: [
    { name: 'movements_counters', expression: 'on_hand >= 0 and reserved >= 0 and sales >= 0' },
    {
      name: 'movements_quantity',
      expression: "quantity > 0 or (kind = 'adjusted' and quantity < 0) or (kind = 'changed' and quantity = 0)",
    },
    { name: 'movements_restocked', expression: "(kind = 'returned') = (restocked is not null)" },
    { name: 'movements_version', expression: 'version >= 1' },
  ],
});
export const movements = tableOf(MovementEntity);

/**
 * The lines of a cart are one value of its row: they are read and written together, and no query needs a single line.
 */
export const CartEntity = defineEntity({
  name: 'Cart',
  tableName: 'carts',
  properties: {
    id: id().primary(),
    lines: p.json<{ skuId: string; quantity: number; selected: boolean }[]>(),
    version: p.integer().version(),
    createdAt: time(),
    updatedAt: time(),
  },
  indexes: [{ name: 'carts_idle', properties: ['updatedAt', 'id'] }],
  checks: [
    { name: 'carts_lines', expression: "jsonb_typeof(lines) = 'array'" },
    { name: 'carts_version', expression: 'version >= 1' },
  ],
});
export const carts = tableOf(CartEntity);

/** The texts of a product. Its SKUs name it. */
export const ProductEntity = defineEntity({
  name: 'Product',
  tableName: 'products',
  properties: {
    id: id().primary(),
    name: p.text(),
    description: p.text().nullable(),
    version: p.integer().version(),
    createdAt: time(),
    updatedAt: time(),
  },
  checks: [{ name: 'products_version', expression: 'version >= 1' }],
});
export const products = tableOf(ProductEntity, { fixed: ['createdAt'] });

export const IdempotencyKeyEntity = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_keys',
  properties: {
    key: id().primary(),
    fingerprint: p.text(),
    outcome: p.text(),
    at: time(),
  },
  indexes: [{ name: 'idempotency_keys_at', properties: ['at'] }],
});
export const idempotencyKeys = tableOf(IdempotencyKeyEntity);

/**
 * One row for each time that a process became the owner of the database. `batch` is the number of the last batch that
 * was committed, and is written with that batch. It keeps a deposed owner from committing, and settles an unknown
 * COMMIT. `owner` is unique to that time, because after a failover that lost rows, an epoch's number may come again.
 */
export const EpochEntity = defineEntity({
  name: 'Epoch',
  tableName: 'epochs',
  properties: {
    epoch: p.bigint('bigint').primary().autoincrement(false),
    owner: p.uuid(),
    /** For people: host and process. */
    instance: p.text(),
    batch: p.bigint('bigint'),
    beganAt: time(),
    endedAt: time().nullable(),
  },
});

/** Which database this is: the identity that tells it from others. Never written again. */
export const DatabaseIdentityEntity = defineEntity({
  name: 'DatabaseIdentity',
  tableName: 'database_identity',
  properties: {
    /** Always true: there is one row. */
    single: p.boolean().primary(),
    id: p.uuid(),
    madeAt: time(),
  },
  checks: [{ name: 'database_identity_single', expression: 'single' }],
});

export const entities = [
  SkuEntity,
  OrderEntity,
  OrderLineEntity,
  MovementEntity,
  CartEntity,
  ProductEntity,
  IdempotencyKeyEntity,
  EpochEntity,
  DatabaseIdentityEntity,
];
