/**
 * Times as text: ISO 8601, UTC, to the millisecond. Those of one answer are of few seconds, and of the same ones as
 * those of the next: their texts are remembered.
 */

/** As many seconds are remembered; then all are forgotten. */
const SECONDS_MAX = 1024;

/** Up to and with the decimal point. */
const seconds = new Map<number, string>();

const FRACTIONS = Array.from({ length: 1000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);

/** Milliseconds since the Unix epoch as ISO 8601. Throws `RangeError` beyond what a `Date` can hold. */
export function isoTime(ms: number): string {
  const second = Math.floor(ms / 1000);
  const fraction = FRACTIONS[ms - second * 1000];
  // Not whole, or no time at all: that is for `Date` to say.
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
