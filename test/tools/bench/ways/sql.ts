/**
 * The rows that every way on PostgreSQL writes, so that their work is equal: the order, its lines, the counters of the SKUs, a line of the ledger for each.
 * Each statement is prepared once in a session, and writes all of it in one round trip. What a way is stands in its own file.
 */
import pg from 'pg';
import type { Order, OrderLine } from '../../../../src/shop/orders/order.ts';
import type { Shortage } from '../../../../src/shop/skus/sku.ts';
import { CURRENCY, PRICE } from './serve.ts';

/** Fewer and more than 10 sessions were slower on two cores: more only queue for the same row inside PostgreSQL instead of outside. */
export const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });

/** Arguments of every statement that writes an order: id, fingerprint, time, SKUs, quantities. */
export function orderValues(order: Order): unknown[] {
  const lines = order.lines;
  return [
    order.id,
    order.fingerprint,
    new Date(order.createdAt),
    lines.map((line) => line.skuId),
    lines.map((line) => line.quantity),
  ];
}

/** The lines asked for, in the order of their SKUs: rows are locked in the order in which a statement comes by them, and must be so by all. */
export const ASKED = `asked as (select sku_id, quantity, position::int - 1 as position
  from unnest($4::text[], $5::int[]) with ordinality as r (sku_id, quantity, position) order by sku_id collate "C")`;

/** Order, lines and ledger of what a part called `sku` returned: `id, version, on_hand, reserved, sales, quantity`. Nothing unless it returned all lines. */
export const RECORD_ORDER = `whole as (select 1 where (select count(*) from sku) = cardinality($4::text[])),
  placed as (insert into orders (id, status, payment, freight, currency, version, fingerprint, created_at, updated_at)
    select $1, 'confirmed', 'cash_on_delivery', 0, '${CURRENCY}', 1, $2, $3, $3 from whole),
  line as (insert into order_lines (order_id, sku_id, position, quantity, ordered, unit_price, returned)
    select $1, sku_id, position, quantity, quantity, ${PRICE}, 0 from asked, whole),
  movement as (insert into movements (sku_id, version, kind, quantity, on_hand, reserved, sales, order_id, at)
    select id, version, 'reserved', quantity, on_hand, reserved, sales, $1, $3 from sku, whole)
  select count(*)::int as skus from sku`;

/** What a reservation does to the counters of a SKU; `l` has its quantity. */
export const RESERVE = `reserved = s.reserved + l.quantity, sales = s.sales + l.quantity, version = s.version + 1, updated_at = $3`;
export const RETURNED = 'returning s.id, s.version, s.on_hand, s.reserved, s.sales, l.quantity';
export const AVAILABLE = 's.on_hand + s.backorder_limit - s.safety_stock - s.reserved';

/** What an order gives back when it is cancelled ($1, at $2): its row if `where` says so, and the stock of its lines. */
export const cancelText = (where: string): string => `
  with cancelled as (update orders set status = 'cancelled', cancel_reason = 'requested', version = version + 1, updated_at = $2
      where id = $1 and ${where} returning id),
    sku as (update skus s set reserved = s.reserved - l.quantity, sales = s.sales - l.quantity, version = s.version + 1, updated_at = $2
      from cancelled c join order_lines l on l.order_id = c.id where s.id = l.sku_id ${RETURNED}),
    movement as (insert into movements (sku_id, version, kind, quantity, on_hand, reserved, sales, order_id, reason, at)
      select id, version, 'released', quantity, on_hand, reserved, sales, $1, null, $2 from sku)
  select count(*)::int as orders from cancelled`;

interface OrderRow {
  readonly status: Order['status'];
  readonly version: number;
  readonly fingerprint: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly lines: readonly OrderLine[];
}

const READ_ORDER = `select o.status, o.version, o.fingerprint, o.created_at, o.updated_at,
  (select json_agg(json_build_object('skuId', l.sku_id, 'quantity', l.quantity, 'ordered', l.ordered, 'unitPrice', l.unit_price, 'returned', l.returned) order by l.position)
   from order_lines l where l.order_id = o.id) as lines
  from orders o where o.id = $1`;

type Session = Pick<pg.Pool, 'query'>;

/** An order as it stands, `null` if there is none; `lock` keeps it as it is until the transaction ends. */
export async function readOrder(session: Session, id: string, lock = false): Promise<Order | null> {
  const { rows } = await session.query<OrderRow>({
    name: lock ? 'lock_order' : 'read_order',
    text: lock ? `${READ_ORDER} for update` : READ_ORDER,
    values: [id],
  });
  const [row] = rows;
  if (row === undefined) return null;
  return {
    id,
    status: row.status,
    payment: 'cash_on_delivery',
    customerId: null,
    lines: row.lines,
    freight: 0,
    currency: CURRENCY,
    expiresAt: null,
    cancelReason: row.status === 'cancelled' ? 'requested' : null,
    version: row.version,
    fingerprint: row.fingerprint,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
  };
}

/** An order as it is when it has just been cancelled. */
export const asCancelled = (order: Order, at: number): Order => ({
  ...order,
  status: 'cancelled',
  cancelReason: 'requested',
  version: order.version + 1,
  updatedAt: at,
});

/** A SKU as a way reads it before it decides. */
export interface Stand {
  readonly id: string;
  readonly available: number;
  readonly version: number;
  readonly reserved: number;
  readonly sales: number;
  readonly on_hand: number;
}

/** The SKUs of an order, in the order of their ids; with `for update`, locked in that order. */
export async function readStands(session: Session, skuIds: readonly string[], lock = false): Promise<Stand[]> {
  const text = `select s.id, ${AVAILABLE} as available, s.version, s.reserved, s.sales, s.on_hand from skus s where s.id = any($1) order by s.id`;
  const { rows } = await session.query<Stand>({
    name: lock ? 'lock_skus' : 'read_skus',
    text: lock ? `${text} for update` : text,
    values: [skuIds],
  });
  return rows;
}

/** The lines that ask for more than there is. */
export function shortagesOf(order: Order, stands: readonly Stand[]): Shortage[] {
  const byId = new Map(stands.map((stand) => [stand.id, stand]));
  return order.lines.flatMap(({ skuId, quantity: requested }) => {
    const { available = 0, version = 0 } = byId.get(skuId) ?? {};
    return requested > available ? [{ skuId, requested, available, version }] : [];
  });
}

/** Runs work in a transaction of a session of its own; rolled back when it answers `null`, and when it throws. */
export async function inTransaction<T>(work: (session: pg.PoolClient) => Promise<T | null>): Promise<T | null> {
  const session = await pool.connect();
  try {
    await session.query('begin');
    const result = await work(session);
    await session.query(result === null ? 'rollback' : 'commit');
    session.release();
    return result;
  } catch (error) {
    await session.query('rollback').then(
      () => session.release(),
      () => session.release(true),
    );
    throw error;
  }
}
