/** What only a PostgreSQL server needs: control of the pool's connections, and messages for a server out of reach. */
import type { ConnectionOptions } from 'node:tls';
import type { Query } from './continuity.ts';

/** How the server's own views name our sessions. Those of the pool have exactly this name. */
export const APPLICATION_NAME = 'stock-keeper';

/**
 * Where a server is, as `pg` takes it: a URL, or part by part. `options` are settings of each session, as `-c
 * name=value`. Written out here, because the package's own types must not need those of `pg`.
 */
export interface Server {
  readonly connectionString?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly password?: string | (() => string | Promise<string>) | undefined;
  readonly database?: string | undefined;
  readonly ssl?: boolean | ConnectionOptions | undefined;
  readonly options?: string | undefined;
}

/**
 * The server of a URL. `options` in the URL would replace ours, and the schema with them, so they are put before ours
 * instead.
 */
export function serverAt(url: string): Server {
  if (!URL.canParse(url)) return { connectionString: url };
  const bare = new URL(url);
  const options = bare.searchParams.get('options');
  if (options === null) return { connectionString: url };
  bare.searchParams.delete('options');
  return { connectionString: bare.href, options };
}

/** The parts of `pg`'s pool and client that are used here. */
interface PgClient {
  query(sql: string, params: unknown[]): Promise<{ readonly rows: unknown[] }>;
  readonly connection?: { readonly stream?: { destroy(): void } };
  /** Ends the present checkout; throws when it is called again. */
  release(broken?: boolean): void;
  on(event: 'end', listener: () => void): unknown;
}
interface PgPool {
  on(event: 'connect' | 'acquire' | 'remove', listener: (client: PgClient) => void): unknown;
  on(event: 'release', listener: (error: unknown, client: PgClient) => void): unknown;
}

/** Tracks the connections of one pool. Each is made → idle ⇄ held by a caller → ended, and then leaves the pool. */
export class PoolWatch {
  readonly #clients = new Set<PgClient>();
  readonly #held = new Set<PgClient>();

  /** For `onPoolCreated` of MikroORM's PostgreSQL driver. */
  readonly watch = (pool: PgPool): void => {
    pool.on('connect', (client) => {
      this.#clients.add(client);
      client.on('end', () => this.#giveBack(client));
    });
    pool.on('acquire', (client) => this.#held.add(client));
    pool.on('release', (_error, client) => this.#held.delete(client));
    pool.on('remove', (client) => this.#clients.delete(client));
  };

  /** Statements under way reject now, instead of waiting for a wire that may never answer again. */
  readonly sever = (): void => {
    for (const client of this.#clients) client.connection?.stream?.destroy();
  };

  /**
   * Kysely keeps a connection for good when the ROLLBACK of its transaction fails, as it does on a dead wire (0.29.6).
   * Once a pool's worth of connections is lost that way, no caller ever gets one again. So an ended connection is given
   * back here, and a later release does nothing.
   */
  #giveBack(client: PgClient): void {
    if (!this.#held.has(client)) return;
    client.release(true);
    client.release = () => {};
  }
}

/**
 * For `verify` of `pg`'s pool. Asks each session that is opened before it is used for anything else, and hands out none
 * that is refused.
 */
export function sessionCheck(ask: (query: Query) => Promise<void>) {
  return (client: PgClient, done: (error?: unknown) => void): void => {
    ask(async (sql, params) => (await client.query(sql, [...params])).rows as never).then(() => done(), done);
  };
}

/** An error that names host, port, database and reason, and never the password. */
export function connectionFault(server: Server, error: unknown): Error {
  return new Error(`no PostgreSQL at ${placeOf(server)}: ${reasonOf(error)}`);
}

function placeOf({ connectionString: url, host: named, port: at, database }: Server): string {
  if (url === undefined) return `host ${named ?? 'localhost'}, port ${at ?? 5432}, database ${database ?? '(default)'}`;
  if (!URL.canParse(url)) return 'the address given (it is not a URL)';
  const { hostname, port, pathname, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? (hostname || 'localhost');
  return `host ${host}, port ${port || '5432'}, database ${pathname.slice(1) || '(default)'}`;
}

/** A refused connection to a name with several addresses comes as an `AggregateError` without a message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(reasonOf))].join('; ');
  }
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return [error.message || error.name, code !== undefined && !error.message.includes(code) ? `(${code})` : '']
    .join(' ')
    .trim();
}
