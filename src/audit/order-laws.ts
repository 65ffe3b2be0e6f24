/** The laws of one order (its row, its lines, what the ledger did for it), and of the idempotency keys. */
import { DONE, type Law } from './law.ts';

const BY_HAND =
  'Two records of the same turns differ, and only a person can tell which is true: compare with ' +
  'GET /skus/:id/movements and your own papers, then stop the service and set the wrong one right by SQL.';
const TWICE =
  'Stock was given back, or taken, more often than it may be: count the shelf, and set onHand right with ' +
  'POST /skus/:id/adjust.';

export const ORDER_LAWS: readonly Law[] = [
  {
    name: 'reserved_once',
    sql: `select sku_id, order_id,
        format('order %s, SKU %s: %s reservations', order_id, sku_id, reservations) as violation
      from (${DONE}) done where reservations > 1`,
    remedy: TWICE,
  },
  {
    name: 'restored_once',
    sql: `select sku_id, order_id, format('order %s, SKU %s: reserved %s, released %s, shipped %s, returned %s',
        order_id, sku_id, reserved, released, shipped, returned) as violation
      from (${DONE}) done where released + shipped > reserved or returned > shipped`,
    remedy: TWICE,
  },
  {
    // The order's line and what the ledger did for it are two records of the same turns.
    name: 'orders_and_ledger_agree',
    sql: `select coalesce(l.sku_id, d.sku_id) as sku_id, coalesce(l.order_id, d.order_id) as order_id,
        format('order %s (%s), SKU %s: line of %s ordered, %s standing, %s returned; '
          'ledger has %s reserved, %s released, %s shipped, %s returned',
        coalesce(l.order_id, d.order_id), coalesce(o.status, 'no order'),
        coalesce(l.sku_id, d.sku_id), coalesce(l.ordered::text, 'nothing'),
        coalesce(l.quantity::text, 'nothing'), coalesce(l.returned::text, 'nothing'),
        coalesce(d.reserved, 0), coalesce(d.released, 0), coalesce(d.shipped, 0), coalesce(d.returned, 0)) as violation
      from order_lines l full join (${DONE}) d on d.order_id = l.order_id and d.sku_id = l.sku_id
        left join orders o on o.id = coalesce(l.order_id, d.order_id)
      where o.id is null or l.order_id is null or d.order_id is null
         or d.reserved <> l.ordered or d.returned <> l.returned
         or d.released <> case o.status when 'cancelled' then l.ordered else l.ordered - l.quantity end
         or d.shipped <> case o.status when 'shipped' then l.quantity else 0 end`,
    remedy: BY_HAND,
  },
  {
    name: 'all_lines_or_none',
    sql: `select null as sku_id, o.id as order_id,
        format('order %s (%s): %s lines; %s reserved, %s settled', o.id, o.status, count(l.sku_id),
        count(d.sku_id) filter (where d.reserved > 0),
        count(d.sku_id) filter (where d.released + d.shipped = d.reserved)) as violation
      from orders o left join order_lines l on l.order_id = o.id
        left join (${DONE}) d on d.order_id = l.order_id and d.sku_id = l.sku_id
      group by o.id, o.status
      having count(l.sku_id) = 0 or count(d.sku_id) filter (where d.reserved > 0) <> count(l.sku_id)
         or (o.status in ('shipped', 'cancelled')
           and count(d.sku_id) filter (where d.released + d.shipped = d.reserved) <> count(l.sku_id))`,
    remedy: BY_HAND,
  },
  {
    name: 'order_fields_in_range',
    sql: `select null as sku_id, id as order_id,
        format('order %s: %s, paid %s, cancelled for %s, freight %s %s, version %s',
        id, status, payment, coalesce(cancel_reason, 'nothing'), freight, currency, version) as violation
      from orders where (status in ('pending', 'confirmed', 'shipped', 'cancelled')
        and payment in ('online', 'cash_on_delivery')
        and (cancel_reason is null or cancel_reason in ('requested', 'expired'))
        and (status = 'cancelled') = (cancel_reason is not null)
        and (status <> 'pending' or payment = 'online') and freight >= 0 and version >= 1 and currency ~ '^[A-Z]{3}$'
        and length(id) between 1 and 128) is not true`,
    remedy: BY_HAND,
  },
  {
    name: 'order_times_make_sense',
    sql: `select null as sku_id, id as order_id,
        format('order %s (%s%s): paid %s, created %s, updated %s, expires %s',
        id, status, coalesce(' ' || cancel_reason, ''), payment,
        created_at, updated_at, coalesce(expires_at::text, 'never')) as violation
      from orders where (isfinite(created_at) and isfinite(updated_at)
        and (payment = 'online') = (expires_at is not null)
        and (expires_at is null or (isfinite(expires_at) and expires_at > created_at))
        and (cancel_reason is distinct from 'expired' or updated_at >= expires_at)) is not true`,
    remedy:
      'Stop the service and set the times right in table orders. ' +
      'A pending order is cancelled, and gives its stock back, once its time has come.',
  },
  {
    name: 'order_lines_in_range',
    sql: `select l.sku_id, l.order_id,
        format('order %s (%s), SKU %s: %s ordered, %s standing, %s returned, at %s each, position %s',
        l.order_id, coalesce(o.status, 'no order'), l.sku_id,
        l.ordered, l.quantity, l.returned, l.unit_price, l.position) as violation
      from order_lines l left join orders o on o.id = l.order_id
      where (0 <= l.returned and l.returned <= l.quantity and l.quantity <= l.ordered and l.ordered > 0
        and l.unit_price >= 0 and l.position >= 0
        and (l.returned = 0 or o.status = 'shipped')) is not true`,
    remedy: BY_HAND,
  },
  {
    name: 'order_lines_complete',
    sql: `select null as sku_id, o.id as order_id,
        format('order %s (%s): %s units in %s lines at %s positions, up to %s',
        o.id, o.status, sum(l.quantity), count(*), count(distinct l.position), max(l.position)) as violation
      from orders o join order_lines l on l.order_id = o.id group by o.id, o.status
      having count(distinct l.position) <> count(*) or max(l.position) <> count(*) - 1
         or (o.status <> 'cancelled' and sum(l.quantity) = 0)`,
    remedy: BY_HAND,
  },
  {
    name: 'order_currency_is_of_its_skus',
    sql: `select l.sku_id, l.order_id,
        format('order %s in %s, SKU %s in %s', o.id, o.currency, s.id, s.currency) as violation
      from order_lines l join orders o on o.id = l.order_id join skus s on s.id = l.sku_id
      where s.currency <> o.currency`,
    remedy: 'Neither ever changes: stop the service and set the one that is wrong right by SQL.',
  },
  {
    name: 'key_holds_an_answer',
    sql: `select null as sku_id, null as order_id, format('idempotency key %s: recorded %s, %s', key, at,
        case when outcome ~ '^[{]"kind":"[a-z_]+".*[}]$' then 'an answer of ' || length(outcome) || ' characters'
          else 'what is no answer' end) as violation
      from idempotency_keys where (outcome ~ '^[{]"kind":"[a-z_]+".*[}]$' and fingerprint <> ''
        and length(key) between 1 and 255 and isfinite(at)) is not true`,
    remedy:
      'Delete the key from table idempotency_keys while the service is stopped: ' +
      'who asks again under it is then decided anew.',
  },
];
