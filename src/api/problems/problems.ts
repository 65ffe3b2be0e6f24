/** The one table from a refusal to its HTTP status, and the making of problem documents (RFC 9457). */
import type { CartSuccess } from '../../carts/outcomes.ts';
import type { Outcome } from '../../keeper/command.ts';
import type { OrderSuccess } from '../../orders/outcomes.ts';
import type { SkuSuccess } from '../../stock/outcomes.ts';
import type { ProductSuccess } from '../../stock/product.ts';
import { detailOf } from './details.ts';

/** Outcomes that are answered with a problem. */
export type Refusal = Exclude<Outcome, SkuSuccess | OrderSuccess | CartSuccess | ProductSuccess>;

/** Refusals of the door itself, before the keeper is asked. */
export type DoorCode =
  | 'malformed_http'
  | 'malformed_url'
  | 'malformed_json'
  | 'invalid_request'
  | 'idempotency_key_required'
  | 'unauthorized'
  | 'forbidden'
  | 'product_not_found'
  | 'not_waiting'
  | 'route_not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'headers_too_large'
  | 'internal_error'
  | 'database_unavailable'
  | 'not_ready';

export type ProblemCode = Refusal['kind'] | DoorCode;

/** A new outcome does not compile until it has its line here. */
export const PROBLEMS: Readonly<Record<ProblemCode, { readonly status: number; readonly title: string }>> = {
  malformed_http: { status: 400, title: 'Malformed HTTP' },
  malformed_url: { status: 400, title: 'The URL cannot be decoded' },
  malformed_json: { status: 400, title: 'The body is not JSON' },
  invalid_request: { status: 400, title: 'The request is not valid' },
  idempotency_key_required: { status: 400, title: 'Idempotency-Key is required' },
  unauthorized: { status: 401, title: 'Who asks is not known' },
  forbidden: { status: 403, title: 'Not allowed' },
  sku_not_found: { status: 404, title: 'No such SKU' },
  product_not_found: { status: 404, title: 'No such product' },
  order_not_found: { status: 404, title: 'No such order' },
  cart_not_found: { status: 404, title: 'No such cart' },
  not_waiting: { status: 404, title: 'No such order waits' },
  line_not_found: { status: 404, title: 'No such line in the order' },
  route_not_found: { status: 404, title: 'No such route' },
  method_not_allowed: { status: 405, title: 'The route has no such method' },
  request_timeout: { status: 408, title: 'The request came too slowly' },
  sku_exists: { status: 409, title: 'The SKU exists already' },
  insufficient_stock: { status: 409, title: 'Not enough stock' },
  cart_full: { status: 409, title: 'The cart is full' },
  below_reserved: { status: 409, title: 'Reserved units would be uncovered' },
  not_on_hand: { status: 409, title: 'Not in the building' },
  counter_limit: { status: 409, title: 'A counter would leave its range' },
  order_cancelled: { status: 409, title: 'The order is cancelled' },
  order_expired: { status: 409, title: 'The order has expired' },
  order_shipped: { status: 409, title: 'The order is shipped' },
  order_not_confirmed: { status: 409, title: 'The order is not confirmed' },
  order_not_shipped: { status: 409, title: 'The order is not shipped' },
  cannot_increase: { status: 409, title: 'A line can only be reduced' },
  return_exceeds_shipped: { status: 409, title: 'More returned than shipped' },
  stale_version: { status: 412, title: 'It has changed' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is not JSON by its type' },
  unknown_sku: { status: 422, title: 'Unknown SKU' },
  order_id_reused: { status: 422, title: 'Another order has this id' },
  max_per_order: { status: 422, title: 'More than one order may take' },
  customer_required: { status: 422, title: 'The order must name its customer' },
  max_per_customer: { status: 422, title: 'More than one customer may order' },
  currency_mismatch: { status: 422, title: 'The SKUs have different currencies' },
  nothing_selected: { status: 422, title: 'Nothing is selected' },
  cart_merged_into_itself: { status: 422, title: 'The cart is the same' },
  amount_too_large: { status: 422, title: 'The amount is too large' },
  idempotency_key_reused: { status: 422, title: 'Another request has this Idempotency-Key' },
  rate_limited: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal_error: { status: 500, title: 'Internal error' },
  overloaded: { status: 503, title: 'Too many requests at once' },
  waiting_line_full: { status: 503, title: 'The waiting line is full' },
  closing: { status: 503, title: 'The service is closing' },
  sku_quarantined: { status: 503, title: 'The SKU is quarantined' },
  order_quarantined: { status: 503, title: 'The order is quarantined' },
  cart_quarantined: { status: 503, title: 'The cart is quarantined' },
  standby: { status: 503, title: 'This process stands by' },
  unknown_outcome: { status: 503, title: 'The outcome is unknown' },
  database_unavailable: { status: 503, title: 'The database does not answer' },
  not_ready: { status: 503, title: 'Not ready' },
};

/** A refusal of the door: thrown inside `http`, caught by its error handler, never seen outside. */
export class DoorFault extends Error {
  override readonly name = 'DoorFault';
  readonly code: DoorCode;
  readonly facts: Readonly<Record<string, unknown>>;

  /** `detail` is the sentence that the client reads; `facts` become members of the problem. */
  constructor(code: DoorCode, detail: string, facts: DoorFault['facts'] = {}) {
    super(detail);
    this.code = code;
    this.facts = facts;
  }
}

/** Sent away by someone between the door and the keeper: thrown inside `http`, answered as the refusal. */
export class SentAway extends Error {
  override readonly name = 'SentAway';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.kind);
    this.refusal = refusal;
  }
}

export interface Problem {
  /** URI reference; `GET` it for what the problem means. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  /** With a 503: an honest estimate. */
  readonly retryAfterSeconds?: number;
  readonly [fact: string]: unknown;
}

/** The problem document of a refusal, without the members that name the request. */
export function problemOf(refusal: Refusal | DoorFault): Problem {
  if (refusal instanceof DoorFault) return compose(refusal.code, refusal.message, refusal.facts);
  const { kind, ...facts } = refusal;
  return compose(kind, detailOf(refusal), 'expiresAt' in facts ? withTime(facts) : facts);
}

function withTime(facts: { readonly expiresAt: number }): Readonly<Record<string, unknown>> {
  return { ...facts, expiresAt: new Date(facts.expiresAt).toISOString() };
}

function compose(code: ProblemCode, detail: string, facts: Readonly<Record<string, unknown>>): Problem {
  const { status, title } = PROBLEMS[code];
  return { type: `/problems/${code}`, title, status, detail, code, ...facts };
}
