/** Times as text: ISO 8601, UTC, to the millisecond. Many in a row are of the same millisecond, so the last one is remembered. */

let lastMs = Number.NaN;
let last = '';

/** Milliseconds since the Unix epoch as ISO 8601. Throws `RangeError` beyond what a `Date` can hold. */
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    last = new Date(ms).toISOString();
    lastMs = ms;
  }
  return last;
}
