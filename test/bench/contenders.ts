/** The three contenders, each a process of its own on its own database, and what their stock must be when the load is over. */
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { openDatabase } from '../../src/db/open.ts';
import { administer, databaseUrl } from '../support/postgres.ts';
import type { PostgresServer } from '../support/postgres-server.ts';
import { startService } from '../support/service.ts';
import { CURRENCY, PRICE } from './placement.ts';

export const CONTENDERS = ['empty_route', 'row_lock', 'stock_keeper'] as const;
export type ContenderName = (typeof CONTENDERS)[number];

export interface Contender {
  readonly name: ContenderName;
  readonly url: string;
  /** Makes a SKU with more stock than can be sold. */
  createSku(skuId: string): Promise<void>;
  /** Sentences on what is wrong when `placed` orders of one unit were answered 201; none when the database says the same. */
  check(skuId: string, placed: number): Promise<string[]>;
  /** Batches committed so far; `null` where there are none. */
  batches(): Promise<number | null>;
  stop(): Promise<void>;
}

const ON_HAND = 2_000_000_000;

/** Starts one contender. Rejects when it does not come up; nothing is left running then. */
export async function startContender(name: ContenderName, postgres: PostgresServer): Promise<Contender> {
  switch (name) {
    case 'empty_route': {
      const server = await startService({}, { main: fileURLToPath(new URL('empty-route.ts', import.meta.url)) });
      return {
        name,
        url: server.url,
        createSku: async () => {},
        check: async () => [],
        batches: async () => null,
        stop: () => server.kill(),
      };
    }
    case 'row_lock': {
      const database = await ownDatabase(name, postgres);
      const main = fileURLToPath(new URL('row-lock.ts', import.meta.url));
      const server = await startService({ DATABASE_URL: database.url }, { main });
      return {
        name,
        url: server.url,
        createSku: (skuId) => database.insertSku(skuId),
        check: (skuId, placed) => database.check(skuId, placed),
        batches: async () => null,
        async stop() {
          await server.kill();
          await database.close();
        },
      };
    }
    case 'stock_keeper': {
      const database = await ownDatabase(name, postgres);
      const service = await startService({ DATABASE_URL: database.url });
      return {
        name,
        url: service.url,
        createSku: (skuId) => createOverHttp(service.url, skuId),
        check: (skuId, placed) => database.check(skuId, placed),
        batches: () => database.batches(),
        async stop() {
          const code = await service.stop();
          await database.close();
          if (code !== 0) throw new Error(`the service ended with ${code} after SIGTERM`);
        },
      };
    }
    default:
      return name satisfies never;
  }
}

async function createOverHttp(url: string, id: string): Promise<void> {
  const body = JSON.stringify({ id, name: id, price: PRICE, currency: CURRENCY, onHand: ON_HAND });
  const created = await fetch(`${url}/skus`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (created.status !== 201) throw new Error(`POST /skus: ${created.status} ${await created.text()}`);
}

/** A database with the tables of the service, and a session to look into it. */
async function ownDatabase(name: string, postgres: PostgresServer) {
  await administer(postgres.url, `create database ${name}`);
  const url = databaseUrl(postgres.url, name);
  await (await openDatabase({ url })).close();
  const client = new pg.Client({ connectionString: url });
  await client.connect();

  async function insertSku(skuId: string): Promise<void> {
    await client.query(
      `insert into skus (id, name, price, currency, on_hand, reserved, sales, safety_stock, backorder_limit, version, created_at, updated_at)
       values ($1, $1, ${PRICE}, '${CURRENCY}', ${ON_HAND}, 0, 0, 0, 0, 1, now(), now())`,
      [skuId],
    );
    await client.query(
      `insert into movements (sku_id, version, kind, quantity, on_hand, reserved, sales, at)
       values ($1, 1, 'received', ${ON_HAND}, ${ON_HAND}, 0, 0, now())`,
      [skuId],
    );
  }

  async function check(skuId: string, placed: number): Promise<string[]> {
    const { rows } = await client.query<Record<string, string | number>>(
      `select s.on_hand, s.reserved, s.sales, s.version,
         (select count(*)::int from movements where sku_id = s.id) as movements,
         (select max(version) from movements where sku_id = s.id) as last_movement,
         (select sum(quantity)::int from order_lines l join orders o on o.id = l.order_id where sku_id = s.id) as units
       from skus s where s.id = $1`,
      [skuId],
    );
    const expected = {
      on_hand: ON_HAND,
      reserved: placed,
      sales: placed,
      version: placed + 1,
      movements: placed + 1,
      last_movement: placed + 1,
      units: placed,
    };
    return Object.entries(expected).flatMap(([figure, value]) =>
      rows[0]?.[figure] === value
        ? []
        : [`${name}, SKU ${skuId}: ${figure} is ${String(rows[0]?.[figure])} and not ${value}`],
    );
  }

  async function batches(): Promise<number> {
    const { rows } = await client.query<{ batches: number }>(
      'select coalesce(sum(batch), 0)::int as batches from epochs',
    );
    return rows[0]?.batches ?? 0;
  }

  return { url, insertSku, check, batches, close: () => client.end() };
}
