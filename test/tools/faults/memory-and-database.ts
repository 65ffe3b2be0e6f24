/** Whether memory is what the database says: a service reads, a new one on the same database reads the same. */
import type { Service } from '../../support/service.ts';
import type { ShopClient } from '../../support/shop-client.ts';
import type { SqlSession } from '../../support/sql.ts';
import type { Ground, Trial } from './fault.ts';

export interface Named {
  readonly skus: readonly string[];
  readonly orders: readonly string[];
}

/** So many orders are compared; the last ones. */
const ORDERS_MAX = { short: 200, long: 1000 };

/**
 * Reads from the owners' memory of `service`, stops it, starts another and reads again: I6. Answers the new service. Nothing may be under
 * way; pending orders that expire meanwhile would be told as differences. `between` runs while no service does.
 */
export async function restartReadsTheSame(
  trial: Trial,
  ground: Ground,
  service: Service,
  named: Named,
  between: () => Promise<void> = async () => {},
): Promise<Service> {
  const before = await read(ground.client(service.url), named, ORDERS_MAX[trial.size]);
  const code = await service.stop();
  trial.demand('I6', code === 0, `the service ended with ${code} after SIGTERM\n${service.logs()}`);
  await between();
  const next = await ground.service();
  const after = await read(ground.client(next.url), named, ORDERS_MAX[trial.size]);
  const differences = [...before].flatMap(([path, text]) => {
    const now = after.get(path);
    return now === text ? [] : [`${path} was ${text} and is ${now} after a restart`];
  });
  trial.check('I6', differences);
  return next;
}

/** What is answered, by path. */
async function read(client: ShopClient, { skus, orders }: Named, ordersMax: number): Promise<Map<string, string>> {
  const paths = [...skus.map((id) => `/skus/${id}`), ...orders.slice(-ordersMax).map((id) => `/orders/${id}`)];
  const replies = await Promise.all(paths.map(async (path) => [path, await client.get(path)] as const));
  return new Map(replies.map(([path, { status, text }]) => [path, status === 200 ? text : `${status}`]));
}

/** Which of `ids` the only column of `rows` does not have. */
export async function missing(sql: SqlSession, rows: string, ids: readonly string[]): Promise<string[]> {
  const found = await sql.query<{ id: string }>(
    `select id from unnest($1::text[]) as asked (id) where id not in (${rows})`,
    [ids],
  );
  return found.map(({ id }) => id);
}

/** What the service says otherwise than the database: SKUs, and orders that are not there. */
export async function unlike(client: ShopClient, sql: SqlSession, lost: readonly string[]): Promise<string[]> {
  const differences: string[] = [];
  for (const { id, ...stored } of await sql.query<{ id: string; version: number; reserved: number }>(
    'select id, version, reserved from skus',
  )) {
    const { version, reserved } = await client.sku(id);
    if (version !== stored.version || reserved !== stored.reserved) {
      differences.push(
        `SKU ${id} is told to be at version ${version} with ${reserved} reserved, its row at ${stored.version} with ${stored.reserved}`,
      );
    }
  }
  for (const id of lost) {
    const { status } = await client.get(`/orders/${id}`);
    if (status !== 404) differences.push(`order ${id} was lost by the database and is answered ${status}`);
  }
  return differences;
}
