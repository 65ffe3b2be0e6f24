/** The wire to a PostgreSQL server: statements that take too long, connections that die, servers that are not there. */
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { connectionFault } from '../../src/db/postgres.ts';
import { databaseUrl, type FreshDatabase, freshDatabase } from '../support/postgres.ts';

let fresh: FreshDatabase;
let database: Database | undefined;

beforeAll(async () => {
  fresh = await freshDatabase();
});

afterEach(async () => {
  await database?.close();
});

afterAll(() => fresh.drop());

async function open(options: Parameters<typeof openDatabase>[1] = {}): Promise<Database> {
  database = await openDatabase({ url: fresh.url }, options);
  return database;
}

/** Resolves once a backend of `on` is in `pg_sleep`. */
async function sleeping(on: Database): Promise<void> {
  await vi.waitUntil(async () => {
    const rows = await on.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`,
      [],
    );
    return rows.length > 0;
  });
}

describe('parameters', () => {
  it('are bound, whatever stands in them', async () => {
    const db = await open();
    const nasty = `'; drop table skus; -- $1 ? "`;
    const [row] = await db.query(
      'select $1::text as text, $2::int as int, ($3::json -> 0)::text as json, $4::text as none',
      [nasty, 5, '[{"a":1}]', null],
    );
    expect(row).toEqual({ text: nasty, int: 5, json: '{"a":1}', none: null });
  });

  it('and rows are inside the transaction of the given manager', async () => {
    const db = await open();
    const count = async () => (await db.query('select 1 from epochs', [])).length;
    const rolledBack = db.em().transactional(async (em) => {
      await db.query(`insert into epochs values (1, gen_random_uuid(), 'a test', 0, now())`, [], em);
      expect(await db.query('select 1 from epochs', [], em)).toHaveLength(1);
      expect(await count()).toBe(0);
      throw new Error('back');
    });
    await expect(rolledBack).rejects.toThrow('back');
    expect(await count()).toBe(0);
  });
});

describe('a statement that takes longer than it may', () => {
  it('is ended by the server, which says so', async () => {
    const db = await open({ statementTimeoutMs: 100 });
    await expect(db.query('select pg_sleep(60)', [])).rejects.toMatchObject({ code: '57014' });
  });
});

describe('severed connections', () => {
  it('reject what waited on them, and the next statement finds a new one', async () => {
    const db = await open();
    const stuck = expect(db.query('select pg_sleep(60)', [])).rejects.toThrow('terminated');
    await sleeping(db);
    db.sever();
    await stuck;
    expect(await db.query('select 1 as one', [])).toEqual([{ one: 1 }]);
  });

  it('do not keep the handle from closing', async () => {
    const db = await open();
    const stuck = expect(db.query('select pg_sleep(60)', [])).rejects.toThrow();
    await sleeping(db);
    await db.close();
    await stuck;
    await expect(db.query('select 1', [])).rejects.toThrow('the database is closed');
  });
});

describe('connections lost in the middle of transactions', () => {
  const lost = 'select pg_terminate_backend(pg_backend_pid())';

  it.each([
    ['while a statement runs', (db: Database) => db.em().transactional((em) => db.query(lost, [], em))],
    [
      'between two statements',
      (db: Database) =>
        db.em().transactional(async (em) => {
          await db.query('select 1', [], em);
          db.sever();
          await new Promise((resolve) => setImmediate(resolve));
          await db.query('select 1', [], em);
        }),
    ],
    [
      'at COMMIT',
      (db: Database) =>
        db.em().transactional(async (em) => {
          await db.query('select 1', [], em);
          db.sever();
        }),
    ],
  ])('%s give their places in the pool back', async (_when, loseOne) => {
    const db = await open({ poolMax: 2 });
    for (let i = 0; i < 5; i += 1) await expect(loseOne(db)).rejects.toThrow();
    expect(await Promise.all([1, 2, 3].map((n) => db.query('select $1::int as n', [n])))).toEqual([
      [{ n: 1 }],
      [{ n: 2 }],
      [{ n: 3 }],
    ]);
    await db.close();
  });
});

describe('a connection that the server drops while it is idle', () => {
  it('is told to the log without secrets, and the next statement finds another', async () => {
    const lines: string[] = [];
    const url = new URL(fresh.url);
    const db = await open({ log: (line) => lines.push(line), poolMax: 2 });
    await db.em().transactional(async (em) => {
      // Two connections: the other one is idle when this one ends it.
      await db.query('select 1', []);
      await db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'stock-keeper' and pid <> pg_backend_pid()`,
        [],
        em,
      );
    });
    await vi.waitUntil(() => lines.length > 0);
    expect(lines[0]).toMatch(/^PostgreSQL (connection|pool) error: /);
    if (url.password !== '') expect(lines.join()).not.toContain(url.password);
    expect(await db.query('select 1 as one', [])).toEqual([{ one: 1 }]);
  });
});

describe('a server that cannot be had', () => {
  it('is named with host, port and reason when nothing listens there', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await vi.waitUntil(() => server.listening);
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise((closed) => server.close(closed));
    const refused = openDatabase({ url: `postgres://keeper:hunter2@127.0.0.1:${port}/stock` });
    await expect(refused).rejects.toThrow(`no PostgreSQL at host 127.0.0.1, port ${port}, database stock: `);
    await expect(refused).rejects.toThrow('ECONNREFUSED');
    await expect(refused).rejects.not.toThrow('hunter2');
  });

  it('is named when the database does not exist', async () => {
    const refused = openDatabase({ url: databaseUrl(fresh.url, 'no_such_database') });
    await expect(refused).rejects.toThrow('database "no_such_database" does not exist');
    await expect(refused).rejects.toThrow('database no_such_database: ');
  });

  it('is named when what listens there ends the conversation', async () => {
    const server = createServer((socket) => socket.resume().end('220 mail.example.org ESMTP\r\n')).listen(
      0,
      '127.0.0.1',
    );
    await vi.waitUntil(() => server.listening);
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await expect(openDatabase({ url: `postgres://keeper@127.0.0.1:${port}/stock` })).rejects.toThrow(
      `no PostgreSQL at host 127.0.0.1, port ${port}, `,
    );
    await new Promise((closed) => server.close(closed));
  });

  it('has all reasons of a name with several addresses', () => {
    const reasons = [
      Object.assign(new Error('connect ECONNREFUSED ::1:5432'), { code: 'ECONNREFUSED' }),
      Object.assign(new Error('connect ETIMEDOUT 127.0.0.1:5432'), { code: 'ETIMEDOUT' }),
    ];
    // Node's own comes without a message.
    const both = Object.assign(new AggregateError(reasons, 'both'), { message: '' });
    expect(connectionFault({ connectionString: 'postgres://keeper:hunter2@localhost/stock' }, both).message).toBe(
      'no PostgreSQL at host localhost, port 5432, database stock: connect ECONNREFUSED ::1:5432; connect ETIMEDOUT 127.0.0.1:5432',
    );
  });
});
