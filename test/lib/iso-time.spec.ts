/** Times as text are what `Date` makes of them, whatever was asked for before. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { isoTime } from '../../src/lib/iso-time.ts';

/** The last moment that a `Date` can hold. */
const LAST_MS = 8_640_000_000_000_000;

describe('a time as text', () => {
  test.prop([
    fc.array(
      fc.oneof(
        fc.integer({ min: -3000, max: 3000 }),
        fc.double({ min: 0, max: 3000, noNaN: true }),
        fc.integer({ min: -LAST_MS, max: LAST_MS }),
      ),
    ),
  ])('is that of `Date`', (times) => {
    for (const ms of times) expect(isoTime(ms)).toBe(new Date(ms).toISOString());
  });

  it('is still that of `Date` when more seconds were asked for than are remembered', () => {
    for (let second = 0; second < 3000; second++) isoTime(second * 1000);
    expect(isoTime(2_999_007)).toBe('1970-01-01T00:49:59.007Z');
    expect(isoTime(7)).toBe('1970-01-01T00:00:00.007Z');
  });

  it.each([LAST_MS + 1, Number.NaN])('does not exist beyond what a `Date` can hold: %d', (ms) => {
    expect(() => isoTime(ms)).toThrow(RangeError);
  });
});
