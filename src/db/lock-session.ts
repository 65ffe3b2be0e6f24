/**
 * A session of its own that holds an advisory lock of PostgreSQL. The process that has the lock owns the database.
 *
 * A session is open → ended: by us, by the server, or by the wire. The lock goes with it, so a killed process leaves
 * nothing behind. The server ends a session that is silent for `SILENT_SESSION_MS`, so a process that is paused or cut
 * off does not keep the lock either.
 */
import pg from 'pg';
import type { Query } from './continuity.ts';
import { APPLICATION_NAME, type Server } from './postgres.ts';

/**
 * After this many silent milliseconds the server ends the session. A process that holds the lock must speak more often.
 */
export const SILENT_SESSION_MS = 3000;

/** Our key among the advisory locks of the database: "owner" in ASCII. */
const LOCK = 0x6f776e6572;

/** Each schema has its own owner. The key for `public` is the one that older builds used for the whole database. */
const LOCK_SCHEMA = `select pg_try_advisory_lock(
  case when coalesce(current_schema(), 'public') = 'public' then $1::bigint
  else hashtextextended(current_schema(), $1::bigint) end) as taken`;

/** A statement that is not answered within this many milliseconds is never answered: the session is ended. */
const STATEMENT_MS = 3000;

/** A session as the server knows it. A process id alone may come again. */
interface Backend {
  readonly pid: number;
  readonly startedAt: string;
}

export class LockSession {
  /** Resolves once the session has ended, for whatever reason. */
  readonly ended: Promise<void>;
  readonly #client: pg.Client;
  readonly #backend: Backend;

  private constructor(client: pg.Client, backend: Backend, ended: Promise<void>) {
    this.#client = client;
    this.#backend = backend;
    this.ended = ended;
  }

  /** Connects. Rejects with the driver's error when the server cannot be reached within `connectTimeoutMs`. */
  static async open(server: Server, connectTimeoutMs: number): Promise<LockSession> {
    const client = new pg.Client({
      ...server,
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      application_name: `${APPLICATION_NAME}-owner`,
      query_timeout: STATEMENT_MS,
      options: [`-c idle_session_timeout=${SILENT_SESSION_MS}`, server.options ?? []].flat().join(' '),
    });
    const ended = new Promise<void>((resolve) => {
      client.on('end', resolve);
      client.on('error', () => resolve());
    });
    try {
      await client.connect();
      const { rows } = await client.query<Backend>(
        `select pid, backend_start::text as "startedAt" from pg_stat_activity where pid = pg_backend_pid()`,
      );
      const [backend] = rows;
      if (backend === undefined) throw new Error('the server does not know the session that asks it');
      return new LockSession(client, backend, ended);
    } catch (error) {
      destroy(client);
      throw error;
    }
  }

  /**
   * Whether the lock is ours now. `former` is a session of this process that has ended as far as we know. The server
   * may not have noticed yet, so it is ended there too. Rejects when the server does not answer.
   */
  async take(former: LockSession | null): Promise<boolean> {
    if (former !== null && former !== this) {
      await this.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and backend_start = $2::timestamptz',
        [former.#backend.pid, former.#backend.startedAt],
      );
    }
    const rows = await this.query<{ taken: boolean }>(LOCK_SCHEMA, [String(LOCK)]);
    return rows[0]?.taken === true;
  }

  /** Rows of one statement, within three seconds. Rejects, and ends the session, when there is no answer by then. */
  readonly query: Query = async (sql, params) => {
    try {
      return (await this.#client.query(sql, [...params])).rows as never;
    } catch (error) {
      this.end();
      throw error;
    }
  };

  /**
   * Lets go of the lock. Sends no goodbye, which a dead wire would never deliver: the server sees the end of the wire.
   * Safe to call twice.
   */
  end(): void {
    destroy(this.#client);
  }
}

function destroy(client: pg.Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
