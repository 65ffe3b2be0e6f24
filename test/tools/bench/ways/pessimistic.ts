/**
 * The usual way: the rows of the SKUs are locked with `select … for update`, in the order of their ids, and all rows are written in the same
 * transaction. Given every favour that keeps it that: prepared statements, and all rows written in one of them, so four round trips in all.
 */
import { serve } from './serve.ts';
import {
  ASKED,
  asCancelled,
  cancelText,
  inTransaction,
  orderValues,
  RECORD_ORDER,
  RESERVE,
  RETURNED,
  readOrder,
  readStands,
  shortagesOf,
} from './sql.ts';

const WRITE = {
  name: 'write',
  text: `with ${ASKED}, sku as (update skus s set ${RESERVE} from asked l where s.id = l.sku_id ${RETURNED}), ${RECORD_ORDER}`,
};
const CANCEL = { name: 'cancel', text: cancelText('true') };

await serve({
  async place(order) {
    let shortages: ReturnType<typeof shortagesOf> = [];
    const placed = await inTransaction(async (session) => {
      const skuIds = order.lines.map((line) => line.skuId);
      shortages = shortagesOf(order, await readStands(session, skuIds, true));
      if (shortages.length > 0) return null;
      await session.query({ ...WRITE, values: orderValues(order) });
      return true;
    });
    return placed === null ? shortages : null;
  },
  cancel: (orderId, at) =>
    inTransaction(async (session) => {
      const order = await readOrder(session, orderId, true);
      if (order === null || order.status === 'cancelled') return order;
      const skuIds = order.lines.map((line) => line.skuId);
      if (skuIds.length > 1) await readStands(session, skuIds, true);
      await session.query({ ...CANCEL, values: [orderId, new Date(at)] });
      return asCancelled(order, at);
    }),
});
