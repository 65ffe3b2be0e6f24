/**
 * Headers that a request has once. Of a second one Node keeps the first in silence, or joins the two: whoever stands in
 * between may have read the other.
 */
import type { IncomingMessage } from 'node:http';
import { DoorFault } from '../../api/problems/problems.ts';

/** As problems spell them. */
const SINGLE = ['Host', 'Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match'];
const BY_NAME: ReadonlyMap<string, string> = new Map(SINGLE.map((name) => [name.toLowerCase(), name]));
/** Most names are ruled out by these. */
const LENGTHS: ReadonlySet<number> = new Set(SINGLE.map((name) => name.length));

/** What is wrong with how often a header is there, if anything is. */
export function repeatedHeader({ rawHeaders, httpVersion }: IncomingMessage): DoorFault | null {
  const seen = new Set<string>();
  // Names stand before their values.
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const single = LENGTHS.has(name.length) ? BY_NAME.get(name.toLowerCase()) : undefined;
    if (single === undefined) continue;
    if (seen.has(single)) return fault(`has more than one ${single} header. Send one.`);
    seen.add(single);
  }
  if (seen.has('Host') || httpVersion !== '1.1') return null;
  return fault('has no Host header, which HTTP/1.1 requires.');
}

const fault = (what: string) => new DoorFault('malformed_http', `The request ${what}`);
