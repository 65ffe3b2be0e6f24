/**
 * The usual way: the SKU's row is locked with `select … for update`, and order, line and ledger are written in the same transaction.
 * Given every favour that keeps it that: prepared statements, and all four rows written in one of them, so four round trips in all.
 */
import pg from 'pg';
import { newOrderId } from '../../src/http/order-id.ts';
import { CURRENCY, PRICE, placedOrder, servePlacements } from './placement.ts';

const LOCK = {
  name: 'lock',
  text: `select on_hand + backorder_limit - safety_stock - reserved as available from skus where id = $1 for update`,
};

const WRITE = {
  name: 'write',
  text: `with sku as (update skus set reserved = reserved + $3, sales = sales + $3, version = version + 1, updated_at = $4
      where id = $2 returning id, version, on_hand, reserved, sales),
    placed as (insert into orders (id, status, payment, freight, currency, version, fingerprint, created_at, updated_at)
      values ($1, 'confirmed', 'cash_on_delivery', 0, '${CURRENCY}', 1, '', $4, $4)),
    line as (insert into order_lines (order_id, sku_id, position, quantity, ordered, unit_price, returned)
      values ($1, $2, 0, $3, $3, ${PRICE}, 0))
    insert into movements (sku_id, version, kind, quantity, on_hand, reserved, sales, order_id, at)
      select id, version, 'reserved', $3, on_hand, reserved, sales, $1, $4 from sku`,
};

// Fewer and more than 10 sessions were slower on two cores: more only queue for the same row inside PostgreSQL instead of outside.
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });

await servePlacements(async (line) => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<{ available: number }>({ ...LOCK, values: [line.skuId] });
    if ((rows[0]?.available ?? 0) < line.quantity) {
      await client.query('rollback');
      client.release();
      return null;
    }
    const id = newOrderId();
    const at = new Date();
    await client.query({ ...WRITE, values: [id, line.skuId, line.quantity, at] });
    await client.query('commit');
    client.release();
    return placedOrder(id, line, at);
  } catch (error) {
    client.release(true);
    throw error;
  }
});
