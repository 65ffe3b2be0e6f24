/**
 * The laws of Stock Keeper, asked of the database itself: each law is one SELECT whose rows are its violations.
 * Used by the replay and by the tests that run real processes. Knows nothing of the code that wrote the rows.
 */

/** Runs one statement without parameters and answers its rows: `client.query(sql)` of pg, `db.query(sql)` of PGlite. */
export type Query = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

export interface Law {
  /** snake_case, the first word of each violation. */
  readonly name: string;
  /** Answers one column, `violation`: a sentence that names the SKU or order and what was found. */
  readonly sql: string;
}

/** The most violations reported of one law. */
const VIOLATIONS_MAX = 20;

/** What a movement does to the counters, the table of movements row by row. */
const EFFECT = `select m.*,
    case kind when 'received' then quantity when 'adjusted' then quantity when 'shipped' then -quantity
              when 'returned' then case when restocked then quantity else 0 end else 0 end as d_on_hand,
    case kind when 'reserved' then quantity when 'released' then -quantity when 'shipped' then -quantity else 0 end as d_reserved,
    case kind when 'reserved' then quantity when 'released' then -quantity when 'returned' then -quantity else 0 end as d_sales
  from movements m`;

/** Per order and SKU, what the ledger says was done. */
const DONE = `select order_id, sku_id,
    count(*) filter (where kind = 'reserved') as reservations,
    coalesce(sum(quantity) filter (where kind = 'reserved'), 0) as reserved,
    coalesce(sum(quantity) filter (where kind = 'released'), 0) as released,
    coalesce(sum(quantity) filter (where kind = 'shipped'), 0) as shipped,
    coalesce(sum(quantity) filter (where kind = 'returned'), 0) as returned
  from movements where order_id is not null group by order_id, sku_id`;

/** The last movement that changed what `available` is reckoned from; before it the policy is not known any more. */
const POLICY_SINCE = `select s.*, coalesce((select max(m.version) from movements m where m.sku_id = s.id and m.kind = 'changed'
      and (m.reason is null or m.reason like '%safetyStock%' or m.reason like '%backorderLimit%')), 0) as policy_since
  from skus s`;

