/** A start that is killed while it makes the schema, again and again; a schema of a newer build. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceEnv } from '../../support/service.ts';
import { startService } from '../../support/service.ts';
import { ShopClient } from '../../support/shop-client.ts';
import type { SqlSession } from '../../support/sql.ts';
import { until } from '../../support/until.ts';
import type { Fault, Trial } from './fault.ts';

/** What each statement of a migration takes longer by, so that there is a midst of it to be killed in. */
const SLOWED_MS = 20;

export const fault: Fault = {
  row: 20,
  title: 'interrupted migration; newer schema',
  obstacle: async () => null,
  async run(trial) {
    await killedWhileMigrating(trial);
    await killedInTheFolder(trial);
    await newerSchema(trial);
  },
};

async function killedWhileMigrating(trial: Trial): Promise<void> {
  const ground = await trial.ground();
  const sql = await ground.sql();
  const whole = await schemaOf(sql);
  await sql.query('drop schema public cascade');
  await sql.query('create schema public');
  // Outside of the schema that is looked at.
  await sql.query('create schema slow');
  await sql.query(
    `create function slow.down() returns event_trigger language plpgsql as $$ begin perform pg_sleep(${SLOWED_MS / 1000}); end $$`,
  );
  await sql.query('create event trigger slow on ddl_command_end execute function slow.down()');
  const migrating = `select count(*)::int from pg_stat_activity
    where datname = current_database() and application_name = 'stock-keeper' and query ilike 'create %'`;
  const rounds = trial.rounds(2, 30);
  let halfWay = 0;
  for (let round = 0; round < rounds; round++) {
    const end = await startAndKill(ground.env, async () => {
      await until(async () => {
        if ((await sql.value<number>(migrating)) === 0) throw new Error('it does not begin to migrate');
      });
      await pause(Math.random() * SLOWED_MS * 12);
    });
    // The server notices that nobody listens any more once the statement has ended.
    await until(async () => {
      if ((await sql.value<number>(migrating)) > 0) throw new Error('the session of the killed process is there still');
    });
    const left = await schemaOf(sql);
    if (isEmpty(left)) halfWay++;
    trial.demand('I1', isEmpty(left) || left === whole, `round ${round}: half a schema was left: ${left}`);
    trial.progress(`migration killed ${round + 1} of ${rounds} times, ${end}`);
    if (left === whole && round < rounds - 1) await sql.query('drop schema public cascade; create schema public');
  }
  trial.demand('I1', halfWay > 0, 'no kill came in the midst of a migration');
  await sql.query('drop event trigger slow');
  await sql.query('drop schema slow cascade');
  const service = await ground.service();
  const client = ground.client(service.url);
  await client.stock(3, 'a');
  trial.demand('I1', (await schemaOf(sql)) === whole, 'the schema is another one after all that');
  trial.demand(
    'I1',
    (await sql.value('select count(*)::int from mikro_orm_migrations')) ===
      (await sql.value('select count(distinct name)::int from mikro_orm_migrations')),
    'a migration is listed twice',
  );
  await service.stop();
  await ground.audit();
  trial.note(`${halfWay} of ${rounds} kills came in the midst of a migration`);
}

/** The embedded database is made in the process itself: first the folder, then the schema in it. */
async function killedInTheFolder(trial: Trial): Promise<void> {
  const above = mkdtempSync(path.join(tmpdir(), 'stock-keeper-unfolding-'));
  trial.defer(() => rmSync(above, { recursive: true, force: true }));
  const rounds = trial.rounds(1, 20);
  for (let round = 0; round < rounds; round++) {
    const env = { DATA_DIR: path.join(above, `data-${round}`), LOG_LEVEL: 'warn' };
    // From before the folder is there until about when it is whole.
    const afterMs = 200 + Math.random() * 3000;
    const end = await startAndKill(env, () => pause(afterMs));
    const service = await startService(env);
    await using client = new ShopClient(service.url);
    await client.stock(3, 'a');
    trial.demand(
      'I1',
      (await client.sku('a')).available === 3,
      `round ${round}: the folder does not serve after a kill`,
    );
    trial.demand('I1', (await service.stop()) === 0, `round ${round}: it did not end with 0`);
    trial.progress(`embedded database killed after ${Math.round(afterMs)} ms of its first start, ${end}`);
  }
}

async function newerSchema(trial: Trial): Promise<void> {
  const ground = await trial.ground();
  const sql = await ground.sql();
  await sql.query(`insert into mikro_orm_migrations (name) values ('999_of_a_newer_build')`);
  await sql.query(`alter table skus add column newer int`);
  const before = await schemaOf(sql);
  const words = await startService(ground.env).then(
    async (service) => {
      await service.kill();
      return 'it started';
    },
    (error: unknown) => String(error),
  );
  for (const expected of ['exit code 1', 'Stock Keeper does not start', '999_of_a_newer_build', 'newer']) {
    trial.demand('I1', words.includes(expected), `a newer schema: "${expected}" is not in: ${words}`);
  }
  trial.demand('I1', (await schemaOf(sql)) === before, 'a newer schema was changed');
}

/** Starts it, and kills it `when` that resolves. Answers whether it had become ready before, in words. */
async function startAndKill(env: ServiceEnv, when: () => Promise<void>): Promise<string> {
  const killing = new AbortController();
  const started = startService(env, { signal: killing.signal }).then(
    async (service) => {
      await service.kill();
      return 'ready before';
    },
    () => 'not ready',
  );
  await when();
  killing.abort();
  return started;
}

/** Columns, constraints and indexes, a line each. */
async function schemaOf(sql: SqlSession): Promise<string> {
  return sql.value(
    `select coalesce(string_agg(line, e'\n' order by line), '') from (
       select format('%s column %s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) as line
         from information_schema.columns where table_schema = 'public'
       union all select format('%s constraint %s', c.conrelid::regclass, pg_get_constraintdef(c.oid))
         from pg_constraint c join pg_namespace n on n.oid = c.connamespace where n.nspname = 'public'
       union all select format('%s index %s', tablename, indexdef) from pg_indexes where schemaname = 'public') lines`,
  );
}

/** The migrator's own list is made ahead of the migration. */
const isEmpty = (schema: string): boolean =>
  schema.split('\n').every((line) => line === '' || line.startsWith('mikro_orm_migrations '));
