/** The SKUs of the way on Redis: made in bulk, and looked at when a load is over. */
import { createClient } from '@redis/client';
import type { Checked, LoadResult, StockedSku } from '../way.ts';

/** A session to look into it; the way itself has its own. */
export async function redisStock(url: string) {
  const client = createClient({ url });
  await client.connect();
  const skuIds: string[] = [];

  return {
    async createSkus(skus: readonly StockedSku[]): Promise<void> {
      for (const { id } of skus) skuIds.push(id);
      await Promise.all(
        skus.flatMap(({ id, onHand }) => [
          client.hSet(`sku:${id}`, { on_hand: onHand, reserved: 0, sales: 0, version: 1 }),
          client.rPush(`movements:${id}`, `1 received ${onHand} 0 0`),
        ]),
      );
    },
    async check(prefix: string, { placed, cancelled }: LoadResult): Promise<Checked> {
      const ids = skuIds.filter((id) => id.startsWith(prefix));
      const skus = await Promise.all(ids.map((id) => client.hGetAll(`sku:${id}`)));
      const movements = await Promise.all(ids.map((id) => client.lLen(`movements:${id}`)));
      const sum = (field: string) => skus.reduce((total, sku) => total + Number(sku[field]), 0);
      const standing = placed.units - cancelled.units;
      const oversold = skus.reduce(
        (over, sku) => over + Math.max(0, Number(sku['reserved']) - Number(sku['on_hand'])),
        0,
      );
      const figures = {
        reserved: [sum('reserved'), standing],
        sales: [sum('sales'), standing],
        'SKUs with gaps in their ledger': [skus.filter((sku, i) => Number(sku['version']) !== movements[i]).length, 0],
        oversold: [oversold, 0],
      };
      const faults = Object.entries(figures).flatMap(([figure, [is, value]]) =>
        is === value ? [] : [`redis, ${prefix}: ${figure} is ${is}, and was answered as ${value}`],
      );
      return { faults, oversold, restoredTwice: 0, lostUpdates: 0 };
    },
    close: () => client.close(),
  };
}
