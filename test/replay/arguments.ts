/** The command line of the replay. */
import { parseArgs } from 'node:util';

export const HELP = `npm run replay -- [--database-url URL]

Replays a week of real sales against the service and checks every law on what it left in the database.
The service runs as a process of its own, on an embedded database in a temporary folder.

  --database-url URL   run on this PostgreSQL database instead, which must be empty (its tables stay for you to look at)
  --help               this

Exits 0 when every law holds, 1 when one is broken or the service fails, 2 when the command line is wrong.`;

export type Arguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly fault: string }
  /** `null` is the embedded database. */
  | { readonly kind: 'replay'; readonly databaseUrl: string | null };

/** Reads what stands behind the program's name. */
export function readArguments(args: readonly string[]): Arguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { 'database-url': { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.help === true) return { kind: 'help' };
    const databaseUrl = values['database-url'] ?? null;
    if (databaseUrl !== null && !/^postgres(ql)?:$/.test(URL.parse(databaseUrl)?.protocol ?? '')) {
      return {
        kind: 'wrong',
        fault: '--database-url must be a URL such as postgres://user:password@host:5432/database',
      };
    }
    return { kind: 'replay', databaseUrl };
  } catch (error) {
    return { kind: 'wrong', fault: error instanceof Error ? error.message : String(error) };
  }
}
