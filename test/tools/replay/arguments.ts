/** The command line of the replay. */
import { parseArgs } from 'node:util';

export const HELP = `npm run replay -- [--database-url URL]

Replays a week of real sales against the service, and then checks every law on what is in the database.
The service runs as a process of its own, on an embedded database in a temporary folder. It takes about ten seconds.

  --database-url URL   use this PostgreSQL database, which must be empty; its tables are left for you to look at
  --help               print this text

Examples:
  npm run replay
  npm run replay -- --database-url postgres://shop:secret@localhost/empty

Exit codes: 0 every law holds, 1 a law is broken or the replay could not finish, 2 the command line is wrong.`;

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
