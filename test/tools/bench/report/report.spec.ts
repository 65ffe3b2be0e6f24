/** What is reported of a run, made up by hand. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Measurement } from '../measure.ts';
import type { Cell } from '../plan.ts';
import type { WayName } from '../way.ts';
import { aimsOf } from './aims.ts';
import { chartOf } from './chart.ts';
import { ratio, rowsOf } from './figures.ts';
import { faultsOf, type Run, readRun } from './run.ts';
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
    batches: null,
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
    isRough: false,
  },
  notMeasured: [{ way: 'redis', why: 'there is no redis-server on this machine' }],
  measurements: [
    // In the second round the machine was half as fast for all.
    ...[1000, 500, 1000].map((perSecond, i) => measured('ceiling', i + 1, perSecond)),
    ...[600, 300, 610].map((perSecond, i) => measured('stock_keeper', i + 1, perSecond, { batches: perSecond / 50 })),
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

describe('an aim without a figure', () => {
  const ALONE: Cell = { ...HOT, connections: 1 };
  const HALF: Cell = { ...HOT, shareOfCapacity: 0.5 };
  const changed = (way: WayName, cell: Cell, result: Partial<Measurement['result']>) => {
    const whole = measured(way, 1, 10, { cell });
    return { ...whole, result: { ...whole.result, ...result } };
  };
  const of = (...measurements: readonly Measurement[]): Run => ({
    ...RUN,
    plan: { ...RUN.plan, cells: [HOT, ALONE, HALF] },
    measurements,
  });
  const silent = { answered: 0, p50Ms: Number.NaN, p99Ms: Number.NaN, p999Ms: Number.NaN };

  // Red with: a ratio of whatever the two figures are; NaN that `--json` has written as null, which divides as 0.
  it.each<[string, string, Run]>([
    [
      'the other answered nothing',
      'hot ÷ pessimistic',
      of(measured('stock_keeper', 1, 10), measured('pessimistic', 1, 0)),
    ],
    [
      'neither answered anything',
      'hot ÷ pessimistic',
      of(measured('stock_keeper', 1, 0), measured('pessimistic', 1, 0)),
    ],
    [
      'nothing was timed',
      'hot, one client alone, median latency ÷ pessimistic',
      of(changed('stock_keeper', ALONE, silent), changed('pessimistic', ALONE, {})),
    ],
    [
      'the other was not timed',
      'hot, one client alone, median latency ÷ pessimistic',
      of(changed('stock_keeper', ALONE, {}), changed('pessimistic', ALONE, silent)),
    ],
    [
      'the rate was too high',
      'hot, open loop at half of capacity, p99 ÷ p50',
      of(changed('stock_keeper', HALF, { faults: ['cannot keep up'] })),
    ],
    [
      'an open loop timed nothing',
      'hot, open loop at half of capacity, p99 ÷ p50',
      of(changed('stock_keeper', HALF, silent)),
    ],
    [
      'nobody was refused',
      'sold out, batches committed while only refusing',
      of({ ...changed('stock_keeper', { ...HOT, workload: 'sold_out' }, silent), batches: 0 }),
    ],
    ['nothing was measured', 'findings of wrong stock or answers, all ways but the naive one', of()],
  ])('is not measured, and never reached: %s', (_, what, run) => {
    for (const told of [run, JSON.parse(JSON.stringify(run)) as Run]) {
      expect(aimsOf(told).find((aim) => aim.what === what)).toMatchObject({ is: null, reached: false });
      const text = reportOf(told);
      expect(text).toMatch(new RegExp(`- ${what}: aim \\S \\S+, not measured`));
      expect(text).not.toMatch(/Infinity|NaN|null/);
    }
  });

  it('is measured by the rounds that have one', () => {
    const rounds = [0, 40, 50].map((perSecond, i) => measured('pessimistic', i + 1, perSecond));
    const ours = [1, 2, 3].map((round) => measured('stock_keeper', round, 100));
    expect(ratio(of(...rounds, ...ours), HOT, 'stock_keeper', 'pessimistic')).toBe(2);
    expect(ratio(of(...rounds, ...ours), HOT, 'pessimistic', 'stock_keeper')).toBe(0.4);
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

describe('processor time and batches', () => {
  it('are told for each request, and a batch only where there are some', () => {
    const none = { ...RUN, measurements: [measured('stock_keeper', 1, 100, { batches: 0 })] };
    expect(rowsOf(none, HOT)[0]).toMatchObject({ batch: null });
  });
});

describe('the aim that refusals cost the database nothing', () => {
  const soldOut = { ...HOT, workload: 'sold_out' } as const;
  it.each([
    [0, true],
    [1, false],
  ])('is missed by the first batch: %i', (batches, reached) => {
    const run = { ...RUN, measurements: [measured('stock_keeper', 1, 900, { cell: soldOut, batches })] };
    const aim = aimsOf(run).find(({ what }) => what.startsWith('sold out, batches'));
    expect(aim).toMatchObject({ is: batches, reached });
  });
});

describe('requests that were sent away undecided', () => {
  it('are told below the table', () => {
    const { result } = measured('stock_keeper', 1, 10);
    const answers = { 'place 201': 20, 'place 503': 12, 'cancel 503': 3 };
    const run = { ...RUN, measurements: [measured('pessimistic', 1, 10, { result: { ...result, answers } })] };
    expect(reportOf(run)).toContain('pessimistic: 15 requests were sent away undecided (503), and are not counted.');
    expect(reportOf(RUN)).not.toContain('undecided');
  });
});

describe('what must not be', () => {
  const found = (way: WayName, changes: Partial<Measurement['result']>, faults: string[] = []) => {
    const { result, stock } = measured(way, 1, 10);
    const changed = { result: { ...result, ...changes }, stock: { ...stock, faults } };
    return faultsOf({ ...RUN, measurements: [measured(way, 1, 10, changed)] });
  };

  it('is wrong stock, an answer that makes no sense, and a way that failed', () => {
    expect(faultsOf(RUN)).toEqual([]);
    expect(found('redis', {}, ['a unit is missing'])).toEqual(['a unit is missing']);
    expect(found('redis', { faults: ['place was answered 500'] })).toEqual(['redis, hot-256: place was answered 500']);
    expect(faultsOf({ ...RUN, faultsAtEnd: ['queue failed'] })).toEqual(['queue failed']);
  });

  it('is neither what the naive way does, nor a rate that was too high', () => {
    expect(found('naive', { faults: ['place was answered 500'] }, ['wrong'])).toEqual([]);
    expect(found('redis', { faults: ['cannot keep up with 100 requests a second'] })).toEqual([]);
  });
});

describe('a rough run', () => {
  it('is told to be so', () => {
    expect(reportOf({ ...RUN, plan: { ...RUN.plan, isRough: true } })).toContain('ROUGH');
    expect(reportOf(RUN)).not.toContain('ROUGH');
  });
});

describe('a run that was written to a file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'stock-keeper-report-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };

  it('is reported as it was, aims and all', () => {
    const read = readRun(file('run.json', JSON.stringify(RUN)));
    expect(read).toEqual(RUN);
    expect(reportOf(read)).toBe(reportOf(RUN));
  });

  it('is refused by name when it is something else', () => {
    expect(() => readRun(path.join(folder, 'none.json'))).toThrow('none.json cannot be read');
    expect(() => readRun(file('text.json', 'no JSON'))).toThrow('text.json cannot be read');
    expect(() => readRun(file('other.json', '{"plan":{}}'))).toThrow('other.json is something else');
    expect(() => readRun(file('null.json', 'null'))).toThrow('null.json is something else');
  });
});
