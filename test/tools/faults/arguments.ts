/** The command line of the fault suite. */
import { parseArgs } from 'node:util';

export const HELP = `npm run test:faults -- [--row N]... [--json FILE] [--short]

Injects faults into real services on a real PostgreSQL, and checks after each what must hold. It takes about 25 minutes on two quiet cores.

  --row N      run only this row of the table of faults; may be given more than once
  --json FILE  write the report to this file too, as JSON
  --short      run the short form that npm test runs
  --help       print this text

Examples:
  npm run test:faults -- --short
  npm run test:faults -- --row 1 --row 9

Exit codes: 0 everything held, 1 something did not, 2 the command line is wrong.`;

export type Arguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly fault: string }
  | {
      readonly kind: 'faults';
      /** Empty for all. */
      readonly rows: readonly number[];
      readonly json: string | null;
      readonly size: 'short' | 'long';
    };

/** Reads what stands behind the program's name. `known` are the rows there are. */
export function readArguments(args: readonly string[], known: readonly number[]): Arguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        row: { type: 'string', multiple: true },
        json: { type: 'string' },
        short: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) return { kind: 'help' };
    const rows = values.row ?? [];
    const strange = rows.find((row) => !known.includes(Number(row)));
    if (strange !== undefined) {
      return { kind: 'wrong', fault: `--row ${strange}: the rows are ${known.join(', ')}` };
    }
    const size = values.short === true ? 'short' : 'long';
    return { kind: 'faults', rows: rows.map(Number), json: values.json ?? null, size };
  } catch (error) {
    return { kind: 'wrong', fault: error instanceof Error ? error.message : String(error) };
  }
}
