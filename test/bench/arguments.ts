/** What is said on the command line of the bench. */
import { parseArgs } from 'node:util';
import { type Asked, durationOf, planOf } from './plan.ts';
import { WAY_NAMES, WORKLOAD_NAMES } from './way.ts';

const WHOLE_MINUTES = Math.ceil(durationOf(planOf({ quick: false, openLoop: true })) / 60);

export const HELP = `npm run bench -- [options]

Sells stock in every usual way and in Stock Keeper's, each behind the same HTTP routes in a process of its own, on a PostgreSQL with
full durability that is brought along, loads them in turn from another process, and looks at the stock at the end of every round.
Nothing else should run on the machine. All of it takes about ${WHOLE_MINUTES} minutes; --quick less than two, and is rough.

  --way a,b            some of ${WAY_NAMES.join(', ')}
  --workload a,b       some of ${WORKLOAD_NAMES.join(', ')}
  --connections 1,64   for all workloads (256; hot and wide also 1 and 64)
  --rounds N           rounds, of which the medians are taken (3)
  --seconds N          measured time of each way in each round (2.5)
  --quick              five ways, three workloads, one short round: a rough look
  --no-open-loop       without latencies at fixed rates
  --json FILE          writes all that was measured
  --svg FILE           writes the chart
  --from FILE          measures nothing: reports what --json has written
  --profile DIR        writes a --cpu-prof profile of each way's process there
  --help               this`;

export interface Arguments {
  readonly asked: Asked;
  readonly json: string | null;
  readonly svg: string | null;
  readonly from: string | null;
  readonly profile: string | null;
}

/** What is asked for, `null` for help. Throws an error that names what is wrong and what there is. */
export function argumentsOf(args: readonly string[]): Arguments | null {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      way: { type: 'string' },
      workload: { type: 'string' },
      connections: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      'open-loop': { type: 'boolean', default: true },
      json: { type: 'string' },
      svg: { type: 'string' },
      from: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { way, workload, connections, rounds, seconds, quick } = values;
  return {
    asked: {
      ...(way === undefined ? {} : { ways: someOf('way', way, WAY_NAMES) }),
      ...(workload === undefined ? {} : { workloads: someOf('workload', workload, WORKLOAD_NAMES) }),
      ...(connections === undefined
        ? {}
        : { connections: connections.split(',').map((each) => number('connections', each, 1, 4000, true)) }),
      ...(rounds === undefined ? {} : { rounds: number('rounds', rounds, 1, 100, true) }),
      ...(seconds === undefined ? {} : { seconds: number('seconds', seconds, 0.1, 600, false) }),
      quick,
      openLoop: values['open-loop'],
    },
    json: values.json ?? null,
    svg: values.svg ?? null,
    from: values.from ?? null,
    profile: values.profile ?? null,
  };
}

function someOf<T extends string>(option: string, given: string, all: readonly T[]): T[] {
  const names = given.split(',');
  const unknown = names.find((name) => !all.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`--${option} knows ${all.join(', ')}; got "${unknown}"`);
  return all.filter((name) => names.includes(name));
}

function number(option: string, given: string, least: number, most: number, isWhole: boolean): number {
  const value = Number(given);
  if (given.trim() !== '' && value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
  throw new Error(`--${option} takes ${isWhole ? 'whole ' : ''}numbers from ${least} to ${most}; got "${given}"`);
}
