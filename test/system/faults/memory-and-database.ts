/** Whether memory is what the database says: a service reads, a new one on the same database reads the same. */
import type { Service } from '../../support/service.ts';
import type { ShopClient } from '../../support/shop-client.ts';
import type { Ground, Trial } from './fault.ts';

export interface Named {
  readonly skus: readonly string[];
  readonly orders: readonly string[];
}

/** So many orders are compared; the last ones. */
const ORDERS_MAX = 1000;

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
  const before = await read(ground.client(service.url), named);
  const code = await service.stop();
  trial.demand('I6', code === 0, `the service ended with ${code} after SIGTERM\n${service.logs()}`);
  await between();
  const next = await ground.service();
  const after = await read(ground.client(next.url), named);
  const differences = [...before].flatMap(([path, text]) => {
    const now = after.get(path);
    return now === text ? [] : [`${path} was ${text} and is ${now} after a restart`];
  });
  trial.check('I6', differences);
  return next;
}

/** What is answered, by path. */
async function read(client: ShopClient, { skus, orders }: Named): Promise<Map<string, string>> {
  const paths = [...skus.map((id) => `/skus/${id}`), ...orders.slice(-ORDERS_MAX).map((id) => `/orders/${id}`)];
  const replies = await Promise.all(paths.map(async (path) => [path, await client.get(path)] as const));
  return new Map(replies.map(([path, { status, text }]) => [path, status === 200 ? text : `${status}`]));
}
