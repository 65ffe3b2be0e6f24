/** Ids of orders whose client chose none. */
import { randomUUID } from 'node:crypto';

let lastAt = Number.NaN;
let lastStart = '';

/**
 * A UUID of version 7 (RFC 9562): 48 bits of milliseconds, so that the database's indexes grow at one end, then
 * version, variant and 74 random bits. Made from Node's version 4, which takes its random bits from a pool: others ask
 * the system for each.
 */
export function newOrderId(at: number = Date.now()): string {
  if (at !== lastAt) {
    const time = at.toString(16).padStart(12, '0');
    lastStart = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    lastAt = at;
  }
  return lastStart + randomUUID().slice(15);
}
