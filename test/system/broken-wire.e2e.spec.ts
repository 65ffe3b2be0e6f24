/** The wire to PostgreSQL breaks around COMMIT, where nobody can tell from the error whether it was carried out: the answer is the truth, or "unknown" within its time. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { createLog } from '../../src/log.ts';
import { freshDatabase } from '../support/postgres.ts';
import { type CutPlan, Wire } from '../support/proxy.ts';
import { type Service, startService } from '../support/service.ts';
import { codeOf, orderIn, orderRequest, problemIn, type Reply, ShopClient, tally } from '../support/shop-client.ts';
import { holdLock, SqlSession } from '../support/sql.ts';

interface Shop {
  readonly wire: Wire;
  readonly service: Service;
  readonly client: ShopClient;
  readonly sql: SqlSession;
  readonly databaseUrl: string;
}

async function openShop(): Promise<Shop> {
  const database = await freshDatabase();
  const wire = await Wire.open(database.url);
  const service = await startService({ DATABASE_URL: wire.url, LOG_LEVEL: 'warn' });
  const client = new ShopClient(service.url);
  const sql = await SqlSession.open(database.url);
  onTestFinished(async () => {
    await client[Symbol.asyncDispose]();
    await service.kill();
    await wire[Symbol.asyncDispose]();
    await sql[Symbol.asyncDispose]();
    await database.drop();
  });
  return { wire, service, client, sql, databaseUrl: database.url };
}

/** Five orders of one unit of the last three, all at once, in one batch or two. */
const rush = (client: ShopClient): Promise<Reply[]> =>
  Promise.all(Array.from({ length: 5 }, (_, i) => client.ask(orderRequest(`rush-${i}`, { A: 1 }))));

describe.each<[string, CutPlan, RegExp]>([
  ['before COMMIT arrives', 'cut_before', /"committed":false,"msg":"commit_settled"/],
  ['after COMMIT was carried out, before its answer', 'cut_after', /"committed":true,"msg":"commit_settled"/],
  // Who settles may come before the server begins with it: then it is never committed, and decided again.
  ['while COMMIT is on its way, or the server at it', 'cut_at_once', /"committed":(true|false),"msg":"commit_settled"/],
])('a connection cut %s', (_, plan, settled) => {
  it('is settled by asking the database: the orders are placed once, and nobody is refused wrongly', async () => {
    const { wire, service, client, sql } = await openShop();
    await client.stock(3, 'A');
    const cut = wire.atCommit(plan);
    const replies = await rush(client);
    await cut;
    expect(tally(replies)).toEqual({ '201': 3, '409 insufficient_stock': 2 });
    expect(service.logs()).toMatch(settled);
    const shortages = replies.flatMap((reply) => (reply.status === 409 ? (problemIn(reply).shortages ?? []) : []));
    expect(shortages).toEqual(
      Array.from({ length: 2 }, () => ({ skuId: 'A', requested: 1, available: 0, version: 4 })),
    );
    expect(await client.sku('A')).toMatchObject({ available: 0, reserved: 3, version: 4 });

    // The same for the change of an order, and a repeat is answered in the same words.
    const [id] = replies.flatMap((reply) => (reply.status === 201 ? orderIn(reply).id : []));
    const cutAgain = wire.atCommit(plan);
    const cancels = await Promise.all([client.post(`/orders/${id}/cancel`), client.post(`/orders/${id}/cancel`)]);
    await cutAgain;
    expect(tally(cancels)).toEqual({ '200': 2 });
    expect(cancels[0].text).toBe(cancels[1].text);
    expect(await sql.kinds('A')).toEqual(['received', 'reserved', 'reserved', 'reserved', 'released']);
    expect(wire.cuts).toBe(2);
    expect(await sql.laws()).toEqual([]);
  });
});

describe('a COMMIT that the server is still at when its connection is cut', () => {
  it('is waited for: absent rows are not taken for an abort', async () => {
    const { wire, client, sql, databaseUrl } = await openShop();
    await client.stock(1, 'A');
    // The transaction waits inside COMMIT, in a trigger deferred to its end.
    await sql.query(`create function wait_in_commit() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock(42); return null; end $$`);
    await sql.query(`create constraint trigger wait_in_commit after insert on orders deferrable initially deferred
      for each row execute function wait_in_commit()`);
    await using held = await holdLock(databaseUrl, 'select pg_advisory_xact_lock(42)');
    const cut = wire.atCommit('cut_at_once', held.waitedFor());
    const placed = client.ask(orderRequest('slow', { A: 1 }));
    await cut;
    await held.waitedFor();
    // Whoever settles waits for the old session's row, behind the lock that the old session waits for.
    const settling = `select count(*)::int from pg_stat_activity a where cardinality(pg_blocking_pids(a.pid)) > 0
      and exists (select 1 from pg_stat_activity b where b.pid = any(pg_blocking_pids(a.pid)) and cardinality(pg_blocking_pids(b.pid)) > 0)`;
    await vi.waitFor(async () => expect(await sql.value(settling)).toBeGreaterThan(0), {
      timeout: 120_000,
      interval: 10,
    });
    await held.release();
    expect((await placed).status).toBe(201);
    expect(await sql.kinds('A')).toEqual(['received', 'reserved']);
    expect((await client.ask(orderRequest('slow', { A: 1 }))).replayed).toBe(true);
    expect(await sql.laws()).toEqual([]);
  });
});

describe('a black hole from COMMIT on', () => {
  it('is answered "unknown" within its time, and told truly once the wire is back', async () => {
    const database = await freshDatabase();
    const wire = await Wire.open(database.url);
    const deadlines = { readMs: 400, commitMs: 3000, settleMs: 2000, pingMs: 200 };
    const app: App = await startApp({
      database: { url: wire.url },
      log: createLog('silent'),
      deadlines,
      limits: { attemptsMax: 1 },
    });
    onTestFinished(async () => {
      await app.close();
      await wire[Symbol.asyncDispose]();
      await database.drop();
    });
    await using client = new ShopClient(await app.server.listen({ host: '127.0.0.1', port: 0 }));
    await client.stock(3, 'A');
    const swallowed = wire.atCommit('swallow');
    const rushed = rush(client);
    await swallowed;
    const replies = await rushed;
    expect(Object.keys(tally(replies))).toEqual(['503 unknown_outcome']);
    expect((await client.get('/health/ready')).status).toBe(503);
    expect((await client.get('/health/live')).status).toBe(200);

    wire.heal();
    await vi.waitFor(async () => expect((await client.get('/health/ready')).status).toBe(200), {
      timeout: 120_000,
      interval: 50,
    });
    const told = await vi.waitFor(
      async () => {
        const again = await rush(client);
        expect(again.map(codeOf)).not.toContain('unknown_outcome');
        return again;
      },
      { timeout: 120_000, interval: 50 },
    );
    expect(told.filter((reply) => reply.status < 300)).toHaveLength(3);
    expect(told.filter((reply) => codeOf(reply) === 'insufficient_stock')).toHaveLength(2);
    await using sql = await SqlSession.open(database.url);
    expect(await sql.kinds('A')).toEqual(['received', 'reserved', 'reserved', 'reserved']);
    expect(await sql.laws()).toEqual([]);
  });
});
