/** The command line of the simulation. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export const HELP = `npm run simulate -- [--seeds N] [--from N] [--workers N] [--minutes M] [--trace]
npm run simulate -- --seed N

Runs the keeper in simulated worlds and checks every law in each. The seed of a world decides which requests come, what fails, and in which order.

  --seeds N     how many worlds to run (1000)
  --from N      the first seed (1)
  --workers N   how many threads to use (one for each core)
  --minutes M   start no new worlds after M minutes
  --trace       print the whole trace of every world in which a law was broken
  --seed N      run only this world, and print its trace
  --help        print this text

Examples:
  npm run simulate -- --seeds 10000
  npm run simulate -- --seed 4711

Ctrl-C stops it and prints what was found so far.
Exit codes: 0 every law held, 1 a law was broken or no world was run, 2 the command line is wrong.`;

export type Arguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly fault: string }
  | { readonly kind: 'replay'; readonly seed: number }
  | {
      readonly kind: 'run';
      readonly seeds: number;
      readonly from: number;
      readonly workers: number;
      readonly minutes: number;
      readonly trace: boolean;
    };

/** Reads what stands behind the program's name. */
export function readArguments(args: readonly string[]): Arguments {
  const number = { type: 'string' } as const;
  const options = {
    seeds: number,
    from: number,
    seed: number,
    workers: number,
    minutes: number,
    trace: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.help === true) return { kind: 'help' };
    const integer = (name: 'seeds' | 'from' | 'seed' | 'workers', otherwise: number) => {
      const given = Number(values[name] ?? otherwise);
      if (!Number.isSafeInteger(given) || given < 1) throw new Error(`--${name} must be a whole number from 1 on`);
      return given;
    };
    if (values.seed !== undefined) return { kind: 'replay', seed: integer('seed', 1) };
    const minutes = Number(values.minutes ?? Number.POSITIVE_INFINITY);
    if (!(minutes > 0)) throw new Error('--minutes must be above 0');
    return {
      kind: 'run',
      seeds: integer('seeds', 1000),
      from: integer('from', 1),
      workers: integer('workers', availableParallelism()),
      minutes,
      trace: values.trace === true,
    };
  } catch (error) {
    return { kind: 'wrong', fault: error instanceof Error ? error.message : String(error) };
  }
}
