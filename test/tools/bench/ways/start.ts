/** Starts a way in a process of its own, on a database of its own, and knows how to load it, how to look at its stock, and what it takes of the machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../../../src/db/open.ts';
import { copyEmbedded } from '../../../support/embedded.ts';
import type { PostgresServer } from '../../../support/postgres-server.ts';
import { type Service, type ServiceEnv, type ServiceOptions, startService } from '../../../support/service.ts';
import type { Checked, LoadOptions, LoadResult, RunningWay, StockedSku, WayName } from '../way.ts';
import { cpuSecondsOf, cpuSecondsOfTree } from './cpu.ts';
import { checkStock, type OwnDatabase, ownDatabase, queryOf } from './database.ts';
import { startRedis } from './redis-server.ts';
import { redisStock } from './redis-stock.ts';
import { CURRENCY, PRICE } from './serve.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const LOAD = here('../load/main.ts');

/**
 * Rows are found by their keys, in the order in which they are named. On tables without statistics other plans look cheaper, and read all of a table
 * for each order; the service switches them off for its commits, so the other ways get the same.
 */
const PLANS = ['seqscan', 'hashjoin', 'mergejoin', 'bitmapscan'].map((plan) => `-c enable_${plan}=off`).join(' ');

export interface StartOptions {
  /** Flags of Node for the process of the way, e.g. `--cpu-prof`. */
  readonly nodeFlags?: readonly string[];
}

/** Starts one. Rejects when it does not come up, and leaves nothing running then; a reason when this machine cannot run it. */
export async function startWay(
  name: WayName,
  postgres: PostgresServer,
  { nodeFlags = [] }: StartOptions = {},
): Promise<RunningWay | { readonly notMeasured: string }> {
  switch (name) {
    case 'bare':
    case 'ceiling':
      return ofNothing(name, await startService({}, { main: here(`${name}.ts`), nodeFlags }));
    case 'redis':
      return startRedisWay(nodeFlags);
    case 'stock_keeper_pglite':
      return startPglite(nodeFlags);
    case 'stock_keeper_in_process': {
      const database = await ownDatabase(`bench_${name}`, postgres);
      return onPostgres(name, database, postgres, null, batchesOf(database));
    }
    case 'stock_keeper_plugin': {
      const database = await ownDatabase(`bench_${name}`, postgres);
      const options = { main: here('stock-keeper-plugin.ts'), nodeFlags };
      const service = await startOrClose({ DATABASE_URL: database.url }, options, () => database.close());
      return onPostgres(name, database, postgres, service, batchesOf(database));
    }
    case 'stock_keeper': {
      const database = await ownDatabase(`bench_${name}`, postgres);
      return (await startStockKeeper(database, postgres, nodeFlags)).way;
    }
    default: {
      const database = await ownDatabase(`bench_${name}`, postgres);
      if (name === 'naive') await withoutKey(database);
      const main = here(`${name.replaceAll('_', '-')}.ts`);
      const env = { DATABASE_URL: database.url, PGOPTIONS: PLANS };
      const service = await startOrClose(env, { main, nodeFlags }, () => database.close());
      return onPostgres(name, database, postgres, service, async () => null);
    }
  }
}

/** The service itself, on a database that may have grown. */
export async function startStockKeeper(
  database: OwnDatabase,
  postgres: PostgresServer,
  nodeFlags: readonly string[] = [],
): Promise<{ readonly way: RunningWay; readonly pid: number }> {
  const service = await startOrClose({ DATABASE_URL: database.url }, { nodeFlags }, () => database.close());
  return { way: onPostgres('stock_keeper', database, postgres, service, batchesOf(database)), pid: service.pid };
}

/** Starts the process of a way. When it does not come up, what was opened for it is closed. */
async function startOrClose(
  env: ServiceEnv,
  options: ServiceOptions,
  close: () => void | Promise<void>,
): Promise<Service> {
  try {
    return await startService(env, options);
  } catch (error) {
    await close();
    throw error;
  }
}

/** A shop that works out versions in its own memory writes some twice: where the key would stop it, it has an index of the same columns. */
async function withoutKey(database: OwnDatabase): Promise<void> {
  await database.query('alter table movements drop constraint movements_pkey', []);
  await database.query('create index movements_naive on movements (sku_id, version)', []);
}

const batchesOf = (database: OwnDatabase) => async (): Promise<number | null> => {
  const [row] = await database.query<{ batches: number }>(
    'select coalesce(sum(batch), 0)::int as batches from epochs',
    [],
  );
  return row?.batches ?? null;
};

