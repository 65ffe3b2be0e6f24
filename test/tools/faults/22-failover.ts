/**
 * The database server dies for good and its standby takes its place: made by `pg_basebackup`, fed by streaming, promoted, and the wire
 * switched to it. Fed asynchronously it may lack what was acknowledged last, which is counted and told; fed synchronously it may not.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { installedPostgres } from '../../support/postgres-binaries.ts';
import type { PostgresServer } from '../../support/postgres-server.ts';
import { NO_TOOLS, runPostgresTool } from '../../support/postgres-tools.ts';
import { Wire } from '../../support/proxy.ts';
import { Shoppers } from '../../support/shoppers.ts';
import { SqlSession } from '../../support/sql.ts';
import { until } from '../../support/until.ts';
import type { Fault, Trial } from './fault.ts';
import { missing, restartReadsTheSame, unlike } from './memory-and-database.ts';
import { openShopping } from './shopping.ts';

/** How long the standby has been cut off when the server dies, milliseconds: what is acknowledged meanwhile dies with the server. */
const BEHIND_MS = { short: 300, long: 1000 };
const SKUS = ['a', 'b', 'c', 'd'];

export const fault: Fault = {
  row: 22,
  title: 'failover',
  obstacle: async () => (installedPostgres('pg_basebackup') === null ? NO_TOOLS : null),
  async run(trial) {
    const rounds = trial.rounds(1, 4);
    for (let round = 0; round < rounds; round++) {
      await fedSynchronously(trial);
      trial.progress(`synchronous standby took over, ${round + 1} of ${rounds}`);
      await fedAsynchronously(trial);
      trial.progress(`asynchronous standby took over, ${round + 1} of ${rounds}`);
    }
  },
};

/** A server, its standby and the wires between them and the service. */
interface Pair {
  /** What the service is told. */
  readonly url: string;
  /** The standby hears nothing more, the server dies a moment later, the standby takes over and the wire leads to it. */
  failOver(): Promise<void>;
}

async function openPair(trial: Trial, feeding: 'synchronous' | 'asynchronous'): Promise<Pair> {
  const home = installedPostgres('pg_basebackup') ?? '';
  const server = await trial.postgres({ home });
  const feed = await wireTo(trial, server);
  const wire = await wireTo(trial, server);
  const dataDir = trial.dataFolder();
  const from = ['--host=127.0.0.1', `--port=${server.port}`, '--username=postgres'];
  await runPostgresTool(home, 'pg_basebackup', [
    ...from,
    `--pgdata=${dataDir}`,
    '--checkpoint=fast',
    '--write-recovery-conf',
  ]);
  const { hostname, port } = new URL(feed.url);
  const standby = await trial.postgres({
    home,
    dataDir,
    settings: { primary_conninfo: `host=${hostname} port=${port} user=postgres`, synchronous_standby_names: '' },
  });
  await using sql = await SqlSession.open(server.url);
  if (feeding === 'synchronous') {
    await sql.query(`alter system set synchronous_standby_names = '*'`);
    await sql.query('select pg_reload_conf()');
  }
  const state = feeding === 'synchronous' ? 'sync' : 'async';
  await until(async () => {
    const found = await sql.value<number>(
      `select count(*)::int from pg_stat_replication where state = 'streaming' and sync_state = $1`,
      [state],
    );
    if (found === 0) throw new Error(`the standby is not fed ${feeding}ly`);
  });
  return {
    url: wire.url,
    async failOver() {
      feed.blackHole();
      await pause(BEHIND_MS[trial.size]);
      await server.kill();
      feed.cutAll();
      await using session = await SqlSession.open(standby.url);
      await session.query('select pg_promote()');
      wire.switchTo(standby.url);
    },
  };
}

async function wireTo(trial: Trial, server: PostgresServer): Promise<Wire> {
  const wire = await Wire.open(server.url);
  trial.defer(() => wire[Symbol.asyncDispose]());
  return wire;
}

/** Nothing that was acknowledged is missing. */
async function fedSynchronously(trial: Trial): Promise<void> {
  const pair = await openPair(trial, 'synchronous');
  const shopping = await openShopping(trial, trial.groundAt(pair.url));
  await pair.failOver();
  await shopping.recovery();
  await shopping.shoppers.answers(100);
  await shopping.close(['unknown_outcome', 'database_unavailable', 'standby']);
}

/** What is missing is missing as a whole: the books are in order, memory is what they say, and the shop goes on. */
async function fedAsynchronously(trial: Trial): Promise<void> {
  const pair = await openPair(trial, 'asynchronous');
  const before = trial.groundAt(pair.url);
  const service = await before.service();
  const client = before.client(service.url);
  await client.stock(1_000_000, ...SKUS);
  const shoppers = new Shoppers({ name: 'before', skus: SKUS });
  const home = shoppers.shop(client, 24);
  await shoppers.answers(200);
  await pair.failOver();
  shoppers.goHome();
  await home;

  // Whoever comes now finds the same service, at work on the other server.
  const after = trial.groundAt(pair.url);
  const next = after.client(service.url);
  await until(async () => {
    const read = await next.get('/skus/a');
    if (read.status !== 200) throw new Error(`not served after the failover: ${read.text}`);
  });
  const sql = await after.sql();
  const acknowledged = { orders: shoppers.acknowledged('place'), receipts: shoppers.acknowledged('receive') };
  const [orders, receipts] = await Promise.all([
    missing(sql, 'select id from orders', acknowledged.orders),
    missing(sql, 'select reference from movements where reference is not null', acknowledged.receipts),
  ]);
  trial.note(
    `asynchronous standby ${BEHIND_MS[trial.size]} ms behind: of ${acknowledged.orders.length} orders and ${acknowledged.receipts.length} receipts acknowledged, ${orders.length} and ${receipts.length} were lost`,
  );
  // Or the standby was not behind, and this has shown nothing.
  trial.demand('I6', orders.length > 0, 'nothing was lost by a standby that was cut off');
  trial.check('I6', await unlike(next, sql, orders));

  const later = new Shoppers({ name: 'after', skus: SKUS, persistent: true });
  const laterHome = later.shop(next, 24);
  await later.answers(300);
  later.goHome();
  await laterHome;
  trial.check(['I2', 'I7'], await later.faults(next));
  await after.audit({ foreign: SKUS });
  const named = { skus: SKUS, orders: [...orders, ...later.acknowledged('place')] };
  await (await restartReadsTheSame(trial, after, service, named)).stop();
}
