/** What was done under `If-Match` was done at a version that it names: what is answered stands at that, or one behind it. */
import type { Request } from './requests.ts';
import type { WireAnswer } from './wire.ts';

/** What is wrong with an answer below 300 to a request. */
export function passedOver({ call, headers }: Request, { status, headers: said }: WireAnswer): string[] {
  const match = headers.find(([name]) => name.toLowerCase() === 'if-match')?.[1].trim();
  const tag = /^"([0-9]+)"$/.exec(said.get('etag')?.[0] ?? '')?.[1];
  // Given again, it is of then; a checkout answers the order, and asks of the cart.
  const isOfAnother = said.has('idempotent-replayed') || call.operationId === 'checkOut';
  if (status >= 300 || match === undefined || match === '*' || isOfAnother) return [];
  if (tag === undefined) return [`it has If-Match ${match}, and an answer without an ETag`];
  const named = [...match.matchAll(/"([^"]*)"/g)].map(([, text]) => Number(text));
  const able = call.method === 'GET' ? [Number(tag)] : [Number(tag), Number(tag) - 1];
  return able.some((version) => named.includes(version))
    ? []
    : [`it is at ${tag}, and was asked for at ${match} alone`];
}