function onPostgres(
  name: WayName,
  database: OwnDatabase,
  postgres: PostgresServer,
  service: Service | null,
  batches: RunningWay['batches'],
): RunningWay {
  return {
    name,
    url: service?.url ?? null,
    load: (options, onMeasured) =>
      service === null
        ? runProcess(here('in-process.ts'), '', options, onMeasured, { DATABASE_URL: database.url })
        : runProcess(LOAD, service.url, options, onMeasured),
    createSkus: (skus) => database.createSkus(skus),
    check: (prefix, result) => checkStock(name, database.query, prefix, result),
    batches,
    cpuSeconds: async () => ({
      service: service === null ? null : cpuSecondsOf(service.pid),
      database: cpuSecondsOfTree(postgres.pid),
    }),
    async stop() {
      const code = (await service?.stop()) ?? 0;
      await database.close();
      return code === 0 ? [] : [`${name} ended with ${code} after SIGTERM`];
    },
  };
}

const RIGHT: Checked = { faults: [], oversold: 0, restoredTwice: 0, lostUpdates: 0 };

function ofNothing(name: WayName, service: Service): RunningWay {
  return {
    name,
    url: service.url,
    load: (options, onMeasured) => runProcess(LOAD, service.url, options, onMeasured),
    createSkus: async () => {},
    check: async () => RIGHT,
    batches: async () => null,
    cpuSeconds: async () => ({ service: cpuSecondsOf(service.pid), database: null }),
    stop: async () => {
      await service.stop();
      return [];
    },
  };
}

async function startRedisWay(nodeFlags: readonly string[]): Promise<RunningWay | { readonly notMeasured: string }> {
  const server = await startRedis();
  if (server === null) return { notMeasured: 'there is no redis-server on this machine' };
  const options = { main: here('redis.ts'), nodeFlags };
  const service = await startOrClose({ REDIS_URL: server.url }, options, () => server.stop());
  const stock = await redisStock(server.url);
  return {
    name: 'redis',
    url: service.url,
    load: (options, onMeasured) => runProcess(LOAD, service.url, options, onMeasured),
    createSkus: (skus) => stock.createSkus(skus),
    check: (prefix, result) => stock.check(prefix, result),
    batches: async () => null,
    cpuSeconds: async () => ({ service: cpuSecondsOf(service.pid), database: cpuSecondsOf(server.pid) }),
    async stop() {
      await service.stop();
      await stock.close();
      await server.stop();
      return [];
    },
  };
}

/** The folder is the service's alone while it runs: its stock is looked at when it has ended. */
async function startPglite(nodeFlags: readonly string[]): Promise<RunningWay> {
  const name = 'stock_keeper_pglite';
  const dataDir = mkdtempSync(path.join(tmpdir(), 'stock-keeper-bench-'));
  const remove = () => rmSync(dataDir, { recursive: true, force: true });
  await copyEmbedded(dataDir);
  const service = await startOrClose({ DATA_DIR: dataDir, DATABASE_URL: undefined }, { nodeFlags }, remove);
  const loads: { readonly prefix: string; readonly result: LoadResult }[] = [];
  return {
    name,
    url: service.url,
    load: (options, onMeasured) => runProcess(LOAD, service.url, options, onMeasured),
    createSkus: (skus) => createOverHttp(service.url, skus),
    check: async (prefix, result) => {
      loads.push({ prefix, result });
      return RIGHT;
    },
    batches: async () => null,
    cpuSeconds: async () => ({ service: cpuSecondsOf(service.pid), database: null }),
    async stop() {
      const code = await service.stop();
      const database = await openDatabase({ dataDir });
      const query = queryOf(database);
      const faults = code === 0 ? [] : [`${name} ended with ${code} after SIGTERM`];
      for (const { prefix, result } of loads) faults.push(...(await checkStock(name, query, prefix, result)).faults);
      await database.close();
      remove();
      return faults;
    },
  };
}

async function createOverHttp(url: string, skus: readonly StockedSku[]): Promise<void> {
  const waiting = [...skus];
  const create = async (): Promise<void> => {
    for (let sku = waiting.pop(); sku !== undefined; sku = waiting.pop()) {
      const body = JSON.stringify({ ...sku, name: sku.id, price: PRICE, currency: CURRENCY });
      const headers = { 'content-type': 'application/json' };
      const created = await fetch(`${url}/skus`, { method: 'POST', headers, body });
      if (created.status !== 201) throw new Error(`POST /skus: ${created.status} ${await created.text()}`);
      await created.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: 64 }, create));
}

/** Runs a load in a process of its own. Rejects with what it said on stderr when it fails. */
async function runProcess(
  script: string,
  url: string,
  options: LoadOptions,
  onMeasured: () => void,
  env: NodeJS.ProcessEnv = {},
): Promise<LoadResult> {
  const child = spawn(process.execPath, [script, url, JSON.stringify(options)], { env: { ...process.env, ...env } });
  const ended = once(child, 'close');
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'measuring') onMeasured();
    else last = line;
  }
  const [code, signal] = await ended;
  if (code !== 0)
    throw new Error(`the load ended with ${signal ?? `exit code ${code}`}: ${complaint || 'it said nothing'}`);
  return JSON.parse(last) as LoadResult;
}
