/** What a law is, and what the laws of SKUs and those of orders have in common. */

/**
 * One thing that must be true of the stored rows, asked by SQL: each row of the answer is a violation. Knows nothing of
 * the code that wrote the rows.
 */
export interface Law {
  /** snake_case, the first word of each violation. */
  readonly name: string;
  /**
   * One SELECT of `sku_id`, `order_id` (null where it is about none), `cart_id` (absent where no cart is asked) and
   * `violation`, a sentence that names the SKU, order or cart and what was found.
   */
  readonly sql: string;
  /** What a person can do. */
  readonly remedy: string;
  /** True of every SKU that was rebuilt from its ledger, or the rebuilding was wrong. */
  readonly ofRebuilt?: true;
}

/** What a movement does to the counters, the table of movements row by row. */
export const EFFECT = `select m.*,
    case kind when 'received' then quantity when 'adjusted' then quantity when 'shipped' then -quantity
              when 'returned' then case when restocked then quantity else 0 end else 0 end as d_on_hand,
    case kind when 'reserved' then quantity when 'released' then -quantity when 'shipped' then -quantity else 0 end as d_reserved,
    case kind when 'reserved' then quantity when 'released' then -quantity when 'returned' then -quantity else 0 end as d_sales
  from movements m`;

/** Movements beside the counters that the kinds and quantities up to them add up to. */
export const REPLAY = `select e.*, sum(d_on_hand) over w as r_on_hand, sum(d_reserved) over w as r_reserved, sum(d_sales) over w as r_sales
  from (${EFFECT}) e window w as (partition by sku_id order by version)`;

/** Units that open orders hold, and that standing orders have sold less what came back, by SKU. */
export const LINES_OF_SKU = `select l.sku_id,
    coalesce(sum(l.quantity) filter (where o.status in ('pending', 'confirmed')), 0) as reserved,
    coalesce(sum(l.quantity - l.returned) filter (where o.status <> 'cancelled'), 0) as sales
  from order_lines l join orders o on o.id = l.order_id group by l.sku_id`;

/** Per order and SKU, what the ledger says was done. */
export const DONE = `select order_id, sku_id,
    count(*) filter (where kind = 'reserved') as reservations,
    coalesce(sum(quantity) filter (where kind = 'reserved'), 0) as reserved,
    coalesce(sum(quantity) filter (where kind = 'released'), 0) as released,
    coalesce(sum(quantity) filter (where kind = 'shipped'), 0) as shipped,
    coalesce(sum(quantity) filter (where kind = 'returned'), 0) as returned
  from movements where order_id is not null group by order_id, sku_id`;
