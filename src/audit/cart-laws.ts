/**
 * The laws of one cart: its row, and the lines in it. The lines are one JSON value, and the schema only knows that it
 * is a list.
 */
import type { Law } from './law.ts';

/** Each line of each cart whose lines are a list: `line` as it stands, `sku_id` null where it names none. */
const CART_LINES = `select c.id, place, line, line ->> 'skuId' as sku_id
  from carts c cross join lateral
    jsonb_array_elements(case when jsonb_typeof(lines) = 'array' then lines else '[]' end)
      with ordinality as l (line, place)`;

/** Characters that are shown of what should be a line. */
const SHOWN = 100;

const NO_REPAIR =
  'A repair touches no cart, for nothing else in the database knows what was in it. ' +
  'Stop the service and set the row in table carts right, with a version one higher';
const OR_DELETE = `${NO_REPAIR}; or delete it, and the shopper begins a new cart.`;

export const CART_LAWS: readonly Law[] = [
  {
    name: 'cart_lines_are_a_list',
    sql: `select null as sku_id, null as order_id, id as cart_id, format('cart %s: its lines are %s', id,
        case when jsonb_typeof(lines) = 'array' then jsonb_array_length(lines) || ' and may be 500'
          else coalesce(left(lines::text, ${SHOWN}), 'unsaid') || ', which is no list' end) as violation
      from carts where (case when jsonb_typeof(lines) = 'array' then jsonb_array_length(lines) <= 500 end) is not true`,
    remedy: OR_DELETE,
  },
  {
    name: 'cart_lines_in_range',
    sql: `select sku_id, null as order_id, id as cart_id,
        format('cart %s: line %s is %s', id, place, left(line::text, ${SHOWN})) as violation
      from (${CART_LINES}) l
      where (line = jsonb_build_object(
            'skuId', line -> 'skuId', 'quantity', line -> 'quantity', 'selected', line -> 'selected')
        and jsonb_typeof(line -> 'skuId') = 'string' and length(sku_id) between 1 and 128
        and jsonb_typeof(line -> 'selected') = 'boolean' and jsonb_typeof(line -> 'quantity') = 'number'
        and line ->> 'quantity' ~ '^([1-9][0-9]{0,5}|1000000)$') is not true`,
    remedy: OR_DELETE,
  },
  {
    name: 'cart_names_a_sku_once',
    sql: `select sku_id, null as order_id, id as cart_id,
        format('cart %s, SKU %s: %s lines', id, sku_id, count(*)) as violation
      from (${CART_LINES}) l where sku_id is not null group by id, sku_id having count(*) > 1`,
    remedy: OR_DELETE,
  },
  {
    name: 'cart_skus_exist',
    sql: `select l.sku_id, null as order_id, l.id as cart_id,
        format('cart %s: line %s names SKU %s, which has no row', l.id, place, l.sku_id) as violation
      from (${CART_LINES}) l left join skus s on s.id = l.sku_id where l.sku_id is not null and s.id is null`,
    remedy: `Bring the row of the SKU back from a backup, or take the line out of the cart. ${OR_DELETE}`,
  },
  {
    name: 'cart_fields_in_range',
    sql: `select null as sku_id, null as order_id, id as cart_id,
        format('cart %s: version %s, created %s, updated %s', id, version, created_at, updated_at) as violation
      from carts where (version >= 1 and length(id) between 1 and 128
        and isfinite(created_at) and isfinite(updated_at)) is not true`,
    remedy: `${NO_REPAIR}.`,
  },
];
