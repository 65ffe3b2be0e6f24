/** The ways to break each law of orders and idempotency keys. */
import type { Breaks } from './broken-laws.ts';

export const ORDER_BREAKS: Breaks = {
  reserved_once: [
    {
      by: 'an order reserved again on a retry',
      sql: `insert into movements values ('mug', 9, 'reserved', 2, 8, 4, 6, 'open', null, null)`,
      names: /order open, SKU mug: 2 reservations/,
    },
  ],
  restored_once: [
    {
      by: 'a cancel that restored twice',
      sql: `insert into movements values ('mug', 9, 'released', 3, 8, -1, 1, 'gone', null, null)`,
      names: /order gone, SKU mug: reserved 3, released 6/,
    },
    {
      by: 'a shipped order restored',
      sql: `insert into movements values ('mug', 9, 'released', 4, 8, -2, 0, 'sent', null, null)`,
      names: /order sent, SKU mug: reserved 4, released 4, shipped 4/,
    },
    {
      by: 'more returned than shipped',
      sql: `update movements set quantity = 4 where sku_id = 'mug' and version = 6`,
      names: /order sent, SKU mug: .*returned 5/,
    },
  ],
  orders_and_ledger_agree: [
    { by: 'an order lost', sql: `delete from orders where id = 'open'`, names: /order open \(no order\), SKU mug/ },
    {
      by: 'a line lost',
      sql: `delete from order_lines where order_id = 'open'`,
      names: /order open \(pending\), SKU mug/,
    },
    {
      by: 'an order without a ledger',
      sql: `insert into orders values ('new', 'pending'); insert into order_lines values ('new', 'till', 1, 1, 0)`,
      names: /order new \(pending\), SKU till: line of 1 ordered, 1 standing, 0 returned; ledger has 0 reserved/,
    },
    {
      by: 'a cancel that restored a part',
      sql: `update movements set quantity = 2 where sku_id = 'mug' and version = 4`,
      names: /order gone \(cancelled\), SKU mug/,
    },
    {
      by: 'a reduction that restored nothing',
      sql: `update movements set kind = 'changed' where sku_id = 'lamp' and version = 3`,
      names: /order paid \(confirmed\), SKU lamp/,
    },
    {
      by: 'a shipped order whose units did not leave',
      sql: `update orders set status = 'shipped' where id = 'paid'`,
      names: /order paid \(shipped\), SKU lamp/,
    },
  ],
  all_lines_or_none: [
    {
      by: 'an order of two lines of which one was reserved',
      sql: `insert into order_lines values ('open', 'till', 1, 1, 0)`,
      names: /order open \(pending\): 2 lines; 1 reserved/,
    },
    {
      by: 'a cancelled order of which a part was settled',
      sql: `insert into order_lines values ('gone', 'till', 1, 1, 0); insert into movements values ('till', 3, 'reserved', 1, 2, 1, 1, 'gone', null, null)`,
      names: /order gone \(cancelled\): 2 lines; 2 reserved, 1 settled/,
    },
    {
      by: 'an order without lines',
      sql: `insert into orders values ('empty', 'pending')`,
      names: /order empty \(pending\): 0 lines/,
    },
  ],
  order_fields_in_range: [
    {
      by: 'a status that is none',
      sql: `update orders set status = 'lost' where id = 'paid'`,
      names: /order paid: lost/,
    },
    {
      by: 'a cancelled order without a reason',
      sql: `update orders set cancel_reason = null where id = 'gone'`,
      names: /order gone: cancelled, paid online, cancelled for nothing/,
    },
    {
      by: 'a reason without a cancel',
      sql: `update orders set cancel_reason = 'expired' where id = 'open'`,
      names: /order open: pending, paid online, cancelled for expired/,
    },
    {
      by: 'cash on delivery that is waited for',
      sql: `update orders set payment = 'cash_on_delivery', expires_at = null where id = 'open'`,
      names: /order open: pending, paid cash_on_delivery/,
    },
    {
      by: 'freight below nothing',
      sql: `update orders set freight = -1 where id = 'open'`,
      names: /order open: .*freight -1 EUR/,
    },
  ],
  order_times_make_sense: [
    {
      by: 'an online order that never expires',
      sql: `update orders set expires_at = null where id = 'open'`,
      names: /order open \(pending\): paid online, .* expires never/,
    },
    {
      by: 'cash on delivery that expires',
      sql: `update orders set expires_at = '2026-01-03' where id = 'vases'`,
      names: /order vases \(confirmed\): paid cash_on_delivery/,
    },
    {
      by: 'an order that expired before it was placed',
      sql: `update orders set expires_at = '2026-01-01' where id = 'open'`,
      names: /order open/,
    },
    {
      by: 'an order that expired too early',
      sql: `update orders set cancel_reason = 'expired' where id = 'gone'`,
      names: /order gone \(cancelled expired\)/,
    },
  ],
  order_lines_in_range: [
    {
      by: 'more standing than was ordered',
      sql: `update order_lines set quantity = 3 where order_id = 'open'`,
      names: /order open \(pending\), SKU mug: 2 ordered, 3 standing/,
    },
    {
      by: 'more returned than stands',
      sql: `update order_lines set returned = 5 where order_id = 'sent'`,
      names: /order sent \(shipped\), SKU mug: 4 ordered, 4 standing, 5 returned/,
    },
    {
      by: 'units returned that never left',
      sql: `update order_lines set returned = 1 where order_id = 'paid'`,
      names: /order paid \(confirmed\), SKU lamp/,
    },
    {
      by: 'a line of nothing',
      sql: `update order_lines set quantity = 0, ordered = 0 where order_id = 'open'`,
      names: /order open \(pending\), SKU mug: 0 ordered/,
    },
    {
      by: 'a price below nothing',
      sql: `update order_lines set unit_price = -1 where order_id = 'open'`,
      names: /order open .* at -1 each/,
    },
  ],
  order_lines_complete: [
    {
      by: 'two lines at one position',
      sql: `insert into order_lines values ('open', 'till', 1, 1, 0)`,
      names: /order open \(pending\): 3 units in 2 lines at 1 positions/,
    },
    {
      by: 'a line gone from the middle',
      sql: `update order_lines set position = 1 where order_id = 'open'`,
      names: /order open \(pending\): 2 units in 1 lines at 1 positions, up to 1/,
    },
    {
      by: 'an open order of no units',
      sql: `update order_lines set quantity = 0 where order_id = 'open'`,
      names: /order open \(pending\): 0 units/,
    },
  ],
  order_currency_is_of_its_skus: [
    {
      by: 'a SKU in another currency',
      sql: `update skus set currency = 'CHF' where id = 'mug'`,
      names: /order open in EUR, SKU mug in CHF/,
    },
  ],
  key_holds_an_answer: [
    {
      by: 'an answer cut short',
      sql: `update idempotency_keys set outcome = '{"kind":"ord'`,
      names: /idempotency key k1: .* what is no answer/,
    },
    { by: 'no fingerprint', sql: `update idempotency_keys set fingerprint = ''`, names: /idempotency key k1/ },
  ],
};
