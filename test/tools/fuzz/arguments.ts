/** The command line of the fuzzer. */
import { parseArgs } from 'node:util';

export const HELP = `npm run fuzz -- [--requests N] [--seed N]

Sends requests made from the service's own description (/openapi.json): some as documented, some with one thing wrong, some of hostile bytes. It
checks that every answer is documented, that a refusal wrote nothing, and that a success wrote exactly what it says. The service runs as a process
of its own, on a PostgreSQL that comes along (without fsync, because a power cut is not tested here).

  --requests N   how many requests to send (100000, about three minutes)
  --seed N       repeat the run of this seed (a new seed each time)
  --help         print this text

Examples:
  npm run fuzz -- --requests 5000
  npm run fuzz -- --seed 20261121

Exit codes: 0 nothing was found, 1 something was found or the run could not finish, 2 the command line is wrong.`;

export type Arguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly fault: string }
  | { readonly kind: 'fuzz'; readonly requests: number; readonly seed: number };

/** Settings of the service under test: a machine that is busy with other things is no reason to send a request away. */
export const UNHURRIED = { EVENT_LOOP_DELAY_MAX_MS: 60_000 } as const;

const SEED_MAX = 2 ** 31 - 1;

export const newSeed = (): number => Math.floor(Math.random() * SEED_MAX);

/** Reads what stands behind the program's name. */
export function readArguments(args: readonly string[]): Arguments {
  const faults: string[] = [];
  const whole = (name: string, text: string | undefined, otherwise: number, lowest: number): number => {
    if (text === undefined) return otherwise;
    const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= lowest && value <= SEED_MAX))
      faults.push(`--${name} is ${JSON.stringify(text)}: it must be a whole number from ${lowest} to ${SEED_MAX}`);
    return value;
  };
  try {
    const options = { requests: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values.help === true) return { kind: 'help' };
    const requests = whole('requests', values.requests, 100_000, 1);
    const seed = whole('seed', values.seed, newSeed(), 0);
    return faults.length === 0 ? { kind: 'fuzz', requests, seed } : { kind: 'wrong', fault: faults.join('\n') };
  } catch (error) {
    return { kind: 'wrong', fault: error instanceof Error ? error.message : String(error) };
  }
}
