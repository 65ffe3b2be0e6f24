/** The sentences of the problems: what is wrong, with the facts, and what to do about it. */

import type { StaleVersion } from '../../keeper/versions.ts';
import { unreachable } from '../../lib/assert.ts';
import type { Shortage } from '../../stock/sku.ts';
import type { Refusal } from './problems.ts';

/** How many faults one sentence names; all of them are among the facts. */
const NAMED_MAX = 3;

const quoted = (text: string): string => JSON.stringify(text);

function named<T>(faults: readonly T[], say: (fault: T) => string): string {
  const more = faults.length - NAMED_MAX;
  return faults.slice(0, NAMED_MAX).map(say).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function shortage({ skuId, available, ahead, requested }: Shortage): string {
  const waiting = ahead === undefined ? '' : ` (${ahead} of them are for those who wait)`;
  return `${quoted(skuId)} has ${Math.max(0, available)} available${waiting}, ${requested} requested`;
}

/** What it is about, and the version that is not as it was to be. What is not there is at version 0, as is a SKU that has never moved. */
function stale(refusal: StaleVersion): string {
  const { version, expected, unexpected } = refusal;
  const what =
    'skuId' in refusal
      ? `SKU ${quoted(refusal.skuId)}`
      : 'orderId' in refusal
        ? `Order ${quoted(refusal.orderId)}`
        : 'cartId' in refusal
          ? `Cart ${quoted(refusal.cartId)}`
          : `Product ${quoted(refusal.productId)}`;
  if (expected === undefined) {
    const named = unexpected === '*' ? 'and was not to be there' : 'which it was not to be at';
    return `${what} is at version ${version}, ${named}. Nothing was done.`;
  }
  if (expected === '*') return `${what} was to be there, and is not. Nothing was done.`;
  const at = version === 0 && !('skuId' in refusal) ? 'is not there, which is version 0' : `is at version ${version}`;
  return `${what} ${at}, not ${[expected].flat().join(' or ')}. Read it again, then decide again.`;
}

/** The sentence of a refusal of the keeper. */
export function detailOf(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'sku_not_found':
      return `There is no SKU ${quoted(refusal.skuId)}. Check the id, or create the SKU with POST /skus.`;
    case 'sku_exists':
      return `SKU ${quoted(refusal.skuId)} exists already. Change it with PATCH, receive goods with POST /skus/:id/receive.`;
    case 'stale_version':
      return stale(refusal);
    case 'below_reserved':
      if (refusal.lowest === 0) {
        return `${quoted(refusal.skuId)} would have ${refusal.requested} on hand, which cannot be less than 0. It has ${refusal.onHand}.`;
      }
      return `${refusal.requested} on hand would not cover the ${refusal.reserved} reserved of ${quoted(refusal.skuId)}: the least is ${refusal.lowest}. Cancel or reduce orders first.`;
    case 'counter_limit':
      return `${refusal.counter} of ${quoted(refusal.skuId)} would become ${refusal.requested}, the most it can hold is ${refusal.highest}.`;
    case 'not_on_hand':
      return `Not all units are in the building: ${named(refusal.shortages, (s) => `${quoted(s.skuId)} has ${s.onHand} on hand, ${s.requested} are to be shipped`)}. Receive them first.`;
    case 'insufficient_stock':
      return `Nothing was reserved: ${named(refusal.shortages, shortage)}. Ask for less, or again when stock has come in.`;
    case 'cart_not_found':
      return `There is no cart ${quoted(refusal.cartId)}. It comes into being with its first line: PUT /carts/:id/lines/:skuId.`;
    case 'cart_full':
      return `Cart ${quoted(refusal.cartId)} would have ${refusal.lines} lines, the most is ${refusal.highest}. Take lines out first.`;
    case 'cart_merged_into_itself':
      return `Cart ${quoted(refusal.cartId)} cannot be merged into itself. Name the other cart in "from".`;
    case 'nothing_selected':
      return `Nothing is selected in cart ${quoted(refusal.cartId)}, or it was bought already. Select lines with PUT or PATCH.`;
    case 'order_not_found':
      return `There is no order ${quoted(refusal.orderId)}. Check the id, or place the order with POST /orders.`;
    case 'order_id_reused':
      return `Order ${quoted(refusal.orderId)} belongs to another request. Repeat that request exactly, or choose another id.`;
    case 'unknown_sku':
      return `No such SKU: ${named(refusal.skuIds, quoted)}. Create it with POST /skus, or leave the line out.`;
    case 'currency_mismatch':
      return `One order has one currency, these SKUs have ${refusal.currencies.join(', ')}. Place an order for each currency.`;
    case 'max_per_order':
      return `More than one order may take: ${named(refusal.violations, (v) => `${quoted(v.skuId)} allows ${v.maxPerOrder}, ${v.requested} requested`)}.`;
    case 'customer_required':
      return `What one customer may order of ${quoted(refusal.skuId)} is limited. Say whose order it is: customerId.`;
    case 'max_per_customer': {
      const { skuId, maxPerCustomer, standing, requested } = refusal;
      return `One customer may order ${maxPerCustomer} of ${quoted(skuId)}: ${standing} are in standing orders of this customer, ${requested} more requested.`;
    }
    case 'amount_too_large':
      return `The total amount is beyond ${refusal.highest} minor units. Split the order.`;
    case 'order_cancelled':
      return `Order ${quoted(refusal.orderId)} is cancelled, which is final. Place a new one.`;
    case 'order_expired':
      return `Order ${quoted(refusal.orderId)} expired at ${new Date(refusal.expiresAt).toISOString()} and no longer holds stock. Place a new one.`;
    case 'order_shipped':
      return `Order ${quoted(refusal.orderId)} is shipped. Take units back with POST /orders/:id/return.`;
    case 'order_not_confirmed':
      return `Order ${quoted(refusal.orderId)} still waits for its payment. Confirm it with POST /orders/:id/confirm.`;
    case 'order_not_shipped':
      return `Order ${quoted(refusal.orderId)} is ${refusal.orderStatus}, only shipped units can be returned. Cancel the order or reduce the line instead.`;
    case 'line_not_found':
      return `Order ${quoted(refusal.orderId)} has no line of SKU ${quoted(refusal.skuId)}. Its lines are at GET /orders/:id.`;
    case 'cannot_increase':
      return `The line of ${quoted(refusal.skuId)} has ${refusal.quantity}, it cannot be raised to ${refusal.requested}. Place another order for the rest.`;
    case 'return_exceeds_shipped':
      return `More than was shipped and not yet returned: ${named(refusal.violations, (v) => `${quoted(v.skuId)} can take back ${v.returnable}, ${v.requested} requested`)}.`;
    case 'idempotency_key_reused':
      return `Idempotency-Key ${quoted(refusal.key)} belongs to another request. Repeat that request exactly, or use a new key.`;
    case 'overloaded':
      return `More is in flight than can be worked on at once. Nothing was decided: ask again in ${refusal.retryAfterSeconds} s.`;
    case 'waiting_line_full':
      return `There is too little stock, and as many wait for stock as may. Nothing was decided: ask again in ${refusal.retryAfterSeconds} s, or without waitSeconds.`;
    case 'closing':
      return `The service is closing. Nothing was decided: ask again in ${refusal.retryAfterSeconds} s.`;
    case 'sku_quarantined':
      return `What is stored of SKU ${quoted(refusal.skuId)} cannot be true: ${refusal.reason}. Nothing was decided. The operator must run verify; all other SKUs serve.`;
    case 'order_quarantined':
      return `What is stored of order ${quoted(refusal.orderId)} cannot be true: ${refusal.reason}. Nothing was decided. The operator must run verify; all other orders serve.`;
    case 'cart_quarantined':
      return `What is stored of cart ${quoted(refusal.cartId)} cannot be true: ${refusal.reason}. Nothing was decided. The operator must run verify; all other carts serve.`;
    case 'standby':
      return `Another process owns the database, this one stands by. Nothing was decided: ask that one, or again in ${refusal.retryAfterSeconds} s.`;
    case 'unknown_outcome':
      return `It may or may not have happened. Ask again in ${refusal.retryAfterSeconds} s, with the same id or Idempotency-Key.`;
    default:
      return unreachable(refusal);
  }
}
