/** What a run of the bench measures, and what may be said on its command line. */
import { describe, expect, it } from 'vitest';
import { argumentsOf, HELP } from './arguments.ts';
import { durationOf, isMeasured, nameOf, planOf } from './plan.ts';
import { WAY_NAMES, WORKLOAD_NAMES } from './way.ts';

const plan = (...args: string[]) => planOf(argumentsOf(args)?.asked ?? { quick: false, openLoop: true });

describe('a run of which nothing is said', () => {
  it('measures all ways in all workloads with 256 connections, three times, in 35 to 45 minutes', () => {
    const { ways, cells, rounds } = plan();
    expect(ways).toEqual(WAY_NAMES);
    expect(rounds).toBe(3);
    for (const workload of WORKLOAD_NAMES) {
      expect(cells.map(nameOf)).toContain(`${workload}-256`);
    }
    expect(cells.map(nameOf)).toEqual(expect.arrayContaining(['hot-1', 'hot-64', 'wide-1', 'wide-64']));
    expect(durationOf(plan())).toBeGreaterThan(35 * 60);
    expect(durationOf(plan())).toBeLessThan(45 * 60);
  });

  it('names every cell by itself, and measures an open loop behind the closed one that it needs', () => {
    const { cells } = plan();
    expect(new Set(cells.map(nameOf)).size).toBe(cells.length);
    for (const [at, cell] of cells.entries()) {
      if (cell.shareOfCapacity === null) continue;
      expect(cells.slice(0, at).map(nameOf)).toContain(nameOf({ ...cell, shareOfCapacity: null }));
      expect(isMeasured('stock_keeper', cell)).toBe(true);
    }
  });
});

describe('a bare Fastify', () => {
  it('is measured where it answers as the service does', () => {
    const { cells } = plan();
    const measured = cells.filter((cell) => isMeasured('bare', cell)).map(({ workload }) => workload);
    expect(new Set(measured)).toEqual(new Set(['hot', 'wide']));
  });
});

describe('a quick run', () => {
  it('is called rough', () => {
    expect(plan('--quick').isRough).toBe(true);
    expect(plan().isRough).toBe(false);
  });

  it('takes less than two minutes by its own reckoning', () => {
    expect(durationOf(plan('--quick'))).toBeLessThan(120);
  });
});

describe('options', () => {
  it('pick ways, workloads and connections', () => {
    const picked = plan(
      '--way',
      'stock_keeper,naive',
      '--workload',
      'sold_out',
      '--connections',
      '8,16',
      '--rounds',
      '1',
    );
    expect(picked.ways).toEqual(['naive', 'stock_keeper']);
    expect(picked.cells.map(nameOf)).toEqual(['sold_out-8', 'sold_out-16']);
    expect(plan('--no-open-loop').cells.every(({ shareOfCapacity }) => shareOfCapacity === null)).toBe(true);
  });

  it.each([
    [['--way', 'fast'], '--way knows bare, ceiling'],
    [['--workload', 'hot,warm'], 'got "warm"'],
    [['--connections', '0'], '--connections takes whole numbers from 1 to 4000; got "0"'],
    [['--connections', '8,'], 'got ""'],
    [['--rounds', '1.5'], '--rounds takes whole numbers'],
    [['--seconds', 'ten'], '--seconds takes numbers from 0.1 to 600; got "ten"'],
    [['--fast'], '--fast'],
    [['hot'], 'hot'],
  ])('that make no sense are named: %j', (args, said) => {
    expect(() => argumentsOf(args)).toThrow(said);
  });

  it('ask for help, which names them all', () => {
    expect(argumentsOf(['--help'])).toBeNull();
    for (const name of [...WAY_NAMES, ...WORKLOAD_NAMES]) expect(HELP).toContain(name);
  });
});
