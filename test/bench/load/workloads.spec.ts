/** What the bench asks for, by itself. */
import { describe, expect, it } from 'vitest';
import { WORKLOAD_NAMES } from '../way.ts';
import { SOLD_OUT_UNITS, WIDE_SKUS, workloadOf, zipf } from './workloads.ts';

const PREFIX = 'wide-256-1';

describe.each(WORKLOAD_NAMES)('the workload %s', (name) => {
  it('names SKUs of its own prefix alone, each of which it has stock for', async () => {
    const workload = await workloadOf(name, PREFIX);
    const stock = new Map(workload.skus.map(({ id, onHand }) => [id, onHand]));
    for (const lines of [...workload.meeting, ...Array.from({ length: 3000 }, () => workload.next() ?? [])]) {
      for (const { skuId, quantity } of lines) {
        expect(skuId.startsWith(`${PREFIX}-`)).toBe(true);
        expect(stock.get(skuId)).toBeGreaterThanOrEqual(quantity);
      }
      expect(new Set(lines.map(({ skuId }) => skuId)).size).toBe(lines.length);
    }
  });

  // Red with: a draw by `Math.random`.
  it('asks for the same each time', async () => {
    const [one, other] = [await workloadOf(name, PREFIX), await workloadOf(name, PREFIX)];
    for (let i = 0; i < 500; i++) expect(one.next()).toEqual(other.next());
  });
});

describe('workloads on many SKUs', () => {
  it('meet each of them once before anything is measured, in orders of at most 500 lines', async () => {
    for (const name of ['wide', 'zipf'] as const) {
      const { skus, meeting } = await workloadOf(name, PREFIX);
      const met = meeting.flatMap((lines) => lines.map(({ skuId }) => skuId));
      expect(new Set(met)).toEqual(new Set(skus.map(({ id }) => id)));
      expect(met).toHaveLength(WIDE_SKUS);
      expect(Math.max(...meeting.map((lines) => lines.length))).toBeLessThanOrEqual(500);
    }
  });

  it('ask a cold shop for each SKU once, and then for nothing', async () => {
    const cold = await workloadOf('cold', PREFIX);
    expect(cold.meeting).toEqual([]);
    const asked = Array.from({ length: WIDE_SKUS }, () => cold.next()?.[0]?.skuId);
    expect(new Set(asked).size).toBe(WIDE_SKUS);
    expect(cold.next()).toBeNull();
  });

  it('draw by the law of Zipf: the n-th as often as 1 / n^1.1 says, within what chance allows', async () => {
    const workload = await workloadOf('zipf', PREFIX);
    const draws = 200_000;
    const counts = new Map<string, number>();
    for (let i = 0; i < draws; i++) {
      const skuId = workload.next()?.[0]?.skuId ?? '';
      counts.set(skuId, (counts.get(skuId) ?? 0) + 1);
    }
    let weights = 0;
    for (let rank = 1; rank <= WIDE_SKUS; rank++) weights += rank ** -1.1;
    for (const rank of [1, 2, 10, 100]) {
      const expected = (draws * rank ** -1.1) / weights;
      const found = counts.get(`${PREFIX}-${rank - 1}`) ?? 0;
      expect(Math.abs(found - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
    expect(zipf(3, 1).at(-1)).toBe(1);
  });
});

describe('a SKU that is sold out', () => {
  it('has few units, so that nearly all is refused', async () => {
    const { skus } = await workloadOf('sold_out', PREFIX);
    expect(skus).toEqual([{ id: `${PREFIX}-0`, onHand: SOLD_OUT_UNITS }]);
  });
});
