/** Measuring ways that are made up: who comes when, at which rate, and what is counted as taken. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Measurement, measure } from './measure.ts';
import { type Cell, nameOf, type Plan } from './plan.ts';
import type { LoadOptions, LoadResult, RunningWay, WayName } from './way.ts';

const HOT: Cell = { workload: 'hot', connections: 4, shareOfCapacity: null };
const HALF: Cell = { ...HOT, shareOfCapacity: 0.5 };
const PLAN: Plan = { ways: [], cells: [HOT, HALF], rounds: 2, seconds: 0.2, warmupSeconds: 0, isRough: false };

const result: LoadResult = {
  answered: 100,
  lines: 100,
  seconds: 1,
  p50Ms: 1,
  p99Ms: 1,
  p999Ms: 1,
  answers: {},
  placed: { orders: 100, units: 100 },
  cancelled: { orders: 0, units: 0 },
  faults: [],
  loadCpuSeconds: 0,
};

function way(name: WayName, changes: Partial<RunningWay> = {}): RunningWay {
  return {
    name,
    url: null,
    load: async (_, onMeasured) => {
      onMeasured();
      return result;
    },
    createSkus: async () => {},
    check: async () => ({ faults: [], oversold: 0, restoredTwice: 0, lostUpdates: 0 }),
    batches: async () => null,
    cpuSeconds: async () => ({ service: null, database: null }),
    stop: async () => [],
    ...changes,
  };
}

async function measured(ways: readonly RunningWay[], plan: Plan = PLAN) {
  const failed: [WayName, string][] = [];
  const all = await measure(ways, plan, { measured: () => {}, failed: (name, why) => failed.push([name, why]) });
  return { all, failed };
}

const told = ({ way: name, cell, round }: Measurement): string => `${round} ${nameOf(cell)} ${name}`;

describe('a plan of two ways', () => {
  it('is measured in turn, round after round, each load on SKUs of its own', async () => {
    const prefixes: string[] = [];
    const load: RunningWay['load'] = async ({ prefix }, onMeasured) => {
      prefixes.push(prefix);
      onMeasured();
      return result;
    };
    const { all } = await measured([way('redis', { load }), way('stock_keeper')]);
    const round = (number: number) =>
      ['hot-4', 'hot-4-at-50'].flatMap((cell) => [`${number} ${cell} redis`, `${number} ${cell} stock_keeper`]);
    expect(all.map(told)).toEqual([...round(1), ...round(2)]);
    expect(new Set(prefixes).size).toBe(4);
    for (const one of prefixes) expect(prefixes.filter((other) => other.startsWith(`${one}-`))).toEqual([]);
  });

  it('asks an open loop for its share of what the way did in the closed loop of the same round', async () => {
    const rates: (number | null)[] = [];
    let answered = 100;
    const load = async ({ ratePerSecond }: LoadOptions): Promise<LoadResult> => {
      rates.push(ratePerSecond);
      if (ratePerSecond === null) answered *= 10;
      return { ...result, answered };
    };
    await measured([way('redis', { load })]);
    expect(rates).toEqual([null, 500, null, 5000]);
  });
});

describe('a way that fails', () => {
  it('is told, and measured no further, while the others are', async () => {
    let loads = 0;
    const load: RunningWay['load'] = async () => {
      loads++;
      throw new Error('the load ended with 1');
    };
    const { all, failed } = await measured([way('redis', { load }), way('stock_keeper')]);
    expect(failed).toEqual([['redis', 'hot-4: the load ended with 1']]);
    expect(loads).toBe(1);
    expect(all).toHaveLength(4);
    expect(new Set(all.map((one) => one.way))).toEqual(new Set(['stock_keeper']));
  });
});

describe('what a way took', () => {
  const plan = { ...PLAN, cells: [HOT], rounds: 1 };
  /** What a way has taken so far, the database twice as much as the service. */
  const metered = (load: (meter: { now: number }, onMeasured: () => void) => Promise<void>) => {
    const meter = { now: 0 };
    return way('stock_keeper', {
      batches: async () => meter.now,
      cpuSeconds: async () => ({ service: meter.now, database: 2 * meter.now }),
      load: async (_, onMeasured) => {
        meter.now = 5;
        await load(meter, onMeasured);
        return result;
      },
    });
  };

  it('is of the measured time, and not of the warm-up before or the last answers behind it', async () => {
    const stockKeeper = metered(async (meter, onMeasured) => {
      onMeasured();
      meter.now = 12;
      await delay(plan.seconds * 1000 + 200);
      meter.now = 50;
    });
    const { all } = await measured([stockKeeper], plan);
    expect(all[0]).toMatchObject({ batches: 7, serviceCpuSeconds: 7, databaseCpuSeconds: 14 });
  });

  it('is of as long as it lasted when there was nothing more to ask', async () => {
    const stockKeeper = metered(async (meter, onMeasured) => {
      onMeasured();
      meter.now = 8;
    });
    const { all } = await measured([stockKeeper], plan);
    expect(all[0]).toMatchObject({ batches: 3, serviceCpuSeconds: 3, databaseCpuSeconds: 6 });
  });
});
