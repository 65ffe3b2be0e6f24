/**
 * Times as text: ISO 8601, UTC, to the millisecond. The times of one answer fall into few seconds, and mostly into
 * those of the next answer. Their texts are therefore remembered.
 */

/** At most this many seconds are remembered; then all are forgotten. */
const SECONDS_MAX = 1024;

/** The text up to and including the decimal point, by second. */
const seconds = new Map<number, string>();

const FRACTIONS = Array.from({ length: 1000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);

/** Milliseconds since the Unix epoch as ISO 8601. Throws `RangeError` beyond what a `Date` can hold. */
export function isoTime(ms: number): string {
  const second = Math.floor(ms / 1000);
  const fraction = FRACTIONS[ms - second * 1000];
  // The number is not whole or not a valid time. `Date` formats it or throws.
  return fraction === undefined
    ? new Date(ms).toISOString()
    : (seconds.get(second) ?? remembered(second, ms)) + fraction;
}

function remembered(second: number, ms: number): string {
  const text = new Date(ms).toISOString().slice(0, -'000Z'.length);
  if (seconds.size === SECONDS_MAX) seconds.clear();
  seconds.set(second, text);
  return text;
}
