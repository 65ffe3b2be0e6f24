/** The command line of the demonstration. */
import { parseArgs } from 'node:util';

export const ROUNDS = 200;
const ROUNDS_MAX = 1000;

export const HELP = `npm run demo -- [--rounds N]

Five races that shops lose, each first with the code that many shops have and then through Stock Keeper: the same requests of the same two client
processes, over HTTP, on a PostgreSQL that comes along, with the stock before and after. It takes about half a minute and leaves nothing behind.

  --rounds N   how often each race is run, ${ROUNDS} by default
  --help       this

Exits 0 when the naive shop went wrong at least once in each race and Stock Keeper never did, 1 otherwise, 2 when the command line is wrong.`;

export type Arguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly fault: string }
  | { readonly kind: 'demo'; readonly rounds: number };

/** Reads what stands behind the program's name. */
export function readArguments(args: readonly string[]): Arguments {
  try {
    const options = { rounds: { type: 'string', default: String(ROUNDS) }, help: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values.help === true) return { kind: 'help' };
    const rounds = /^[0-9]{1,5}$/.test(values.rounds) ? Number(values.rounds) : 0;
    if (rounds >= 1 && rounds <= ROUNDS_MAX) return { kind: 'demo', rounds };
    const fault = `--rounds is ${JSON.stringify(values.rounds)}: it must be a whole number from 1 to ${ROUNDS_MAX}`;
    return { kind: 'wrong', fault };
  } catch (error) {
    return { kind: 'wrong', fault: error instanceof Error ? error.message : String(error) };
  }
}
