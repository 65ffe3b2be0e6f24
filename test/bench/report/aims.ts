/** What Stock Keeper is meant to reach, as ratios within one run on a machine whose load, service and database share two cores. */
import { type Cell, CONNECTIONS } from '../plan.ts';
import type { WayName, WorkloadName } from '../way.ts';
import { linesRatio, ratio, rowsOf } from './figures.ts';
import type { Run } from './run.ts';

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
  const times = (workload: WorkloadName, other: WayName) => ratio(run, cellOf(workload), OURS, other);
  const row = (cell: Cell, way: WayName = OURS) => rowsOf(run, cell).find((found) => found.way === way) ?? null;
  const over = (a: number | undefined, b: number | undefined) => (a === undefined || b === undefined ? null : a / b);
  const open = row(cellOf('hot', CONNECTIONS, 0.5));
  return [
    atLeast('hot ÷ ceiling', 0.5, times('hot', 'ceiling')),
    atLeast('hot ÷ pessimistic', 15, times('hot', 'pessimistic')),
    atLeast('hot ÷ conditional', 6, times('hot', 'conditional')),
    atLeast('hot ÷ optimistic', 35, times('hot', 'optimistic')),
    atLeast('wide ÷ ceiling', 0.4, times('wide', 'ceiling')),
    atLeast('wide ÷ pessimistic', 5, times('wide', 'pessimistic')),
    atLeast('wide ÷ conditional', 2.5, times('wide', 'conditional')),
    atLeast('hot ÷ wide', 1, over(row(cellOf('hot'))?.perSecond, row(cellOf('wide'))?.perSecond)),
    atLeast('place-cancel-cancel ÷ ceiling', 0.5, times('place_cancel_cancel', 'ceiling')),
    atLeast('sold out ÷ ceiling', 0.85, times('sold_out', 'ceiling')),
    atLeast('baskets, lines ÷ pessimistic', 5, linesRatio(run, cellOf('baskets'), OURS, 'pessimistic')),
    atMost(
      'one client, median latency ÷ pessimistic',
      1,
      over(row(cellOf('hot', 1))?.p50Ms, row(cellOf('hot', 1), 'pessimistic')?.p50Ms),
    ),
    atMost('open loop at half of capacity, p99 ÷ p50', 10, over(open?.p99Ms, open?.p50Ms)),
    atLeast('hot ÷ bare Fastify', 0.5, times('hot', 'bare')),
    atLeast('wide ÷ bare Fastify', 0.4, times('wide', 'bare')),
  ];
}
