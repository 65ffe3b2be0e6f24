/** What Stock Keeper is meant to reach, as ratios within one run on a machine whose load, service and database share two cores. */

import { median } from '../../../support/percentile.ts';
import { type Cell, CONNECTIONS } from '../plan.ts';
import type { WayName, WorkloadName } from '../way.ts';
import { inCell, linesRatio, perSecondOf, ratio, ratioOf, times } from './figures.ts';
import { faultsOf, type Run } from './run.ts';

export interface Aim {
  readonly what: string;
  readonly aim: string;
  /** `null` when the run did not measure it. */
  readonly is: number | null;
  readonly reached: boolean;
}

const OURS = 'stock_keeper';

const cellOf = (workload: WorkloadName, connections = CONNECTIONS, shareOfCapacity: number | null = null): Cell => ({
  workload,
  connections,
  shareOfCapacity,
});

const atLeast = (what: string, least: number, is: number | null): Aim => ({
  what,
  aim: `≥ ${least}`,
  is,
  reached: is !== null && is >= least,
});

const atMost = (what: string, most: number, is: number | null): Aim => ({
  what,
  aim: `≤ ${most}`,
  is,
  reached: is !== null && is <= most,
});

/** All of them; those that the run did not measure have no figure. */
export function aimsOf(run: Run): Aim[] {
  const than = (workload: WorkloadName, other: WayName, ours: WayName = OURS) =>
    ratio(run, cellOf(workload), ours, other);
  const hotToWide = ratioOf(run, { way: OURS, cell: cellOf('hot') }, { way: OURS, cell: cellOf('wide') }, perSecondOf);
  return [
    atLeast('hot ÷ ceiling', 0.5, than('hot', 'ceiling')),
    atLeast('hot ÷ pessimistic', 15, than('hot', 'pessimistic')),
    atLeast('hot ÷ conditional', 6, than('hot', 'conditional')),
    atLeast('hot ÷ optimistic', 35, than('hot', 'optimistic')),
    atLeast('wide ÷ ceiling', 0.4, than('wide', 'ceiling')),
    atLeast('wide ÷ pessimistic', 5, than('wide', 'pessimistic')),
    atLeast('wide ÷ conditional', 2.5, than('wide', 'conditional')),
    atLeast('hot ÷ wide', 1, hotToWide),
    atLeast('place-cancel-cancel ÷ ceiling', 0.5, than('place_cancel_cancel', 'ceiling')),
    atLeast('sold out ÷ ceiling', 0.85, than('sold_out', 'ceiling')),
    atMost('sold out, batches committed while only refusing', 0, batchesOfRefusals(run)),
    atLeast('baskets, lines ÷ pessimistic', 5, linesRatio(run, cellOf('baskets'), OURS, 'pessimistic')),
    ...(['hot', 'wide'] as const).flatMap((workload) => [
      atMost(`${workload}, one client alone, median latency ÷ pessimistic`, 1, aloneToPessimistic(run, workload)),
      atMost(`${workload}, open loop at half of capacity, p99 ÷ p50`, 10, tailOf(run, workload)),
    ]),
    atLeast('hot ÷ bare Fastify', 0.5, than('hot', 'bare')),
    atLeast('wide ÷ bare Fastify', 0.4, than('wide', 'bare')),
    ...(['hot', 'wide'] as const).flatMap((workload) => [
      atLeast(`${workload}, plugin in a host ÷ service`, 0.95, than(workload, OURS, 'stock_keeper_plugin')),
      atLeast(`${workload}, in process ÷ service`, 0.95, than(workload, OURS, 'stock_keeper_in_process')),
    ]),
    atMost('findings of wrong stock or answers, all ways but the naive one', 0, faultsFound(run)),
    atLeast('units wrong, the naive way', 1, unitsWrong(run)),
  ];
}

function batchesOfRefusals(run: Run): number | null {
  const rounds = inCell(run, cellOf('sold_out')).filter(({ way, result }) => way === OURS && result.answered > 0);
  const batches = rounds.flatMap((round) => round.batches ?? []);
  if (batches.length === 0) return null;
  return batches.reduce((sum, count) => sum + count, 0);
}

function aloneToPessimistic(run: Run, workload: WorkloadName): number | null {
  const cell = cellOf(workload, 1);
  return ratioOf(run, { way: OURS, cell }, { way: 'pessimistic', cell }, ({ result }) => result.p50Ms);
}

function tailOf(run: Run, workload: WorkloadName): number | null {
  const rounds = inCell(run, cellOf(workload, CONNECTIONS, 0.5)).filter(({ way }) => way === OURS);
  // Who did not keep up has no tail to speak of, and is behind all that have one.
  const tails = rounds.map(({ result }) => (result.faults.length === 0 ? times(result.p99Ms, result.p50Ms) : null));
  const tail = median(tails.map((each) => each ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(tail) ? tail : null;
}

function faultsFound(run: Run): number | null {
  const faults = faultsOf(run).length;
  return run.measurements.length === 0 && faults === 0 ? null : faults;
}

function unitsWrong({ measurements }: Run): number | null {
  const rounds = measurements.filter(({ way }) => way === 'naive');
  if (rounds.length === 0) return null;
  return rounds.reduce((sum, { stock }) => sum + stock.oversold + stock.restoredTwice + stock.lostUpdates, 0);
}
