/** Where the replay's rows are: an embedded database in a temporary folder, or a server's database that was empty. */
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { embeddedFolder } from '../../support/embedded.ts';
import type { Query } from '../../support/laws.ts';

export interface ReplayDatabase {
  /** For the summary; never holds a password. */
  readonly name: string;
  /** What makes the service use it. */
  readonly env: Readonly<Record<string, string>>;
  /** Reads it directly. Only when the service is stopped: the embedded database has room for one. */
  read<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /** Removes what was temporary. */
  remove(): Promise<void>;
}

/** A folder of its own. */
export async function embeddedDatabase(): Promise<ReplayDatabase> {
  const stack = new AsyncDisposableStack();
  const dataDir = await embeddedFolder(stack);
  return {
    name: 'the embedded database',
    env: { DATA_DIR: dataDir },
    async read(work) {
      const db = await PGlite.create(join(dataDir, 'pglite'));
      try {
        return await work(async (sql) => (await db.query<Record<string, unknown>>(sql)).rows);
      } finally {
        await db.close();
      }
    },
    remove: () => stack.disposeAsync(),
  };
}

/** Rejects with a sentence for the operator when the database cannot be reached or is not empty. */
export async function serverDatabase(url: string): Promise<ReplayDatabase> {
  const database: ReplayDatabase = {
    name: `PostgreSQL, database ${decodeURIComponent(new URL(url).pathname.slice(1)) || '(default)'}`,
    env: { DATABASE_URL: url },
    async read(work) {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
      await client.connect();
      try {
        return await work(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows);
      } finally {
        await client.end();
      }
    },
    remove: async () => {},
  };
  const tables = await database.read((query) =>
    query(`select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
      order by 1 limit 3`),
  );
  if (tables.length > 0) {
    const names = tables.map((row) => String(row['name'])).join(', ');
    throw new Error(
      `the database is not empty (it holds ${names}…): name an empty one, the replay creates its own SKUs and orders`,
    );
  }
  return database;
}
