/** The introduction of the API reference. */

import {
  BODY_MAX,
  ID_LENGTH_MAX,
  KEY_LENGTH_MAX,
  LIMIT_MAX,
  LONG_TEXT_LENGTH_MAX,
  TEXT_LENGTH_MAX,
} from '../../api/fields.ts';

const KEYS = `**Keys.** A service that more than its own machine can reach asks for an API key: \`Authorization: \
Bearer sk_…\`. Its role is \`reader\` (reads), \`shop\` (also orders),
\`stock\` (also SKUs, receiving, adjusting) or \`admin\` (everything), each including those before. 401 is no key, a \
wrong one or an expired one; 403 is a key whose role does not do; 429
is asking too often, \`Retry-After\` says when again.`;

const OF_HOST = `**Access.** The server that this is a part of decides who is let in. Each call names the least role \
that it needs: \`reader\` (reads), \`shop\` (also orders),
\`stock\` (also SKUs, receiving, adjusting) or \`admin\` (everything), each including those before. 401 is nobody \
known, 403 somebody who may not.`;

const REQUEST_IDS = `**Request ids.** Send \`X-Request-Id\` (at most 128 visible ASCII characters) or get one: it is \
in the answer, in problems and in every log line.
Requests are logged at level \`debug\`, those that failed inside at \`error\`, those sent away for now (503) at \
\`warn\`; headers are never logged.`;

const IDS_OF_HOST = `**Request ids.** Every answer has the id of its request as \`X-Request-Id\`, as the server that \
this is a part of gave it; it is in problems and in the log.`;

/** In a host, access and the log belong to the host. */
export function introduction(isInHost: boolean): string {
  const access = isInHost ? OF_HOST : KEYS;
  const requestIds = isInHost ? IDS_OF_HOST : REQUEST_IDS;
  return `Stock that is never sold twice and never given back twice.

A **SKU** is what is counted. An **order** has lines (SKU, quantity) and reserves stock, for all of its lines or for \
none.
Every change of a SKU is a **movement** in its ledger.

${access}

**Durable.** No answer leaves before everything that it rests on is committed.

**Asking again is safe.** Choose the order id, or send an \`Idempotency-Key\` (1 to ${KEY_LENGTH_MAX} visible ASCII \
characters) with any POST that changes something:
the same request is answered as the first time, with \`Idempotent-Replayed: true\`; another one with 422. A default \
spelled out, lines in another order,
and lines of the same SKU added together are the same request. What counts is what was asked, never a setting of the \
service. A key remembers what was *done*:
a refusal, whatever its code, is decided afresh when it is asked again. While the first request under a key or an \
order id is in flight, also when it waits for stock,
the same request joins it and gets its answer, and another one is 422 at once. So is a checkout with neither of both, \
by its cart and its terms.
Any 5xx means "unknown, ask again", never "no". A 503 says when, in \`Retry-After\`.

**Preconditions.** What has a \`version\` answers it as \`ETag\`. \`If-Match\` (one or several, or \`*\`) and \
\`If-None-Match\` are looked at in the same turn that reads or writes it:
412 \`stale_version\`, or 304 for a read. A SKU, order, cart or product that is not there is at version 0: \
\`If-Match: "0"\` and \`If-None-Match: *\` ask for that, and any other \`If-Match\` is 412, not 404.
A checkout and a merge are asked at the version of the cart in the path. What was done is answered again under its \
key or order id, whatever the version is by now, for a precondition
is no part of what makes a request the same; without a key, a repeated write finds the version moved and is 412, but \
a cancel is answered the same as long as it names the
version at which the order was cancelled. A precondition is never passed over: where it cannot be honoured, on lists \
and whatever else has no version of its own, and with the times of
\`If-Unmodified-Since\`, it is 400. A cart that nobody has touched for long is swept, and one of the same id begins \
at version 1 again: do not keep its \`ETag\` for so long.

**Strict.** Unknown fields and parameters, wrong types (\`"1"\`, \`true\`, \`1.5\`) and fields named twice are \
refused, never guessed. Money is in integer minor units, times are
ISO 8601 in UTC. Ids are 1 to ${ID_LENGTH_MAX} characters without control characters, and not \`.\` or \`..\`; \
percent-encode them in paths. Names, reasons and references are 1 to ${TEXT_LENGTH_MAX}
characters, descriptions up to ${LONG_TEXT_LENGTH_MAX}, line breaks and tabs among them, but not NUL. Bodies are JSON \
in UTF-8, at most ${BODY_MAX} bytes; an empty one counts as none, whatever its type.

**Lists** are \`{"items": [...], "next": cursor|null}\`; send \`next\` as \`after\`. \`limit\` is at most ${LIMIT_MAX}.

**Errors** are RFC 9457 problems: \`application/problem+json\` with \`type\`, \`title\`, \`status\`, \`detail\`, a \
stable \`code\`, and the facts. Besides those of each route,
any connection can be answered with \`malformed_http\`, \`request_timeout\` or \`headers_too_large\`, any path with \
\`route_not_found\` or \`method_not_allowed\`.

${requestIds}`;
}

export const TAGS = [
  { name: 'SKUs', description: 'What is counted, and its ledger' },
  { name: 'Products', description: 'SKUs that belong together, and what they sold' },
  { name: 'Carts', description: 'What shoppers have picked, and the checkout' },
  { name: 'Orders', description: 'From placing to shipping, cancelling and returning' },
  { name: 'Health', description: 'For supervisors and load balancers' },
  { name: 'Documentation', description: 'The API about itself' },
];
