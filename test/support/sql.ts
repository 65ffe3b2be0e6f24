/** A test's own session in the database behind the service: to look, to lock, and to change things. */
import pg from 'pg';
import { checkLaws } from './laws.ts';
import { until } from './until.ts';

export class SqlSession implements AsyncDisposable {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(url: string): Promise<SqlSession> {
    const client = new pg.Client({ connectionString: url, application_name: 'test' });
    client.on('error', () => {});
    await client.connect();
    return new SqlSession(client);
  }

  async query<T extends object = Readonly<Record<string, unknown>>>(sql: string, params: unknown[] = []): Promise<T[]> {
    return (await this.#client.query<T>(sql, params)).rows;
  }

  /** The only value of the only row. */
  async value<T>(sql: string, params: unknown[] = []): Promise<T> {
    const { rows } = await this.#client.query<[T]>({ text: sql, values: params, rowMode: 'array' });
    const [row] = rows;
    if (row === undefined) throw new Error(`no row: ${sql}`);
    return row[0];
  }

  /** Violations of the laws. */
  laws(): Promise<string[]> {
    return checkLaws((sql) => this.query(sql));
  }

  pid(): Promise<number> {
    return this.value('select pg_backend_pid()');
  }

  /** The ledger of a SKU: kinds, by version. */
  async kinds(skuId: string): Promise<string[]> {
    const rows = await this.query<{ kind: string }>('select kind from movements where sku_id = $1 order by version', [
      skuId,
    ]);
    return rows.map((row) => row.kind);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }
}

/** A lock that another session waits for until it is released. */
export interface HeldLock extends AsyncDisposable {
  /** Resolves when a session of the service waits for it, directly or behind another session. */
  waitedFor(): Promise<void>;
  /** The session that holds it. `release` commits what it writes. */
  readonly session: SqlSession;
  release(): Promise<void>;
}

/** Takes a lock in a transaction of its own, by any statement that takes one. */
export async function holdLock(url: string, statement: string, params: unknown[] = []): Promise<HeldLock> {
  const [session, watcher] = await Promise.all([SqlSession.open(url), SqlSession.open(url)]);
  await session.query('begin');
  await session.query(statement, params);
  const pid = await session.pid();
  let released = false;
  const release = async () => {
    if (released) return;
    released = true;
    await session.query('commit');
  };
  return {
    session,
    release,
    async waitedFor() {
      const waiting = 'select count(*)::int from pg_stat_activity where $1 = any(pg_blocking_pids(pid))';
      await until(async () => {
        if ((await watcher.value<number>(waiting, [pid])) === 0) throw new Error('nobody waits for the lock');
      });
    },
    async [Symbol.asyncDispose]() {
      await release();
      await Promise.all([session[Symbol.asyncDispose](), watcher[Symbol.asyncDispose]()]);
    },
  };
}

/**
 * What was wrong with the shortages that a client got. Nothing is wrong when the ledger says the same for that version.
 * For SKUs without safety stock and backorders.
 */
export async function untruthful(
  sql: SqlSession,
  shortages: readonly {
    readonly skuId: string;
    readonly requested: number;
    readonly available: number;
    readonly version: number;
  }[],
): Promise<string[]> {
  const rows = await sql.query<{ wrong: string }>(
    `select format('SKU %s at version %s: told %s available for %s, the ledger says %s', r."skuId", r.version, r.available, r.requested,
        m.on_hand - m.reserved) as wrong
     from json_to_recordset($1::json) as r ("skuId" text, requested int, available int, version int)
     left join movements m on m.sku_id = r."skuId" and m.version = r.version
     where m.sku_id is null or m.on_hand - m.reserved <> r.available or r.requested <= r.available`,
    [JSON.stringify(shortages)],
  );
  return rows.map((row) => row.wrong);
}
