/** What is said on the command line of the bench. */
import { parseArgs } from 'node:util';
import { type Asked, durationOf, planOf } from './plan.ts';
import { WAY_NAMES, WORKLOAD_NAMES } from './way.ts';

const WHOLE_MINUTES = Math.ceil(durationOf(planOf({ quick: false, openLoop: true })) / 60);

export const HELP = `npm run bench -- [options]

Compares Stock Keeper with every usual way to sell stock. Each way runs behind the same HTTP routes in a process of its own, on a PostgreSQL
with full durability that comes along. They are loaded in turn, and the stock is checked at the end of every round.
Run nothing else on the machine meanwhile. A whole run takes about ${WHOLE_MINUTES} minutes; --quick takes less than two, and is rough.

  --way a,b            measure only some of ${WAY_NAMES.join(', ')}
  --workload a,b       measure only some of ${WORKLOAD_NAMES.join(', ')}
  --connections 1,64   numbers of connections, for all workloads (256; hot and wide also 1 and 64)
  --rounds N           how many rounds to run; the report has their medians (3)
  --seconds N          seconds to measure each way in each round (2.5)
  --quick              run five ways, three workloads and one short round, for a rough look
  --no-open-loop       do not measure latencies at fixed rates
  --json FILE          write all that was measured to this file
  --svg FILE           write the chart to this file
  --from FILE          measure nothing, and report on a file that --json has written
  --profile DIR        write a processor profile of each way to this folder
  --help               print this text

Examples:
  npm run bench -- --quick
  npm run bench -- --way stock_keeper,pessimistic --workload hot --connections 64

Exit codes: 0 the stock was right in every way but the naive one, 1 it was not or the run could not finish, 2 the command line is wrong.
A missed aim changes no exit code.`;

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
