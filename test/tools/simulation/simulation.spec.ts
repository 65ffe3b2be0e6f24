/** Simulated worlds: the seeds that once found something, and some hundred others. `npm run simulate` runs as many as you like. */
import { describe, expect, it } from 'vitest';
import { RARE_PATHS } from './rare-paths.ts';
import { runSeeds } from './run-seeds.ts';
import { SEEDS } from './seeds.ts';
import { simulate } from './simulate.ts';

/** Enough to meet every rare path, and some more. */
const FRESH = { from: 1_000_000, count: 350 };

describe('a keeper in a simulated world', () => {
  it('law: keeps every law, whatever fails, and everything that may fail does', async () => {
    for (const { seed, found } of SEEDS) {
      const { violations } = await simulate(seed);
      expect(violations, `seed ${seed}: ${found}`).toEqual([]);
    }
    const { seeds, broken, coverage } = await runSeeds(FRESH.from, FRESH.count);
    expect(seeds).toBe(FRESH.count);
    expect(broken).toEqual([]);
    const reached = new Set(coverage.map(([name]) => name));
    expect(RARE_PATHS.filter((name) => !reached.has(name))).toEqual([]);
  });
});

describe('a seed', () => {
  it('gives the same world every time, event by event', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const traces = [1, 2].map(() => [] as string[]);
      for (const trace of traces) await simulate(seed, (line) => trace.push(line));
      const [first = [], second = []] = traces;
      expect(first.length).toBeGreaterThan(20);
      expect(second).toEqual(first);
    }
  });

  it('gives another world than its neighbour', async () => {
    const [one, two] = [[] as string[], [] as string[]];
    await simulate(1, (line) => one.push(line));
    await simulate(2, (line) => two.push(line));
    expect(one.slice(1, 20)).not.toEqual(two.slice(1, 20));
  });
});
