/**
 * Another database under the running service. Dropped and made anew it is another one: the service and its standby stop, make no tables, and never
 * answer that there is nothing. An older state of it is the same one: memory is thrown away, and is what the database says.
 */
import { administer } from '../../support/postgres.ts';
import type { Service } from '../../support/service.ts';
import { Shoppers } from '../../support/shoppers.ts';
import { SqlSession } from '../../support/sql.ts';
import { until } from '../../support/until.ts';
import type { Fault, Trial } from './fault.ts';
import { missing, restartReadsTheSame, unlike } from './memory-and-database.ts';

const SKUS = ['a', 'b', 'c', 'd'];
const SHOPPERS = 16;

export const fault: Fault = {
  row: 26,
  title: 'another database under the running service',
  obstacle: async () => null,
  async run(trial) {
    const rounds = trial.rounds(1, 6);
    for (let round = 0; round < rounds; round++) {
      await dropped(trial);
      await olderState(trial);
      trial.progress(`dropped, and set back, ${round + 1} of ${rounds} times`);
    }
  },
};

/** Of a database: where the server is administered, and its name. */
function placeOf(url: string) {
  const server = new URL(url);
  const name = server.pathname.slice(1);
  server.pathname = '/postgres';
  return { server: server.href, name };
}

async function dropped(trial: Trial): Promise<void> {
  const ground = await trial.ground();
  const { server, name } = placeOf(ground.url);
  const service = await ground.service();
  const standby = await ground.service();
  const client = ground.client(service.url);
  await client.stock(1_000_000, ...SKUS);
  const shoppers = new Shoppers({ name: 'o', skus: SKUS });
  const home = shoppers.shop(client, SHOPPERS);
  await shoppers.answers(100);
  const reading = ground.client(service.url);
  const statuses = new Set<number>();
  const read = async () => {
    while (isRunning(service.pid)) {
      // `b` from memory; one that was never read, too, would be 404 rightly.
      const { status } = await reading.get('/skus/b').catch(() => ({ status: 0 }));
      statuses.add(status);
    }
  };
  await administer(server, `drop database "${name}" with (force)`);
  const readers = Promise.all([read(), read()]);
  await administer(server, `create database "${name}" template template0`);
  for (const [who, process] of [
    ['owner', service],
    ['standby', standby],
  ] as const) {
    await ended(trial, who, process);
  }
  shoppers.goHome();
  await Promise.all([home, readers]);
  trial.demand('I7', !statuses.has(404), `a SKU that existed was answered 404 (${[...statuses].join(', ')})`);
  await using sql = await SqlSession.open(ground.url);
  const tables = await sql.value<number>(`select count(*)::int from pg_tables where schemaname = 'public'`);
  trial.demand('I3', tables === 0, `${tables} tables were made in the database that took the place`);
}

/** Nobody is connected to the database meanwhile, nor afterwards until that is allowed again. */
async function alone(server: string, name: string, work: () => Promise<void>): Promise<void> {
  await administer(server, `alter database "${name}" allow_connections false`);
  await administer(server, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
  await until(work);
}

/** By itself, with 1, saying what is wrong and what to do. */
async function ended(trial: Trial, who: string, service: Service): Promise<void> {
  await until(() => {
    if (isRunning(service.pid))
      throw new Error(`the ${who} goes on with another database:\n${service.logs().slice(-3000)}`);
  });
  const code = await service.stop();
  trial.demand('I7', code === 1, `the ${who} ended with ${code}`);
  for (const words of ['DatabaseLost', 'the database is empty', 'restore the backup', 'start again']) {
    trial.demand('I7', service.logs().includes(words), `the ${who} does not say "${words}"`);
  }
}

async function olderState(trial: Trial): Promise<void> {
  const ground = await trial.ground();
  const { server, name } = placeOf(ground.url);
  const older = `${name}_older`;
  trial.defer(() => administer(server, `drop database if exists "${older}" with (force)`));
  const service = await ground.service();
  const client = ground.client(service.url);
  await client.stock(1_000_000, ...SKUS);
  await alone(server, name, () => administer(server, `create database "${older}" template "${name}"`));
  await administer(server, `alter database "${name}" allow_connections true`);
  const shoppers = new Shoppers({ name: 'before', skus: SKUS, persistent: true });
  const home = shoppers.shop(client, SHOPPERS);
  await shoppers.answers(200);
  shoppers.goHome();
  await home;

  await alone(server, name, () => administer(server, `alter database "${name}" rename to "${name}_gone"`));
  trial.defer(() => administer(server, `drop database if exists "${name}_gone" with (force)`));
  await administer(server, `alter database "${older}" rename to "${name}"`);

  const after = trial.groundAt(ground.url);
  const next = after.client(service.url);
  await until(async () => {
    const reply = await next.get('/skus/a');
    if (reply.status !== 200) throw new Error(`not served from the older state: ${reply.text}`);
  });
  const sql = await after.sql();
  const lost = await missing(sql, 'select id from orders', shoppers.acknowledged('place'));
  // Or it was not older, and this has shown nothing.
  trial.demand('I6', lost.length > 0, 'nothing was lost by an older state');
  trial.check('I6', await unlike(next, sql, lost));
  const later = new Shoppers({ name: 'after', skus: SKUS, persistent: true });
  const laterHome = later.shop(next, SHOPPERS);
  await later.answers(200);
  later.goHome();
  await laterHome;
  trial.check(['I2', 'I7'], await later.faults(next));
  await after.audit({ foreign: SKUS });
  const named = { skus: SKUS, orders: [...lost, ...later.acknowledged('place')] };
  await (await restartReadsTheSame(trial, after, service, named)).stop();
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
