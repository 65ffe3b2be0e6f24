/**
 * The condition in the statement: `update … where available >= quantity`. An order of one line is one statement and one round trip, order, line and
 * ledger included; one of several is a transaction, for it must be taken back when a line is missing, and locks its SKUs in the order of their ids.
 */
import type { Order } from '../../../../src/shop/orders/order.ts';
import { serve } from './serve.ts';
import {
  ASKED,
  AVAILABLE,
  asCancelled,
  cancelText,
  inTransaction,
  orderValues,
  pool,
  RECORD_ORDER,
  RESERVE,
  RETURNED,
  readOrder,
  readStands,
  shortagesOf,
} from './sql.ts';

const update = (from: string) =>
  `sku as (update skus s set ${RESERVE} from ${from} where s.id = l.sku_id and ${AVAILABLE} >= l.quantity ${RETURNED})`;
const ONE = { name: 'one', text: `with ${ASKED}, ${update('asked l')}, ${RECORD_ORDER}` };
const SEVERAL = {
  name: 'several',
  text: `with ${ASKED}, locked as (select k.id from skus k where k.id = any($4) order by k.id for update),
    ${update('locked k join asked l on l.sku_id = k.id')}, ${RECORD_ORDER}`,
};
const CANCEL = { name: 'cancel', text: cancelText(`status in ('pending', 'confirmed')`) };

interface Written {
  readonly skus: number;
}

/** Whether all lines were there; of several, nothing is kept if not. */
async function written(order: Order): Promise<boolean> {
  const values = orderValues(order);
  if (order.lines.length === 1) {
    const { rows } = await pool.query<Written>({ ...ONE, values });
    return rows[0]?.skus === 1;
  }
  const whole = await inTransaction(async (session) => {
    const { rows } = await session.query<Written>({ ...SEVERAL, values });
    return rows[0]?.skus === order.lines.length ? true : null;
  });
  return whole !== null;
}

await serve({
  async place(order) {
    if (await written(order)) return null;
    const skuIds = order.lines.map((line) => line.skuId);
    return shortagesOf(order, await readStands(pool, skuIds));
  },
  async cancel(orderId, at) {
    const { rows } = await pool.query<{ orders: number }>({ ...CANCEL, values: [orderId, new Date(at)] });
    const order = await readOrder(pool, orderId);
    return order !== null && order.status !== 'cancelled' && rows[0]?.orders === 1 ? asCancelled(order, at) : order;
  },
});
