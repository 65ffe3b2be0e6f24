/** The laws of one SKU: its row, its ledger, and that the two agree. */
import { toolCall } from '../lib/tool-call.ts';
import { EFFECT, type Law, LINES_OF_SKU, REPLAY } from './law.ts';

const REBUILD =
  `If the ledger is right, \`${toolCall('verify')} --repair\` rebuilds this from it; ` +
  'it shows first what it would write.';
const HISTORY = 'It has happened and cannot be undone here: find out who else writes to these tables';

/** The last movement that changed a policy that `available` depends on. The policy before it is no longer known. */
const POLICY_SINCE = `select s.*, coalesce((select max(m.version) from movements m
      where m.sku_id = s.id and m.kind = 'changed'
        and (m.reason is null or m.reason like '%safetyStock%' or m.reason like '%backorderLimit%')), 0) as policy_since
  from skus s`;

export const SKU_LAWS: readonly Law[] = [
  {
    name: 'ledger_gapless',
    sql: `select sku_id, null as order_id,
        format('SKU %s: %s movements, versions %s to %s', sku_id, count(*), min(version), max(version)) as violation
      from movements group by sku_id
      having min(version) <> 1 or max(version) <> count(*) or count(distinct version) <> count(*)`,
    remedy:
      'Movements are missing or there twice, and nothing can rebuild them: take this SKU and its ledger from a backup.',
    ofRebuilt: true,
  },
  {
    name: 'version_is_last_movement',
    sql: `select coalesce(s.id, m.sku_id) as sku_id, null as order_id,
        format('SKU %s: version %s, last movement %s', coalesce(s.id, m.sku_id),
        coalesce(s.version::text, 'of no row'), coalesce(m.last, 0)) as violation
      from skus s full join (select sku_id, max(version) as last from movements group by sku_id) m on m.sku_id = s.id
      where s.id is null or s.version <> coalesce(m.last, 0)`,
    remedy: `${REBUILD} A ledger of no row needs its row back first, from a backup.`,
    ofRebuilt: true,
  },
  {
    name: 'movement_follows',
    sql: `select sku_id, null as order_id,
        format('SKU %s: movement %s (%s %s) says %s/%s/%s, replay says %s/%s/%s (onHand/reserved/sales)',
        sku_id, version, kind, quantity, on_hand, reserved, sales, r_on_hand, r_reserved, r_sales) as violation
      from (${REPLAY}) replay where (on_hand, reserved, sales) is distinct from (r_on_hand, r_reserved, r_sales)`,
    remedy: REBUILD,
    ofRebuilt: true,
  },
  {
    name: 'counters_are_replay',
    sql: `select s.id as sku_id, null as order_id,
        format('SKU %s: row says %s/%s/%s, replay says %s/%s/%s (onHand/reserved/sales)', s.id,
        s.on_hand, s.reserved, s.sales,
        coalesce(r.on_hand, 0), coalesce(r.reserved, 0), coalesce(r.sales, 0)) as violation
      from skus s left join (
        select sku_id, sum(d_on_hand) as on_hand, sum(d_reserved) as reserved, sum(d_sales) as sales
        from (${EFFECT}) e group by sku_id) r on r.sku_id = s.id
      where (s.on_hand, s.reserved, s.sales) is distinct from
        (coalesce(r.on_hand, 0), coalesce(r.reserved, 0), coalesce(r.sales, 0))`,
    remedy: REBUILD,
    ofRebuilt: true,
  },
  {
    name: 'never_negative',
    sql: `select id as sku_id, null as order_id,
        format('SKU %s: onHand %s, reserved %s, sales %s at version %s',
        id, on_hand, reserved, sales, version) as violation
      from (select id, version, on_hand, reserved, sales from skus
        union all select sku_id, version, on_hand, reserved, sales from movements) counters
      where on_hand < 0 or reserved < 0 or sales < 0`,
    remedy: REBUILD,
    ofRebuilt: true,
  },
  {
    // A stocktake may eat into the safety stock, and a change of policy may do anything. Neither makes a promise.
    name: 'never_oversold',
    sql: `select m.sku_id, null as order_id, format('SKU %s: available %s after movement %s (%s %s)',
        m.sku_id, m.on_hand + s.backorder_limit::bigint - s.safety_stock - m.reserved,
        m.version, m.kind, m.quantity) as violation
      from movements m join (${POLICY_SINCE}) s on s.id = m.sku_id and m.version > s.policy_since
      where (m.kind = 'reserved' and m.on_hand + s.backorder_limit::bigint - s.safety_stock - m.reserved < 0)
         or (m.kind = 'adjusted' and m.quantity < 0 and m.on_hand + s.backorder_limit::bigint - m.reserved < 0)`,
    remedy: `${HISTORY}. If more is reserved than there is, receive goods or cancel orders.`,
  },
  {
    name: 'reserved_is_open_lines',
    sql: `select coalesce(s.id, l.sku_id) as sku_id, null as order_id,
        format('SKU %s: reserved %s, lines of open orders %s',
        coalesce(s.id, l.sku_id), coalesce(s.reserved, 0), coalesce(l.reserved, 0)) as violation
      from skus s full join (${LINES_OF_SKU}) l on l.sku_id = s.id
      where coalesce(s.reserved, 0) <> coalesce(l.reserved, 0)`,
    remedy: `${REBUILD} Else see what orders_and_ledger_agree says of its orders.`,
    ofRebuilt: true,
  },
  {
    name: 'sales_are_standing_lines',
    sql: `select coalesce(s.id, l.sku_id) as sku_id, null as order_id,
        format('SKU %s: sales %s, lines of standing orders less returns %s',
        coalesce(s.id, l.sku_id), coalesce(s.sales, 0), coalesce(l.sales, 0)) as violation
      from skus s full join (${LINES_OF_SKU}) l on l.sku_id = s.id
      where coalesce(s.sales, 0) <> coalesce(l.sales, 0)`,
    remedy: `${REBUILD} Else see what orders_and_ledger_agree says of its orders.`,
    ofRebuilt: true,
  },
  {
    name: 'sku_fields_in_range',
    sql: `select id as sku_id, null as order_id,
        format('SKU %s: price %s %s, safetyStock %s, backorderLimit %s, maxPerOrder %s, maxPerCustomer %s, '
          'version %s, created %s, updated %s',
        id, price, currency, safety_stock, backorder_limit,
        coalesce(max_per_order::text, 'none'), coalesce(max_per_customer::text, 'none'),
        version, created_at, updated_at) as violation
      from skus where (price >= 0 and safety_stock >= 0 and backorder_limit >= 0
        and version >= 0 and currency ~ '^[A-Z]{3}$'
        and length(id) between 1 and 128 and isfinite(created_at) and isfinite(updated_at)) is not true
         or max_per_order <= 0 or max_per_customer <= 0`,
    remedy:
      'Nothing else in the database knows what it was: ' +
      'stop the service and set the field right in table skus, leaving version as it is.',
  },
  {
    name: 'movement_fields_in_range',
    sql: `select sku_id, null as order_id, format('SKU %s: movement %s is %s %s, restocked %s, at %s',
        sku_id, version, kind, quantity, coalesce(restocked::text, 'unsaid'), at) as violation
      from movements where (kind in ('received', 'adjusted', 'reserved', 'released', 'shipped', 'returned', 'changed')
        and case kind when 'changed' then quantity = 0 when 'adjusted' then quantity <> 0 else quantity > 0 end
        and (kind = 'returned') = (restocked is not null) and version >= 1 and isfinite(at)) is not true`,
    remedy: 'No turn writes such a movement: take the ledger of this SKU from a backup.',
  },
  {
    name: 'movement_names_its_order',
    sql: `select sku_id, order_id, format('SKU %s: movement %s is %s with %s',
        sku_id, version, kind, coalesce('order ' || order_id, 'no order')) as violation
      from movements where (kind in ('reserved', 'released', 'shipped', 'returned')) <> (order_id is not null)`,
    remedy: 'No turn writes such a movement: take the ledger of this SKU from a backup.',
  },
];
