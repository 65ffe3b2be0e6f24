/** The command line of the demonstration. */
import { parseArgs } from 'node:util';

export const ROUNDS = 200;
const ROUNDS_MAX = 1000;

export const HELP = `npm run demo -- [--rounds N]

Shows five races that shops lose: first with the code that many shops have, then through Stock Keeper. Two client processes send the same requests
over HTTP, and the stock before and after is printed. It brings its own PostgreSQL, takes about half a minute, and leaves nothing behind.

  --rounds N   how often to run each race, 1 to ${ROUNDS_MAX} (${ROUNDS})
  --help       print this text

Examples:
  npm run demo
  npm run demo -- --rounds 20

Exit codes: 0 the naive shop went wrong in every race and Stock Keeper in none, 1 that was not seen or the demo could not finish,
2 the command line is wrong.`;

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
