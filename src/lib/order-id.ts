/** Ids of orders whose client chose none. */
import { randomUUID } from 'node:crypto';

let lastAt = Number.NaN;
let lastStart = '';

/**
 * A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then version, variant and 74 random bits. With the time
 * first, the database's indexes grow at one end. It is made from Node's version 4, which takes its random bits from a
 * pool. Other implementations ask the system for each id.
 */
export function newOrderId(at: number = Date.now()): string {
  if (at !== lastAt) {
    const time = at.toString(16).padStart(12, '0');
    lastStart = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    lastAt = at;
  }
  return lastStart + randomUUID().slice(15);
}
