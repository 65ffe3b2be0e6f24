/** Measures a plan: all ways in turn, cell after cell, round after round, so that what the machine does meanwhile it does to all of them. */
import { basketsOf } from './load/baskets.ts';
import { stockOf } from './load/workloads.ts';
import { type Cell, isMeasured, nameOf, type Plan } from './plan.ts';
import type { Checked, LoadOptions, LoadResult, RunningWay, WayName } from './way.ts';

/** One way in one cell in one round. */
export interface Measurement {
  readonly way: WayName;
  readonly cell: Cell;
  readonly round: number;
  readonly result: LoadResult;
  readonly ratePerSecond: number | null;
  readonly stock: Checked;
  /** Processor seconds in the measured time; `null` where they cannot be told. */
  readonly serviceCpuSeconds: number | null;
  readonly databaseCpuSeconds: number | null;
  /** Batches committed in the measured time; `null` where there are none to commit. */
  readonly batches: number | null;
}

/** Who wants to know how it goes. */
interface Watcher {
  measured(measurement: Measurement): void;
  /** The way could not be loaded, or its stock not be looked at: it is measured no further. */
  failed(way: WayName, why: string): void;
}

/** Measures all that can be measured. */
export async function measure(
  ways: readonly RunningWay[],
  plan: Plan,
  watcher: Watcher,
): Promise<readonly Measurement[]> {
  const all: Measurement[] = [];
  const failed = new Set<RunningWay>();
  for (let round = 1; round <= plan.rounds; round++) {
    for (const cell of plan.cells) {
      for (const way of ways) {
        if (failed.has(way) || !isMeasured(way.name, cell)) continue;
        try {
          const measurement = await measureOnce(way, cell, round, plan, all);
          all.push(measurement);
          watcher.measured(measurement);
        } catch (error) {
          failed.add(way);
          watcher.failed(way.name, `${nameOf(cell)}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
  }
  return all;
}

/** One way in one cell, on SKUs of its own. `before` are the measurements of this round that an open loop takes its rate from. */
export async function measureOnce(
  way: RunningWay,
  cell: Cell,
  round: number,
  { seconds, warmupSeconds }: Pick<Plan, 'seconds' | 'warmupSeconds'>,
  before: readonly Measurement[],
): Promise<Measurement> {
  const prefix = `${nameOf(cell)}-${round}`;
  await way.createSkus(stockOf(cell.workload, prefix, await basketsOf(cell.workload)));
  const ratePerSecond = rateOf(way.name, cell, round, before);
  const options: LoadOptions = {
    workload: cell.workload,
    prefix,
    connections: cell.connections,
    warmupSeconds,
    seconds,
    ratePerSecond,
  };
  const { result, taken } = await loaded(way, options);
  return {
    way: way.name,
    cell,
    round,
    result,
    ratePerSecond,
    stock: await way.check(`${prefix}-`, result),
    serviceCpuSeconds: way.name === 'stock_keeper_in_process' ? result.loadCpuSeconds : taken.serviceCpuSeconds,
    databaseCpuSeconds: taken.databaseCpuSeconds,
    batches: taken.batches,
  };
}

/** What a way took so far. */
interface Taken {
  readonly serviceCpuSeconds: number | null;
  readonly databaseCpuSeconds: number | null;
  readonly batches: number | null;
}

/** Loads a way. What it took is of the measured time alone: until the last answer, fewer and fewer are asking. */
async function loaded(way: RunningWay, options: LoadOptions): Promise<{ result: LoadResult; taken: Taken }> {
  let before = takenBy(way);
  let after: Promise<Taken> | null = null;
  let timer: NodeJS.Timeout | undefined;
  try {
    const result = await way.load(options, () => {
      before = takenBy(way);
      timer = setTimeout(() => {
        after = takenBy(way);
      }, options.seconds * 1000);
    });
    // Over early, when there was nothing more to ask.
    after ??= takenBy(way);
    const [then, now] = [await before, await after];
    const since = (figure: keyof Taken): number | null => {
      const [a, b] = [then[figure], now[figure]];
      return a === null || b === null ? null : b - a;
    };
    const taken = {
      serviceCpuSeconds: since('serviceCpuSeconds'),
      databaseCpuSeconds: since('databaseCpuSeconds'),
      batches: since('batches'),
    };
    return { result, taken };
  } finally {
    clearTimeout(timer);
  }
}

async function takenBy(way: RunningWay): Promise<Taken> {
  const [cpu, batches] = await Promise.all([way.cpuSeconds(), way.batches()]);
  return { serviceCpuSeconds: cpu.service, databaseCpuSeconds: cpu.database, batches };
}

/** A share of what the way did in the closed loop of this round. */
function rateOf(way: WayName, cell: Cell, round: number, before: readonly Measurement[]): number | null {
  if (cell.shareOfCapacity === null) return null;
  const closed = before.find(
    (other) =>
      other.way === way &&
      other.round === round &&
      other.cell.shareOfCapacity === null &&
      other.cell.workload === cell.workload &&
      other.cell.connections === cell.connections,
  );
  if (closed === undefined) throw new Error(`${nameOf(cell)} needs the closed loop before it`);
  return Math.max(1, Math.round((closed.result.answered / closed.result.seconds) * cell.shareOfCapacity));
}
