/**
 * Versions compared: the SKUs are read with their versions, and written only if they still have them; who lost the race tries again. Two round
 * trips a try for one line, and a transaction for several.
 */
import type { Order } from '../../../../src/shop/orders/order.ts';
import { retried } from './backoff.ts';
import { type Refused, serve } from './serve.ts';
import {
  ASKED,
  asCancelled,
  inTransaction,
  orderValues,
  pool,
  RECORD_ORDER,
  RESERVE,
  RETURNED,
  readOrder,
  readStands,
  type Stand,
  shortagesOf,
} from './sql.ts';

const WRITE = {
  name: 'write',
  text: `with ${ASKED}, basis as (select id, version from unnest($6::text[], $7::int[]) as r (id, version)),
    sku as (update skus s set ${RESERVE} from asked l join basis b on b.id = l.sku_id where s.id = b.id and s.version = b.version ${RETURNED}),
    ${RECORD_ORDER}`,
};
const CANCEL = {
  name: 'cancel',
  text: `with basis as (select id, version from unnest($4::text[], $5::int[]) as r (id, version)),
    cancelled as (update orders set status = 'cancelled', cancel_reason = 'requested', version = version + 1, updated_at = $2
      where id = $1 and version = $3 returning id),
    sku as (update skus s set reserved = s.reserved - l.quantity, sales = s.sales - l.quantity, version = s.version + 1, updated_at = $2
      from cancelled c join order_lines l on l.order_id = c.id join basis b on b.id = l.sku_id
      where s.id = b.id and s.version = b.version ${RETURNED}),
    movement as (insert into movements (sku_id, version, kind, quantity, on_hand, reserved, sales, order_id, reason, at)
      select id, version, 'released', quantity, on_hand, reserved, sales, $1, null, $2 from sku)
  select (select count(*) from sku)::int as skus`,
};

const basisOf = (stands: readonly Stand[]) => [stands.map(({ id }) => id), stands.map(({ version }) => version)];

interface Written {
  readonly skus: number;
}

/** Whether all SKUs had still the versions that were read; `null` when not, or when two such transactions were in each other's way. */
async function written(order: Order, stands: readonly Stand[]): Promise<true | null> {
  const values = [...orderValues(order), ...basisOf(stands)];
  if (order.lines.length === 1) {
    const { rows } = await pool.query<Written>({ ...WRITE, values });
    return rows[0]?.skus === 1 ? true : null;
  }
  return orDeadlock(
    inTransaction(async (session) => {
      const { rows } = await session.query<Written>({ ...WRITE, values });
      return rows[0]?.skus === order.lines.length ? true : null;
    }),
  );
}

const orDeadlock = <T>(work: Promise<T | null>): Promise<T | null> =>
  work.catch((error: { code?: string }) => {
    if (error.code !== '40P01') throw error;
    return null;
  });

await serve({
  async place(order) {
    const skuIds = order.lines.map((line) => line.skuId);
    const result = await retried<Refused | 'placed'>(async () => {
      const stands = await readStands(pool, skuIds);
      const shortages = shortagesOf(order, stands);
      if (shortages.length > 0) return shortages;
      return (await written(order, stands)) === null ? null : 'placed';
    });
    return result === 'placed' ? null : result;
  },
  async cancel(orderId, at) {
    const result = await retried<Order | 'none'>(async () => {
      const order = await readOrder(pool, orderId);
      if (order === null) return 'none';
      if (order.status === 'cancelled') return order;
      const stands = await readStands(
        pool,
        order.lines.map((line) => line.skuId),
      );
      return orDeadlock(
        inTransaction(async (session) => {
          const values = [orderId, new Date(at), order.version, ...basisOf(stands)];
          const { rows } = await session.query<Written>({ ...CANCEL, values });
          return rows[0]?.skus === order.lines.length ? asCancelled(order, at) : null;
        }),
      );
    });
    return result === 'none' ? null : result;
  },
});
