/** Refusals that are about an order. */
import type { RefusalEntries } from './entry.ts';
import { named, quoted } from './words.ts';

const skuId = 'MUG-RED';
const orderId = 'order-1001';

export const ORDER_REFUSALS = {
  order_not_found: {
    status: 404,
    title: 'No such order',
    sentence: (r) => `There is no order ${quoted(r.orderId)}. Check the id, or place the order with POST /orders.`,
    remedy: 'Check the id, or place the order with POST /orders. A message that came early may be sent again later.',
    example: { orderId },
  },
  order_id_reused: {
    status: 422,
    title: 'Another order has this id',
    sentence: (r) =>
      `Order ${quoted(r.orderId)} belongs to another request. Repeat that request exactly, or choose another id.`,
    remedy: 'Repeat the first request exactly, or choose a new id: what is another order needs another.',
    example: { orderId },
  },
  unknown_sku: {
    status: 422,
    title: 'Unknown SKU',
    sentence: (r) => `No such SKU: ${named(r.skuIds, quoted)}. Create it with POST /skus, or leave the line out.`,
    remedy: 'Create the SKUs with POST /skus, or leave their lines out.',
    example: { skuIds: ['MUG-GREEN'] },
  },
  currency_mismatch: {
    status: 422,
    title: 'The SKUs have different currencies',
    sentence: (r) =>
      `One order has one currency, these SKUs have ${r.currencies.join(', ')}. Place an order for each currency.`,
    remedy: 'Place one order for each currency.',
    example: { currencies: ['EUR', 'CHF'] },
  },
  max_per_order: {
    status: 422,
    title: 'More than one order may take',
    sentence: (r) =>
      `More than one order may take: ${named(
        r.violations,
        (v) => `${quoted(v.skuId)} allows ${v.maxPerOrder}, ${v.requested} requested`,
      )}.`,
    remedy: 'Ask for at most what one order may take, or raise maxPerOrder of the SKU.',
    example: { violations: [{ skuId, requested: 6, maxPerOrder: 5 }] },
  },
  customer_required: {
    status: 422,
    title: 'The order must name its customer',
    sentence: (r) => `What one customer may order of ${quoted(r.skuId)} is limited. Say whose order it is: customerId.`,
    remedy: 'Say whose order it is: customerId.',
    example: { skuId },
  },
  max_per_customer: {
    status: 422,
    title: 'More than one customer may order',
    sentence: (r) =>
      `One customer may order ${r.maxPerCustomer} of ${quoted(r.skuId)}: ${r.standing} are in standing orders of ` +
      `this customer, ${r.requested} more requested.`,
    remedy: 'Ask for less: orders of this customer that stand count too, less what was returned.',
    example: { skuId, requested: 2, standing: 4, maxPerCustomer: 5 },
  },
  amount_too_large: {
    status: 422,
    title: 'The amount is too large',
    sentence: (r) => `The total amount is beyond ${r.highest} minor units. Split the order.`,
    remedy: 'Split the order into several.',
    example: { highest: Number.MAX_SAFE_INTEGER },
  },
  order_cancelled: {
    status: 409,
    title: 'The order is cancelled',
    sentence: (r) => `Order ${quoted(r.orderId)} is cancelled, which is final. Place a new one.`,
    remedy: 'Nothing more can become of it. Place a new order; refund what was paid for this one.',
    example: { orderId },
  },
  order_expired: {
    status: 409,
    title: 'The order has expired',
    sentence: (r) =>
      `Order ${quoted(r.orderId)} expired at ${new Date(r.expiresAt).toISOString()} and no longer holds stock. ` +
      'Place a new one.',
    remedy: 'Its stock has gone back. Place a new order, or refund a payment that came too late.',
    example: { orderId, expiresAt: Date.UTC(2026, 10, 20, 9, 27, 30, 250) },
  },
  order_shipped: {
    status: 409,
    title: 'The order is shipped',
    sentence: (r) => `Order ${quoted(r.orderId)} is shipped. Take units back with POST /orders/:id/return.`,
    remedy: 'It is too late to change it. Take units back with POST /orders/{id}/return.',
    example: { orderId },
  },
  order_not_confirmed: {
    status: 409,
    title: 'The order is not confirmed',
    sentence: (r) =>
      `Order ${quoted(r.orderId)} still waits for its payment. Confirm it with POST /orders/:id/confirm.`,
    remedy: 'Confirm it once it is paid, POST /orders/{id}/confirm, then ship again.',
    example: { orderId },
  },
  order_not_shipped: {
    status: 409,
    title: 'The order is not shipped',
    sentence: (r) =>
      `Order ${quoted(r.orderId)} is ${r.orderStatus}, only shipped units can be returned. Cancel the order or ` +
      'reduce the line instead.',
    remedy: 'Cancel the order, or reduce its lines: only what was shipped is returned.',
    example: { orderId, orderStatus: 'confirmed' },
  },
  line_not_found: {
    status: 404,
    title: 'No such line in the order',
    sentence: (r) =>
      `Order ${quoted(r.orderId)} has no line of SKU ${quoted(r.skuId)}. Its lines are at GET /orders/:id.`,
    remedy: 'Read the order: GET /orders/{id} has its lines.',
    example: { orderId, skuId: 'MUG-BLUE' },
  },
  cannot_increase: {
    status: 409,
    title: 'A line can only be reduced',
    sentence: (r) =>
      `The line of ${quoted(r.skuId)} has ${r.quantity}, it cannot be raised to ${r.requested}. Place another order ` +
      'for the rest.',
    remedy: 'Place another order for the rest.',
    example: { orderId, skuId, requested: 3, quantity: 2 },
  },
  return_exceeds_shipped: {
    status: 409,
    title: 'More returned than shipped',
    sentence: (r) =>
      `More than was shipped and not yet returned: ${named(
        r.violations,
        (v) => `${quoted(v.skuId)} can take back ${v.returnable}, ${v.requested} requested`,
      )}.`,
    remedy: 'Return at most what "violations" say is returnable; it may have been returned already.',
    example: {
      orderId,
      violations: [{ skuId, requested: 2, returnable: 1 }],
    },
  },
  order_quarantined: {
    status: 503,
    title: 'The order is quarantined',
    sentence: (r) =>
      `What is stored of order ${quoted(r.orderId)} cannot be true: ${r.reason}. Nothing was decided. The operator ` +
      'must run verify; all other orders serve.',
    remedy: 'The operator runs verify, which says what cannot be true of it and what to do; other orders serve on.',
    example: { orderId, reason: 'it has no lines', retryAfterSeconds: 60 },
  },
} satisfies Partial<RefusalEntries>;