export const LAWS: readonly Law[] = [
  {
    name: 'ledger_gapless',
    sql: `select format('SKU %s: %s movements, versions %s to %s', sku_id, count(*), min(version), max(version)) as violation
      from movements group by sku_id having min(version) <> 1 or max(version) <> count(*)`,
  },
  {
    name: 'version_is_last_movement',
    sql: `select format('SKU %s: version %s, last movement %s', coalesce(s.id, m.sku_id), coalesce(s.version::text, 'of no row'), coalesce(m.last, 0)) as violation
      from skus s full join (select sku_id, max(version) as last from movements group by sku_id) m on m.sku_id = s.id
      where s.id is null or s.version <> coalesce(m.last, 0)`,
  },
  {
    name: 'movement_follows',
    sql: `select format('SKU %s: movement %s (%s %s) says %s/%s/%s, replay says %s/%s/%s (onHand/reserved/sales)',
        sku_id, version, kind, quantity, on_hand, reserved, sales, r_on_hand, r_reserved, r_sales) as violation
      from (select e.*, sum(d_on_hand) over w as r_on_hand, sum(d_reserved) over w as r_reserved, sum(d_sales) over w as r_sales
        from (${EFFECT}) e window w as (partition by sku_id order by version)) replay
      where on_hand <> r_on_hand or reserved <> r_reserved or sales <> r_sales`,
  },
  {
    name: 'counters_are_replay',
    sql: `select format('SKU %s: row says %s/%s/%s, replay says %s/%s/%s (onHand/reserved/sales)',
        s.id, s.on_hand, s.reserved, s.sales, coalesce(r.on_hand, 0), coalesce(r.reserved, 0), coalesce(r.sales, 0)) as violation
      from skus s left join (select sku_id, sum(d_on_hand) as on_hand, sum(d_reserved) as reserved, sum(d_sales) as sales
        from (${EFFECT}) e group by sku_id) r on r.sku_id = s.id
      where (s.on_hand, s.reserved, s.sales) is distinct from
        (coalesce(r.on_hand, 0), coalesce(r.reserved, 0), coalesce(r.sales, 0))`,
  },
  {
    name: 'never_negative',
    sql: `select format('SKU %s: onHand %s, reserved %s, sales %s at version %s', id, on_hand, reserved, sales, version) as violation
      from (select id, version, on_hand, reserved, sales from skus
        union all select sku_id, version, on_hand, reserved, sales from movements) counters
      where on_hand < 0 or reserved < 0 or sales < 0`,
  },
  {
    // A stocktake may eat into the safety stock, a change of policy may do anything: no promise is made by either.
    name: 'never_oversold',
    sql: `select format('SKU %s: available %s after movement %s (%s %s)',
        m.sku_id, m.on_hand + s.backorder_limit - s.safety_stock - m.reserved, m.version, m.kind, m.quantity) as violation
      from movements m join (${POLICY_SINCE}) s on s.id = m.sku_id and m.version > s.policy_since
      where (m.kind = 'reserved' and m.on_hand + s.backorder_limit - s.safety_stock - m.reserved < 0)
         or (m.kind = 'adjusted' and m.quantity < 0 and m.on_hand + s.backorder_limit - m.reserved < 0)`,
  },
  {
    name: 'reserved_is_open_lines',
    sql: `select format('SKU %s: reserved %s, lines of open orders %s', coalesce(s.id, l.sku_id), coalesce(s.reserved, 0), coalesce(l.units, 0)) as violation
      from skus s full join (select l.sku_id, sum(l.quantity) as units from order_lines l join orders o on o.id = l.order_id
        where o.status in ('pending', 'confirmed') group by l.sku_id) l on l.sku_id = s.id
      where coalesce(s.reserved, 0) <> coalesce(l.units, 0)`,
  },
  {
    name: 'sales_are_standing_lines',
    sql: `select format('SKU %s: sales %s, lines of standing orders less returns %s', coalesce(s.id, l.sku_id), coalesce(s.sales, 0), coalesce(l.units, 0)) as violation
      from skus s full join (select l.sku_id, sum(l.quantity - l.returned) as units from order_lines l join orders o on o.id = l.order_id
        where o.status <> 'cancelled' group by l.sku_id) l on l.sku_id = s.id
      where coalesce(s.sales, 0) <> coalesce(l.units, 0)`,
  },
  {
    name: 'reserved_once',
    sql: `select format('order %s, SKU %s: %s reservations', order_id, sku_id, reservations) as violation
      from (${DONE}) done where reservations > 1`,
  },
  {
    name: 'restored_once',
    sql: `select format('order %s, SKU %s: reserved %s, released %s, shipped %s, returned %s', order_id, sku_id, reserved, released, shipped, returned) as violation
      from (${DONE}) done where released + shipped > reserved or returned > shipped`,
  },
  {
    // What stands in the order's line, and what the ledger did for it, are two records of the same turns.
    name: 'orders_and_ledger_agree',
    sql: `select format('order %s (%s), SKU %s: line of %s ordered, %s standing, %s returned; ledger has %s reserved, %s released, %s shipped, %s returned',
        coalesce(l.order_id, d.order_id), coalesce(o.status, 'no order'), coalesce(l.sku_id, d.sku_id), l.ordered, l.quantity, l.returned,
        coalesce(d.reserved, 0), coalesce(d.released, 0), coalesce(d.shipped, 0), coalesce(d.returned, 0)) as violation
      from order_lines l full join (${DONE}) d on d.order_id = l.order_id and d.sku_id = l.sku_id
        left join orders o on o.id = coalesce(l.order_id, d.order_id)
      where o.id is null or l.order_id is null or d.order_id is null
         or d.reserved <> l.ordered or d.returned <> l.returned
         or d.released <> case o.status when 'cancelled' then l.ordered else l.ordered - l.quantity end
         or d.shipped <> case o.status when 'shipped' then l.quantity else 0 end`,
  },
  {
    name: 'all_lines_or_none',
    sql: `select format('order %s (%s): %s lines; %s reserved, %s settled', o.id, o.status, count(l.sku_id), count(d.sku_id) filter (where d.reserved > 0),
        count(d.sku_id) filter (where d.released + d.shipped = d.reserved)) as violation
      from orders o left join order_lines l on l.order_id = o.id left join (${DONE}) d on d.order_id = l.order_id and d.sku_id = l.sku_id
      group by o.id, o.status
      having count(l.sku_id) = 0 or count(d.sku_id) filter (where d.reserved > 0) <> count(l.sku_id)
         or (o.status in ('shipped', 'cancelled') and count(d.sku_id) filter (where d.released + d.shipped = d.reserved) <> count(l.sku_id))`,
  },
  {
    name: 'movement_names_its_order',
    sql: `select format('SKU %s: movement %s is %s with %s', sku_id, version, kind, coalesce('order ' || order_id, 'no order')) as violation
      from movements where (kind in ('reserved', 'released', 'shipped', 'returned')) <> (order_id is not null)`,
  },
];

/**
 * Checks every law; answers the violations, `law: what was found`, none when all hold. At most 20 of each law are named.
 * Nothing may be writing meanwhile, unless `query` runs in one repeatable-read snapshot. Rejects when the database does.
 */
export async function checkLaws(query: Query): Promise<string[]> {
  const violations: string[] = [];
  for (const { name, sql } of LAWS) {
    const rows = await query(`${sql} limit ${VIOLATIONS_MAX + 1}`);
    for (const row of rows.slice(0, VIOLATIONS_MAX)) violations.push(`${name}: ${String(row['violation'])}`);
    if (rows.length > VIOLATIONS_MAX) violations.push(`${name}: and more`);
  }
  return violations;
}
