/** What a law is, and what the laws of SKUs and the laws of orders have in common. */

/**
 * One thing that must be true of the stored rows, as an SQL query: each row of its answer is a violation. It knows
 * nothing of the code that wrote the rows.
 */
export interface Law {
  /** snake_case, the first word of each violation. */
  readonly name: string;
  /**
   * One SELECT of `sku_id`, `order_id` (null where the violation is about none), `cart_id` (absent in a law that is not
   * about carts) and `violation`, a sentence that names the SKU, order or cart and what was found.
   */
  readonly sql: string;
  /** What a person can do. */
  readonly remedy: string;
  /** The law must hold for every SKU that was rebuilt from its ledger; if it does not, the rebuilding was wrong. */
  readonly ofRebuilt?: true;
}

/** What a movement does to the counters: the table of movements, row by row. */
export const EFFECT = `select m.*,
    case kind when 'received' then quantity when 'adjusted' then quantity when 'shipped' then -quantity
              when 'returned' then case when restocked then quantity else 0 end else 0 end as d_on_hand,
    case kind when 'reserved' then quantity when 'released' then -quantity when 'shipped' then -quantity
              else 0 end as d_reserved,
    case kind when 'reserved' then quantity when 'released' then -quantity when 'returned' then -quantity
              else 0 end as d_sales
  from movements m`;

/** Each movement, with the counters that the kinds and quantities up to it add up to. */
export const REPLAY = `select e.*,
    sum(d_on_hand) over w as r_on_hand, sum(d_reserved) over w as r_reserved, sum(d_sales) over w as r_sales
  from (${EFFECT}) e window w as (partition by sku_id order by version)`;

/** By SKU: units that open orders hold, and units that standing orders have sold, less returns. */
export const LINES_OF_SKU = `select l.sku_id,
    coalesce(sum(l.quantity) filter (where o.status in ('pending', 'confirmed')), 0) as reserved,
    coalesce(sum(l.quantity - l.returned) filter (where o.status <> 'cancelled'), 0) as sales
  from order_lines l join orders o on o.id = l.order_id group by l.sku_id`;

/** What the ledger says was done, by order and SKU. */
export const DONE = `select order_id, sku_id,
    count(*) filter (where kind = 'reserved') as reservations,
    coalesce(sum(quantity) filter (where kind = 'reserved'), 0) as reserved,
    coalesce(sum(quantity) filter (where kind = 'released'), 0) as released,
    coalesce(sum(quantity) filter (where kind = 'shipped'), 0) as shipped,
    coalesce(sum(quantity) filter (where kind = 'returned'), 0) as returned
  from movements where order_id is not null group by order_id, sku_id`;
