/**
 * What can be rebuilt from the ledger, as one SELECT. For each SKU that needs it, it says what would change, or why it
 * cannot be repaired.
 *
 * Kinds and quantities are trusted. Two things are rebuilt from what they add up to: the counters and the version of
 * the SKU's row, and the counters in the movements themselves. They are not trusted where something contradicts them: a
 * gap, a counter out of its range, lines of orders, or a row and a last movement that agree with each other on
 * something else.
 */
import { LINES_OF_SKU, REPLAY } from './law.ts';

/** Version and counters. */
export interface Stand {
  readonly version: number;
  readonly onHand: number;
  readonly reserved: number;
  readonly sales: number;
}

/** One SKU that does not agree with its ledger. */
export interface Repair {
  readonly skuId: string;
  /** What its row says, `null` when it has none. */
  readonly row: Stand | null;
  /** What its ledger adds up to. */
  readonly ledger: Stand;
  /** How many of its movements have counters that do not follow from those before, and the version of the first. */
  readonly movements: number;
  readonly firstMovement: number | null;
  /** Why it is not repaired and what a person can do; `null` when it is repaired. */
  readonly cannot: string | null;
}

const COUNTER_MAX = 2_147_483_647;
const inRange = ['r_on_hand', 'r_reserved', 'r_sales']
  .map((sum) => `${sum} between 0 and ${COUNTER_MAX}`)
  .join(' and ');

/** The ledger of each SKU in one row. */
const LEDGERS = `select sku_id, count(*)::int as movements, min(version) as first, max(version) as last,
    count(distinct version) = count(*) and min(version) = 1 and max(version) = count(*) as gapless,
    bool_and((kind in ('received', 'adjusted', 'reserved', 'released', 'shipped', 'returned', 'changed')
      and case kind when 'changed' then quantity = 0 when 'adjusted' then quantity <> 0 else quantity > 0 end
      and (kind = 'returned') = (restocked is not null)) is true) as readable,
    bool_and(${inRange}) as in_range,
    sum(d_on_hand) as on_hand, sum(d_reserved) as reserved, sum(d_sales) as sales,
    (count(*) filter (where follows is not true))::int as wrong,
    min(version) filter (where follows is not true) as first_wrong,
    max(on_hand) filter (where is_last) as last_on_hand, max(reserved) filter (where is_last) as last_reserved,
    max(sales) filter (where is_last) as last_sales
  from (select r.*, (on_hand, reserved, sales) = (r_on_hand, r_reserved, r_sales) as follows,
      version = max(version) over (partition by sku_id) as is_last from (${REPLAY}) r) r
  group by sku_id`;

/** What is looked at, and how far the ledger is trusted. */
export interface RepairScope {
  /** Only this SKU; all SKUs when `null`. */
  readonly onlySku: string | null;
  /** Trust the quantities even where a SKU's row and its last movement agree with each other on something else. */
  readonly trustQuantities: boolean;
}

export function repairPlan({ onlySku, trustQuantities }: RepairScope): string {
  const doubted = trustQuantities
    ? ''
    : `when (version, on_hand, reserved, sales) = (l_last, last_on_hand, last_reserved, last_sales)
            and (on_hand, reserved, sales) <> (l_on_hand, l_reserved, l_sales)
          then format('its row and its last movement agree on %s/%s/%s, its quantities add up to %s/%s/%s '
              '(onHand/reserved/sales): one of the quantities may be what is wrong. '
              'Look through GET /skus/:id/movements. If the quantities are right, repair it with '
              '--trust-quantities; if not, set the wrong one right by SQL.',
            on_hand, reserved, sales, l_on_hand, l_reserved, l_sales)`;
  const only = onlySku === null ? '' : `and sku_id = ${literal(onlySku)}`;
  return `select sku_id as "skuId",
      case when has_row
        then json_build_object('version', version, 'onHand', on_hand, 'reserved', reserved, 'sales', sales)
      end as "row",
      json_build_object('version', l_last, 'onHand', l_on_hand, 'reserved', l_reserved, 'sales', l_sales) as ledger,
      wrong as movements, first_wrong as "firstMovement",
      case when not has_row then 'it has a ledger and no row. '
          'Bring the row back, from a backup or by SQL with version 0 and counters 0, and repair again.'
        when not gapless then format('its ledger has %s movements with versions %s to %s. '
            'Nothing can rebuild what is missing: take this SKU and its ledger from a backup.',
          l_movements, l_first, l_last)
        when not readable then 'its ledger has a movement that no turn writes (see movement_fields_in_range). '
          'Take its ledger from a backup.'
        when not in_range then 'its ledger, added up, takes a counter out of its range. Take its ledger from a backup.'
        when (l_reserved, l_sales) <> (o_reserved, o_sales)
          then format('its ledger adds up to reserved %s and sales %s, lines of its orders to %s and %s. '
              'Only a person can tell which is true: see orders_and_ledger_agree.',
            l_reserved, l_sales, o_reserved, o_sales)
        ${doubted}
      end as cannot
    from (select coalesce(s.id, l.sku_id) as sku_id, s.id is not null as has_row,
        s.version, s.on_hand, s.reserved, s.sales,
        coalesce(l.movements, 0) as l_movements, l.first as l_first,
        coalesce(l.last, 0) as l_last, coalesce(l.gapless, true) as gapless,
        coalesce(l.readable, true) as readable, coalesce(l.in_range, true) as in_range,
        coalesce(l.on_hand, 0) as l_on_hand, coalesce(l.reserved, 0) as l_reserved, coalesce(l.sales, 0) as l_sales,
        coalesce(l.wrong, 0) as wrong, l.first_wrong, l.last_on_hand, l.last_reserved, l.last_sales,
        coalesce(o.reserved, 0) as o_reserved, coalesce(o.sales, 0) as o_sales
      from skus s full join (${LEDGERS}) l on l.sku_id = s.id
        left join (${LINES_OF_SKU}) o on o.sku_id = coalesce(s.id, l.sku_id)) found
    where (not has_row or not gapless or not readable or not in_range or wrong > 0
      or (l_reserved, l_sales) <> (o_reserved, o_sales)
      or (version, on_hand, reserved, sales) is distinct from (l_last, l_on_hand, l_reserved, l_sales)) ${only}`;
}

/** As `standard_conforming_strings` reads it, which has long been PostgreSQL's default. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
