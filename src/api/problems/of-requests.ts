/**
 * Faults that are found before the keeper is asked: in the request, or in what stands between the request and the
 * keeper.
 */
import { BODY_MAX } from '../fields.ts';
import type { FaultEntries } from './entry.ts';

export const FAULTS = {
  malformed_http: {
    status: 400,
    title: 'Malformed HTTP',
    detail: 'What came is not an HTTP request. Check the client, or a proxy between.',
    remedy:
      'Look at the client, or a proxy in between: what arrived is no HTTP request, names its host wrongly, or has a ' +
      'header twice of which there is one.',
  },
  malformed_url: {
    status: 400,
    title: 'The URL cannot be decoded',
    detail: 'The URL is not percent-encoded UTF-8. Encode ids with encodeURIComponent.',
    remedy: 'Encode every id and parameter with encodeURIComponent, or its like, before it goes into the URL.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    detail: 'The body is not JSON: Unexpected end of JSON input.',
    remedy: 'Send one JSON value in UTF-8, without a byte order mark, comments, or a field named twice.',
  },
  invalid_request: {
    status: 400,
    title: 'The request is not valid',
    detail: 'lines/0/quantity must be an integer from 1 to 1000000, got "1".',
    facts: { in: 'body', at: 'lines/0/quantity' },
    remedy: 'Correct the field that "detail" and "at" name; asked again as it is, it is refused again.',
  },
  idempotency_key_required: {
    status: 400,
    title: 'Idempotency-Key is required',
    detail:
      'Asked twice, this would happen twice: send an Idempotency-Key header of 1 to 255 visible ASCII characters, ' +
      'the same one when you repeat the request.',
    remedy: 'Send an Idempotency-Key of your own making, and the same one when you ask again.',
  },
  unauthorized: {
    status: 401,
    title: 'Who asks is not known',
    detail: 'Send an API key: Authorization: Bearer sk_… .',
    remedy: 'Send a key: Authorization: Bearer sk_… . A key that was taken back or has expired needs a new one.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    detail: 'This needs a key of role stock; the key "shop-backend" has role shop.',
    facts: { role: 'shop', needed: 'stock' },
    remedy: 'Use a key whose role does: the fact "needed" names the least. Other pages may change nothing here.',
  },
  product_not_found: {
    status: 404,
    title: 'No such product',
    detail: 'Product "MUG" was never put, and no SKU has it as its productId.',
    facts: { productId: 'MUG' },
    remedy: 'Check the id, put the product with PUT /products/{id}, or name it as productId of a SKU.',
  },
  not_waiting: {
    status: 404,
    title: 'No such order waits',
    detail: 'No request waits to place order "order-1001".',
    facts: { orderId: 'order-1001' },
    remedy: 'Nothing: its request was answered or has gone. GET /orders/{id} says whether the order was placed.',
  },
  route_not_found: {
    status: 404,
    title: 'No such route',
    detail: 'There is no route POST /order. All routes are at /docs.',
    remedy: 'Check the path against the reference at /docs.',
  },
  method_not_allowed: {
    status: 405,
    title: 'The route has no such method',
    detail: '/skus/MUG-RED does not take DELETE. It takes GET, HEAD, PATCH.',
    facts: { allow: ['GET', 'HEAD', 'PATCH'] },
    remedy: 'Use one of the methods in "allow", which the header Allow names as well.',
  },
  request_timeout: {
    status: 408,
    title: 'The request came too slowly',
    detail: 'The request did not arrive in time. Send it again, as a whole.',
    remedy: 'Send it again, as a whole. When that happens often, look at the network in between.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    detail: `The body is larger than ${BODY_MAX} bytes. Send less in one request.`,
    facts: { highest: BODY_MAX },
    remedy: 'Send less in one request: fewer lines, or fewer ids.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body is not JSON by its type',
    detail: 'The body must come with Content-Type: application/json.',
    remedy: 'Send JSON, and say so: Content-Type: application/json.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    detail: 'One API key may ask 5000 times a second. Ask again in 1 s.',
    facts: { limited: 'key', perSecond: 5000, retryAfterSeconds: 1 },
    remedy: 'Ask again after Retry-After, and less often from then on.',
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    detail: 'The URL and headers together are too large. Send fewer or shorter ones.',
    remedy: 'Send fewer or shorter headers, and shorter URLs.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    detail:
      'Something went wrong inside; the log has it under this requestId. It may or may not have happened: ask again.',
    remedy: 'Ask again, the same way: it may have happened. The operator finds "requestId" in the log.',
  },
  database_unavailable: {
    status: 503,
    title: 'The database does not answer',
    detail: 'The database does not answer. Ask again in 10 s.',
    facts: { retryAfterSeconds: 10 },
    remedy: 'Ask again after Retry-After. The operator looks at the database and the network to it.',
  },
  not_ready: {
    status: 503,
    title: 'Not ready',
    detail: 'Not ready: the database does not answer.',
    facts: { reason: 'the database does not answer', role: 'owner', retryAfterSeconds: 2 },
    remedy: 'Wait: the fact "reason" says for what. A load balancer sends requests elsewhere meanwhile.',
  },
} satisfies FaultEntries;
