/** The two shops, each on a database of its own, and the two client processes that ask each of them. They end with the stack that is handed in. */
import { fileURLToPath } from 'node:url';
import { administer, cloneDatabase } from '../../support/postgres.ts';
import { startService } from '../../support/service.ts';
import { ShopClient } from '../../support/shop-client.ts';
import { Asker } from '../../system/askers.ts';
import type { Players } from './play.ts';

const NAIVE = fileURLToPath(new URL('naive-shop.ts', import.meta.url));

const TABLES = `
  create table products (id text primary key, sales int not null);
  create table skus (id text primary key, product_id text references products, stock int not null);
  create table orders (id text primary key, status text not null, lines json not null);
  create table carts (id text primary key, lines json not null);`;

/** Two processes of the naive shop on one database, as behind a load balancer: each client asks one of them. */
export async function startNaiveShop(serverUrl: string, ends: AsyncDisposableStack): Promise<Players> {
  const start = await naiveProcesses(serverUrl, ends);
  return players(await start(), await start(), ends);
}

/** What starts a process of the naive shop on a database that all of them share, and resolves with its address. */
export async function naiveProcesses(serverUrl: string, ends: AsyncDisposableStack): Promise<() => Promise<string>> {
  const url = await ownDatabase(serverUrl, ends);
  await administer(url, TABLES);
  return async () => ends.use(await startService({ DATABASE_URL: url }, { main: NAIVE })).url;
}

/** Stock Keeper: one process owns its database, so both clients ask that. */
export async function startKeeper(serverUrl: string, ends: AsyncDisposableStack): Promise<Players> {
  const DATABASE_URL = await ownDatabase(serverUrl, ends);
  const service = await startService({ DATABASE_URL, LOG_LEVEL: 'error' });
  const { url } = ends.use(service);
  return players(url, url, ends);
}

/** An empty one. */
async function ownDatabase(serverUrl: string, ends: AsyncDisposableStack): Promise<string> {
  const { url, drop } = await cloneDatabase({ serverUrl, template: 'template0' });
  ends.defer(drop);
  return url;
}

async function players(one: string, other: string, ends: AsyncDisposableStack): Promise<Players> {
  return {
    client: ends.use(new ShopClient(one, 8)),
    askers: [ends.use(await Asker.start(one)), ends.use(await Asker.start(other))],
  };
}
