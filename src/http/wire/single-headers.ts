/**
 * Headers that a request must not repeat. Node silently keeps the first of two, or joins them. A proxy in between may
 * have read the other one.
 */
import type { IncomingMessage } from 'node:http';
import { DoorFault } from '../../api/problems/problems.ts';

/** Spelt as in the problem documents. */
const SINGLE = ['Host', 'Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match'];
const BY_NAME: ReadonlyMap<string, string> = new Map(SINGLE.map((name) => [name.toLowerCase(), name]));
/** The length alone rules out most names. */
const LENGTHS: ReadonlySet<number> = new Set(SINGLE.map((name) => name.length));

/** The fault when a header comes too often or a required one is missing; `null` when there is none. */
export function repeatedHeader({ rawHeaders, httpVersion }: IncomingMessage): DoorFault | null {
  const seen = new Set<string>();
  // `rawHeaders` alternates names and values.
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
