/** Percentiles are checked on small lists. */
import { describe, expect, it } from 'vitest';
import { median, percentile } from './percentile.ts';

describe('figures over many values', () => {
  const values = [30, 10, 20, 50, 40];

  it('are values that were measured, by nearest rank', () => {
    expect([0, 0.2, 0.21, 0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([10, 10, 20, 30, 50, 50]);
    expect(median([2, 1])).toBe(1);
  });

  it('are not numbers when nothing was measured', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
});
