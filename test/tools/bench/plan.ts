/** Which cells a run measures: a way, a workload, so many connections, closed or open. */
import { WAY_NAMES, type WayName, WORKLOAD_NAMES, type WorkloadName } from './way.ts';

export interface Cell {
  readonly workload: WorkloadName;
  readonly connections: number;
  /** Of what the way does in a closed loop of the same cell; `null` for that closed loop itself. */
  readonly shareOfCapacity: number | null;
}

export interface Plan {
  readonly ways: readonly WayName[];
  /** In the order in which they are measured. An open loop comes after the closed loop whose capacity it needs. */
  readonly cells: readonly Cell[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  /** One short round: a first look, and no more. */
  readonly isRough: boolean;
}

export interface Asked {
  readonly ways?: readonly WayName[];
  readonly workloads?: readonly WorkloadName[];
  readonly connections?: readonly number[];
  readonly rounds?: number;
  readonly seconds?: number;
  readonly quick: boolean;
  readonly openLoop: boolean;
}

/** All are measured with this many; with fewer only those of `FEWER_OF`. */
export const CONNECTIONS = 256;
const FEWER = [1, 64];
const FEWER_OF: readonly WorkloadName[] = ['hot', 'wide'];
const OPEN_OF: readonly WorkloadName[] = ['hot', 'wide'];
const OPEN_SHARES = [0.25, 0.5, 0.75];

const QUICK_WAYS: readonly WayName[] = ['ceiling', 'naive', 'pessimistic', 'conditional', 'stock_keeper'];
const QUICK_WORKLOADS: readonly WorkloadName[] = ['hot', 'wide', 'place_cancel_cancel'];

/** Ways whose latency at a fixed rate is worth its time. */
const OPEN_WAYS: readonly WayName[] = ['pessimistic', 'conditional', 'redis', 'stock_keeper'];

export function planOf({ quick, openLoop, ...asked }: Asked): Plan {
  const workloads = asked.workloads ?? (quick ? QUICK_WORKLOADS : WORKLOAD_NAMES);
  const closed = workloads.flatMap((workload) => {
    const fewer = quick || !FEWER_OF.includes(workload) ? [] : FEWER;
    return (asked.connections ?? [...fewer, CONNECTIONS]).map((connections) => ({
      workload,
      connections,
      shareOfCapacity: null,
    }));
  });
  const open = closed
    .filter(({ workload, connections }) => openLoop && OPEN_OF.includes(workload) && connections === CONNECTIONS)
    .flatMap((cell) => (quick ? [0.5] : OPEN_SHARES).map((shareOfCapacity) => ({ ...cell, shareOfCapacity })));
  return {
    ways: asked.ways ?? (quick ? QUICK_WAYS : WAY_NAMES),
    cells: [...closed, ...open],
    rounds: asked.rounds ?? (quick ? 1 : 3),
    seconds: asked.seconds ?? (quick ? 1.5 : 2.5),
    warmupSeconds: quick ? 0.5 : 1,
    isRough: quick,
  };
}

/** A bare Fastify only tells what the service's door costs. */
const BARE_OF: readonly WorkloadName[] = ['hot', 'wide'];

/** Whether a way is measured in a cell. */
export function isMeasured(way: WayName, { workload, shareOfCapacity }: Cell): boolean {
  if (shareOfCapacity !== null) return OPEN_WAYS.includes(way);
  return way !== 'bare' || BARE_OF.includes(workload);
}

/** How many measurements a plan has. */
export function measurementsOf({ ways, cells, rounds }: Plan): number {
  return rounds * cells.reduce((sum, cell) => sum + ways.filter((way) => isMeasured(way, cell)).length, 0);
}

/** What a measurement takes beside its own time: SKUs, a process for the load, a look at the stock. */
const AROUND_SECONDS = 1.5;
/** The first start of PostgreSQL and of all ways. */
const START_SECONDS = 15;

/** About how long a plan takes, seconds. */
export function durationOf(plan: Plan): number {
  return START_SECONDS + measurementsOf(plan) * (plan.seconds + plan.warmupSeconds + AROUND_SECONDS);
}

/** A name for a cell that tells it from all others. */
export const nameOf = ({ workload, connections, shareOfCapacity }: Cell): string =>
  `${workload}-${connections}${shareOfCapacity === null ? '' : `-at-${shareOfCapacity * 100}`}`;
