/** One example of every problem, made by the code that makes the real ones: the documentation cannot say something else. */
import { BODY_MAX } from '../fields.ts';
import { type DoorCode, DoorFault, type Problem, type ProblemCode, problemOf, type Refusal } from './problems.ts';

const orderId = 'order-1001';
const skuId = 'MUG-RED';
const cartId = 'cart-7';

export const REFUSALS: { readonly [K in Refusal['kind']]: Extract<Refusal, { kind: K }> } = {
  sku_not_found: { kind: 'sku_not_found', skuId },
  sku_exists: { kind: 'sku_exists', skuId },
  stale_version: { kind: 'stale_version', skuId, expected: 7, version: 9 },
  below_reserved: { kind: 'below_reserved', skuId, requested: 1, lowest: 2, onHand: 100, reserved: 2, version: 2 },
  counter_limit: { kind: 'counter_limit', skuId, counter: 'onHand', requested: 2_147_483_747, highest: 2_147_483_647 },
  not_on_hand: { kind: 'not_on_hand', shortages: [{ skuId, requested: 2, onHand: 0, version: 2 }] },
  insufficient_stock: {
    kind: 'insufficient_stock',
    shortages: [{ skuId, requested: 99, available: 98, version: 2 }],
  },
  cart_not_found: { kind: 'cart_not_found', cartId },
  cart_full: { kind: 'cart_full', cartId, lines: 501, highest: 500 },
  cart_merged_into_itself: { kind: 'cart_merged_into_itself', cartId },
  nothing_selected: { kind: 'nothing_selected', cartId },
  cart_quarantined: {
    kind: 'cart_quarantined',
    cartId,
    reason: 'two of its lines are of one SKU',
    retryAfterSeconds: 60,
  },
  order_not_found: { kind: 'order_not_found', orderId },
  order_id_reused: { kind: 'order_id_reused', orderId },
  unknown_sku: { kind: 'unknown_sku', skuIds: ['MUG-GREEN'] },
  currency_mismatch: { kind: 'currency_mismatch', currencies: ['EUR', 'CHF'] },
  max_per_order: { kind: 'max_per_order', violations: [{ skuId, requested: 6, maxPerOrder: 5 }] },
  customer_required: { kind: 'customer_required', skuId },
  max_per_customer: { kind: 'max_per_customer', skuId, requested: 2, standing: 4, maxPerCustomer: 5 },
  amount_too_large: { kind: 'amount_too_large', highest: Number.MAX_SAFE_INTEGER },
  order_cancelled: { kind: 'order_cancelled', orderId },
  order_expired: { kind: 'order_expired', orderId, expiresAt: Date.UTC(2026, 10, 20, 9, 27, 30, 250) },
  order_shipped: { kind: 'order_shipped', orderId },
  order_not_confirmed: { kind: 'order_not_confirmed', orderId },
  order_not_shipped: { kind: 'order_not_shipped', orderId, orderStatus: 'confirmed' },
  line_not_found: { kind: 'line_not_found', orderId, skuId: 'MUG-BLUE' },
  cannot_increase: { kind: 'cannot_increase', orderId, skuId, requested: 3, quantity: 2 },
  return_exceeds_shipped: {
    kind: 'return_exceeds_shipped',
    orderId,
    violations: [{ skuId, requested: 2, returnable: 1 }],
  },
  idempotency_key_reused: { kind: 'idempotency_key_reused', key: '2f1c5f0e-6a51-4b0f-9a0e-4f6f1c1f8f51' },
  overloaded: { kind: 'overloaded', retryAfterSeconds: 1 },
  waiting_line_full: { kind: 'waiting_line_full', retryAfterSeconds: 12 },
  closing: { kind: 'closing', retryAfterSeconds: 1 },
  sku_quarantined: {
    kind: 'sku_quarantined',
    skuId,
    reason: 'its row says 7/0/0 at version 1 (onHand/reserved/sales), its ledger ends with 9/0/0 at version 1',
    retryAfterSeconds: 60,
  },
  order_quarantined: { kind: 'order_quarantined', orderId, reason: 'it has no lines', retryAfterSeconds: 60 },
  standby: { kind: 'standby', retryAfterSeconds: 2 },
  unknown_outcome: { kind: 'unknown_outcome', retryAfterSeconds: 1 },
};

/** Details of the door's own refusals, and those facts that a request gives them. */
const FAULTS: { readonly [K in DoorCode]: readonly [detail: string, facts?: Readonly<Record<string, unknown>>] } = {
  malformed_http: ['What came is not an HTTP request. Check the client, or a proxy between.'],
  malformed_url: ['The URL is not percent-encoded UTF-8. Encode ids with encodeURIComponent.'],
  malformed_json: ['The body is not JSON: Unexpected end of JSON input.'],
  invalid_request: [
    'lines/0/quantity must be an integer from 1 to 1000000, got "1".',
    { in: 'body', at: 'lines/0/quantity' },
  ],
  idempotency_key_required: [
    'Asked twice, this would happen twice: send an Idempotency-Key header of 1 to 255 visible ASCII characters, the same one when you repeat the request.',
  ],
  unauthorized: ['Send an API key: Authorization: Bearer sk_… .'],
  forbidden: [
    'This needs a key of role stock; the key "shop-backend" has role shop.',
    { role: 'shop', needed: 'stock' },
  ],
  product_not_found: ['Product "MUG" was never put, and no SKU has it as its productId.', { productId: 'MUG' }],
  not_waiting: ['No request waits to place order "order-1001".', { orderId }],
  route_not_found: ['There is no route POST /order. All routes are at /docs.'],
  method_not_allowed: [
    '/skus/MUG-RED does not take DELETE. It takes GET, HEAD, PATCH.',
    { allow: ['GET', 'HEAD', 'PATCH'] },
  ],
  request_timeout: ['The request did not arrive in time. Send it again, as a whole.'],
  body_too_large: [`The body is larger than ${BODY_MAX} bytes. Send less in one request.`, { highest: BODY_MAX }],
  unsupported_media_type: ['The body must come with Content-Type: application/json.'],
  rate_limited: [
    'One API key may ask 5000 times a second. Ask again in 1 s.',
    { limited: 'key', perSecond: 5000, retryAfterSeconds: 1 },
  ],
  headers_too_large: ['The URL and headers together are too large. Send fewer or shorter ones.'],
  internal_error: [
    'Something went wrong inside; the log has it under this requestId. It may or may not have happened: ask again.',
  ],
  database_unavailable: ['The database does not answer. Ask again in 10 s.', { retryAfterSeconds: 10 }],
  not_ready: [
    'Not ready: the database does not answer.',
    { reason: 'the database does not answer', role: 'owner', retryAfterSeconds: 2 },
  ],
};

const isDoorCode = (code: ProblemCode): code is DoorCode => Object.hasOwn(FAULTS, code);

/** The problem as it would be answered, without the members that name a request. */
export function exampleOf(code: ProblemCode): Problem {
  return problemOf(isDoorCode(code) ? faultOf(code) : REFUSALS[code]);
}

/** A fault whose sentence does not depend on the request is this one wherever it happens. */
export function faultOf(code: DoorCode): DoorFault {
  const [detail, facts] = FAULTS[code];
  return new DoorFault(code, detail, facts);
}
