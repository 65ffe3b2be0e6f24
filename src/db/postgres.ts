/** What only a PostgreSQL server needs: hold of the pool's sockets, and words for a connection that cannot be made. */

/** The parts of `pg`'s pool and client that are used here; its types are not among our dependencies. */
interface PgClient {
  readonly connection?: { readonly stream?: { destroy(): void } };
}
interface PgPool {
  on(event: 'connect' | 'remove', listener: (client: PgClient) => void): unknown;
}

/** Knows the open connections of one pool. */
export class SocketPool {
  readonly #clients = new Set<PgClient>();

  /** For `onPoolCreated` of MikroORM's PostgreSQL driver. */
  readonly watch = (pool: PgPool): void => {
    pool.on('connect', (client) => this.#clients.add(client));
    pool.on('remove', (client) => this.#clients.delete(client));
  };

  /** Statements under way reject now instead of waiting for a wire that may never speak again. */
  readonly sever = (): void => {
    for (const client of this.#clients) client.connection?.stream?.destroy();
  };
}

/** An error that names host, port, database and reason, and never the password. */
export function connectionFault(url: string, error: unknown): Error {
  return new Error(`no PostgreSQL at ${placeOf(url)}: ${reasonOf(error)}`);
}

function placeOf(url: string): string {
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
