/** Draws by Zipf's law: the nth of many is asked for in proportion to 1 / n^s. */
import type { Random } from '../../simulation/random.ts';

/** Draws 0 … `count` − 1, the first one most often. */
export function zipf(count: number, exponent: number, random: Pick<Random, 'next'>): () => number {
  const cumulative = new Float64Array(count);
  let sum = 0;
  for (let index = 0; index < count; index++) {
    sum += 1 / (index + 1) ** exponent;
    cumulative[index] = sum;
  }
  return () => firstAbove(cumulative, random.next() * sum);
}

/** Index of the first value that is above `drawn`; the last index if none is. */
function firstAbove(ascending: Float64Array, drawn: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) > drawn) high = middle;
    else low = middle + 1;
  }
  return low;
}
