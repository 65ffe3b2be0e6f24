/** What is asked is the same for every way, and the stock covers it. */
import { describe, expect, it } from 'vitest';
import { unitsOf } from '../../replay/sales.ts';
import { WORKLOAD_NAMES, type WorkloadName } from '../way.ts';
import { basketsOf } from './baskets.ts';
import { askingOf, SKUS, SOLD_OUT_UNITS, stockOf } from './workloads.ts';

const baskets = await basketsOf('baskets');
const asked = (workload: WorkloadName, prefix = `${workload}-1`) => askingOf(workload, prefix, baskets);

function drawn(workload: WorkloadName, count: number): (number | null)[] {
  const { next } = asked(workload);
  return Array.from({ length: count }, () => next(false));
}

describe.each(WORKLOAD_NAMES)('the workload %s', (workload) => {
  it('asks for the same each time it is made', () => {
    expect(drawn(workload, 2000)).toEqual(drawn(workload, 2000));
    expect(asked(workload).orders).toEqual(asked(workload).orders);
  });

  it('names only SKUs that there are, by ids that begin with the prefix of the load', () => {
    const prefix = `${workload}-12`;
    const stock = stockOf(workload, prefix, baskets);
    const ids = new Set(stock.map(({ id }) => id));
    expect(ids.size).toBe(stock.length);
    for (const id of ids) expect(id.startsWith(`${prefix}-`) && id.length <= 128).toBe(true);
    const { orders, met } = asked(workload, prefix);
    const named = [...orders.flatMap(({ lines }) => lines.map(({ skuId }) => skuId)), ...met];
    expect(named.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('has stock for a million orders, and no more than a counter holds, or is meant to sell out', () => {
    const perWeek = new Map<string, number>();
    const { orders, sellsOut } = asked(workload);
    for (const { lines } of orders) {
      for (const [skuId, units] of unitsOf({ lines })) perWeek.set(skuId, (perWeek.get(skuId) ?? 0) + units);
    }
    for (const { id, onHand } of stockOf(workload, `${workload}-1`, baskets)) {
      expect(onHand).toBeLessThanOrEqual(2_147_483_647);
      if (sellsOut) expect(onHand).toBe(SOLD_OUT_UNITS);
      else expect(onHand).toBeGreaterThan(((perWeek.get(id) ?? 0) * 1_000_000) / orders.length);
    }
  });

  it('draws only orders that there are', () => {
    const { orders, next } = asked(workload);
    for (let i = 0; i < 3000; i++) expect(orders[next(i < 1000) ?? -1]).toBeDefined();
  });
});

describe('the wide workload', () => {
  it('asks for each SKU about as often', () => {
    const counts = countsOf(drawn('wide', 50 * SKUS));
    expect(counts.length).toBe(SKUS);
    expect(Math.max(...counts)).toBeLessThan(100);
    expect(Math.min(...counts)).toBeGreaterThan(15);
  });
});

describe('workloads on many SKUs', () => {
  it.each(['wide', 'zipf', 'baskets'] as const)('have met each before anything is ordered: %s', (workload) => {
    const ids = stockOf(workload, `${workload}-1`, baskets).map(({ id }) => id);
    expect(asked(workload).met).toEqual(ids);
  });
});

describe('the cold workload', () => {
  it('has met none of its SKUs', () => {
    expect(asked('cold').met).toEqual([]);
  });

  it('asks for each SKU once, then for nothing, and for none of them while warming up', () => {
    const { next } = asked('cold');
    const before = Array.from({ length: 100 }, () => next(true));
    const measured = Array.from({ length: SKUS }, () => next(false));
    expect(new Set(measured).size).toBe(SKUS);
    expect(measured.filter((index) => before.includes(index))).toEqual([]);
    expect(next(false)).toBeNull();
  });
});

describe('the Zipf workload', () => {
  it('asks for the nth SKU in proportion to 1 / n^1.1', () => {
    const count = 400_000;
    const counts = countsOf(drawn('zipf', count));
    const weights = Array.from({ length: SKUS }, (_, index) => 1 / (index + 1) ** 1.1);
    const sum = weights.reduce((all, weight) => all + weight, 0);
    for (const index of [0, 1, 2, 9, 99]) {
      const expected = (count * (weights[index] ?? 0)) / sum;
      // Six standard deviations; the seed is fixed, so it holds always or never.
      expect(Math.abs((counts[index] ?? 0) - expected)).toBeLessThan(6 * Math.sqrt(expected));
    }
    const tail = counts.slice(1000).reduce((all, asks) => all + asks, 0) / count;
    const expectedTail = weights.slice(1000).reduce((all, weight) => all + weight, 0) / sum;
    expect(tail).toBeCloseTo(expectedTail, 2);
  });
});

describe('the baskets', () => {
  it('are the 521 purchases of the week in their order, no SKU twice in one', () => {
    expect(baskets.length).toBe(521);
    for (const lines of baskets) expect(new Set(lines.map(({ skuId }) => skuId)).size).toBe(lines.length);
    expect(drawn('baskets', 523).slice(519)).toEqual([519, 520, 0, 1]);
  });
});

function countsOf(indexes: readonly (number | null)[]): number[] {
  const counts: number[] = [];
  for (const index of indexes) if (index !== null) counts[index] = (counts[index] ?? 0) + 1;
  return Array.from(counts, (count) => count ?? 0);
}
