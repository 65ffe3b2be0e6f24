/** Measures a plan: all ways in turn, cell after cell, round after round, so that what the machine does meanwhile it does to all of them. */
import { workloadOf } from './load/workloads.ts';
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
  /** Orders and cancels in a batch, in the mean; `null` where there are no batches. */
  readonly batchMean: number | null;
}

/** Calls `onMeasured` for each; rejects when a way cannot be loaded. */
export async function measure(
  ways: readonly RunningWay[],
  plan: Plan,
  onMeasured: (measurement: Measurement) => void,
): Promise<readonly Measurement[]> {
  const all: Measurement[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    for (const cell of plan.cells) {
      for (const way of ways) {
        if (!isMeasured(way.name, cell)) continue;
        const measurement = await one(way, cell, round, plan, all);
        all.push(measurement);
        onMeasured(measurement);
      }
    }
  }
  return all;
}

async function one(
  way: RunningWay,
  cell: Cell,
  round: number,
  { seconds, warmupSeconds }: Plan,
  before: readonly Measurement[],
): Promise<Measurement> {
  const prefix = `${nameOf(cell)}-${round}`;
  const { skus } = await workloadOf(cell.workload, prefix);
  await way.createSkus(skus);
  const ratePerSecond = rateOf(way.name, cell, round, before);
  const options: LoadOptions = {
    workload: cell.workload,
    prefix,
    connections: cell.connections,
    warmupSeconds: cell.workload === 'cold' ? 0 : warmupSeconds,
    seconds,
    ratePerSecond,
  };
  let began = Promise.resolve({ cpu: await way.cpuSeconds(), batches: await way.batches() });
  const result = await way.load(options, () => {
    began = Promise.all([way.cpuSeconds(), way.batches()]).then(([cpu, batches]) => ({ cpu, batches }));
  });
  const [cpu, batches] = [await way.cpuSeconds(), await way.batches()];
  const { cpu: cpuBefore, batches: batchesBefore } = await began;
  const since = (now: number | null, then: number | null) => (now === null || then === null ? null : now - then);
  const committed = since(batches, batchesBefore);
  return {
    way: way.name,
    cell,
    round,
    result,
    ratePerSecond,
    stock: await way.check(`${prefix}-`, result),
    serviceCpuSeconds:
      way.name === 'stock_keeper_in_process' ? result.loadCpuSeconds : since(cpu.service, cpuBefore.service),
    databaseCpuSeconds: since(cpu.database, cpuBefore.database),
    batchMean: committed === null || committed === 0 ? null : result.answered / committed,
  };
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
