/** Figures over many measured values. */

/** The value that `share` (0…1) of the values do not exceed (nearest rank); NaN for no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle value; of two middle values the lower one. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
