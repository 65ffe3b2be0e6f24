/**
 * The buggy shop: it reads, checks in its own memory, and writes what it has worked out. Two buyers read "1 left" and both buy, two cancels both
 * see "not cancelled yet". Its ledger cannot have the key that would stop it; in its database that is an index.
 */
import { serve } from './serve.ts';
import {
  ASKED,
  asCancelled,
  orderValues,
  pool,
  RECORD_ORDER,
  RETURNED,
  readOrder,
  readStands,
  shortagesOf,
} from './sql.ts';

const WRITE = {
  name: 'write',
  text: `with ${ASKED}, worked_out as (select sku_id as id, quantity, reserved, sales, version
      from unnest($4::text[], $5::int[], $6::int[], $7::int[], $8::int[]) as r (sku_id, quantity, reserved, sales, version) order by sku_id collate "C"),
    sku as (update skus s set reserved = l.reserved, sales = l.sales, version = l.version, updated_at = $3
      from worked_out l where s.id = l.id ${RETURNED}), ${RECORD_ORDER}`,
};
const CANCEL = {
  name: 'cancel',
  text: `with worked_out as (select id, quantity, reserved, sales, version
      from unnest($3::text[], $4::int[], $5::int[], $6::int[], $7::int[]) as r (id, quantity, reserved, sales, version)),
    cancelled as (update orders set status = 'cancelled', cancel_reason = 'requested', version = version + 1, updated_at = $2 where id = $1),
    sku as (update skus s set reserved = l.reserved, sales = l.sales, version = l.version, updated_at = $2
      from worked_out l where s.id = l.id ${RETURNED})
  insert into movements (sku_id, version, kind, quantity, on_hand, reserved, sales, order_id, reason, at)
  select id, version, 'released', quantity, on_hand, reserved, sales, $1, null, $2 from sku`,
};

await serve({
  async place(order) {
    const skuIds = order.lines.map((line) => line.skuId);
    const stands = new Map((await readStands(pool, skuIds)).map((stand) => [stand.id, stand]));
    const shortages = shortagesOf(order, [...stands.values()]);
    if (shortages.length > 0) return shortages;
    const after = (of: 'reserved' | 'sales') =>
      order.lines.map(({ skuId, quantity }) => (stands.get(skuId)?.[of] ?? 0) + quantity);
    const versions = skuIds.map((skuId) => (stands.get(skuId)?.version ?? 0) + 1);
    await pool.query({ ...WRITE, values: [...orderValues(order), after('reserved'), after('sales'), versions] });
    return null;
  },
  async cancel(orderId, at) {
    const order = await readOrder(pool, orderId);
    if (order === null || order.status === 'cancelled') return order;
    const skuIds = order.lines.map((line) => line.skuId);
    const stands = new Map((await readStands(pool, skuIds)).map((stand) => [stand.id, stand]));
    // As far down as its table lets it: a counter below nothing is refused there, and the shop would see an error instead of its bug.
    const after = (of: 'reserved' | 'sales') =>
      order.lines.map(({ skuId, quantity }) => Math.max(0, (stands.get(skuId)?.[of] ?? 0) - quantity));
    const versions = skuIds.map((skuId) => (stands.get(skuId)?.version ?? 0) + 1);
    const quantities = order.lines.map((line) => line.quantity);
    await pool.query({
      ...CANCEL,
      values: [orderId, new Date(at), skuIds, quantities, after('reserved'), after('sales'), versions],
    });
    return asCancelled(order, at);
  },
});
