/** What is reported of a run, made up by hand. */
import { describe, expect, it } from 'vitest';
import type { Measurement } from '../measure.ts';
import type { Cell } from '../plan.ts';
import type { WayName } from '../way.ts';
import { aimsOf } from './aims.ts';
import { chartOf } from './chart.ts';
import { ratio, rowsOf } from './figures.ts';
import type { Run } from './run.ts';
import { reportOf } from './table.ts';

const HOT: Cell = { workload: 'hot', connections: 256, shareOfCapacity: null };
const WIDE: Cell = { ...HOT, workload: 'wide' };

function measured(way: WayName, round: number, perSecond: number, changes: Partial<Measurement> = {}): Measurement {
  return {
    way,
    cell: HOT,
    round,
    result: {
      answered: perSecond * 2,
      lines: perSecond * 2,
      seconds: 2,
      p50Ms: 1,
      p99Ms: 2,
      p999Ms: 3,
      answers: { 'place 201': perSecond * 2 },
      placed: { orders: perSecond * 2, units: perSecond * 2 },
      cancelled: { orders: 0, units: 0 },
      faults: [],
      loadCpuSeconds: 0.5,
    },
    ratePerSecond: null,
    stock: { faults: [], oversold: 0, restoredTwice: 0, lostUpdates: 0 },
    serviceCpuSeconds: 1,
    databaseCpuSeconds: null,
    batchMean: null,
    ...changes,
  };
}

const RUN: Run = {
  date: '2026-11-21T08:00:00.000Z',
  machine: { cpu: 'a processor', cores: 2, memoryGib: 24, system: 'Linux' },
  versions: { node: 'v24' },
  settings: { fsync: 'on' },
  plan: {
    ways: ['ceiling', 'naive', 'pessimistic', 'redis', 'stock_keeper'],
    cells: [HOT, WIDE],
    rounds: 3,
    seconds: 2,
    warmupSeconds: 1,
  },
  notMeasured: [{ way: 'redis', why: 'there is no redis-server on this machine' }],
  measurements: [
    // In the second round the machine was half as fast for all.
    ...[1000, 500, 1000].map((perSecond, i) => measured('ceiling', i + 1, perSecond)),
    ...[600, 300, 610].map((perSecond, i) => measured('stock_keeper', i + 1, perSecond, { batchMean: 100 })),
    ...[100, 50, 100].map((perSecond, i) => measured('pessimistic', i + 1, perSecond)),
    measured('naive', 1, 80, { stock: { faults: ['wrong'], oversold: 7, restoredTwice: 5, lostUpdates: 1234 } }),
    ...[1, 2, 3].map((round) => measured('stock_keeper', round, 700, { cell: WIDE })),
  ],
  faultsAtEnd: [],
};

describe('ratios', () => {
  // Red with: the ratio of the medians, 600 / 1000 of rounds that had another machine.
  it('are of the same round, and of those the median', () => {
    expect(ratio(RUN, HOT, 'stock_keeper', 'ceiling')).toBe(0.6);
    const slow = { ...RUN, measurements: [...RUN.measurements.slice(3), measured('ceiling', 2, 600)] };
    expect(ratio(slow, HOT, 'stock_keeper', 'ceiling')).toBe(0.5);
    expect(ratio(RUN, WIDE, 'stock_keeper', 'ceiling')).toBeNull();
  });
});

describe('a row', () => {
  it('has the medians of the rounds, and processor time by request', () => {
    expect(rowsOf(RUN, HOT).find(({ way }) => way === 'stock_keeper')).toMatchObject({
      perSecond: 600,
      least: 300,
      most: 610,
      ofCeiling: 0.6,
      serviceUs: 1e6 / 1200,
      databaseUs: null,
      batch: 100,
      isRight: true,
    });
  });
});

describe('aims', () => {
  it('are told as reached, missed or not measured', () => {
    const aims = new Map(aimsOf(RUN).map((aim) => [aim.what, aim]));
    expect(aims.get('hot ÷ ceiling')).toMatchObject({ is: 0.6, reached: true });
    expect(aims.get('hot ÷ pessimistic')).toMatchObject({ is: 6, reached: false });
    expect(aims.get('hot ÷ wide')).toMatchObject({ is: 600 / 700, reached: false });
    expect(aims.get('hot ÷ optimistic')).toMatchObject({ is: null, reached: false });
    const text = reportOf(RUN);
    expect(text).toContain('hot ÷ pessimistic: **6.00**, aim ≥ 15: MISSED');
    expect(text).toContain('hot ÷ optimistic: aim ≥ 35, not measured');
  });
});

describe('the report', () => {
  it('tells what was not measured, and what the wrong way did to the stock', () => {
    const text = reportOf(RUN);
    expect(text).toContain('Not measured: redis, there is no redis-server on this machine.');
    expect(text).toContain(
      'naive: WRONG (hot-256): 7 units sold that were never there, 5 given back twice, 1 234 lost by overwriting',
    );
    expect(text).toContain('stock_keeper: right at the end of every round');
  });

  it('draws a chart with a bar and its number for each way', () => {
    const svg = chartOf(RUN);
    expect(svg.startsWith('<svg')).toBe(true);
    for (const text of ['stock keeper', 'pessimistic', '>1,000<', '>600<', '>700<']) expect(svg).toContain(text);
  });
});
