/** Shops that are right: the kit has nothing to say against them, whatever the seed. */
import { describe, expect, it } from 'vitest';
import { buildServer } from '../../src/http/server.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { OrderAsked } from '../../src/testing/index.ts';
import { checkShop, httpAdapter, type ShopAdapter } from '../../src/testing/index.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { serviceShop } from './shops/http-shop.ts';
import { KeeperShop } from './shops/keeper-shop.ts';
import { Locked } from './shops/locked.ts';
import { SEEDS } from './shops/planted.ts';
import { Shop } from './shops/shop.ts';

/** Far more than is needed on a machine that has nothing else to do. */
const PATIENT = { timeLimitMs: 120_000, callLimitMs: 60_000 };
/** Histories of each seed. */
const RUNS = 15;
const RUNS_OVER_HTTP = 6;

/** Locked, under order ids of its own. */
class OwnIds extends Locked {
  #orders = 0;

  override async place(order: OrderAsked) {
    const orderId = `own-${++this.#orders}`;
    const said = await super.place({ ...order, orderId });
    return said === 'refused' ? said : { orderId };
  }
}

describe('a shop that is right', () => {
  it.each<[string, () => ShopAdapter, 'steps' | 'all']>([
    ['has a lock around all', () => new Locked(), 'all'],
    ['has one, and gives its orders ids of its own', () => new OwnIds(), 'steps'],
    ['has statements that are right each', () => new Shop(), 'steps'],
    ['is the keeper', () => new KeeperShop(), 'all'],
  ])('%s: it passes with 20 seeds', async (_, open, retries) => {
    for (const seed of SEEDS) {
      const { placed, cancelledTwice } = await checkShop(open(), { ...PATIENT, seed, retries, runs: RUNS });
      expect(placed).toBeGreaterThan(RUNS);
      expect(cancelledTwice).toBeGreaterThan(0);
    }
  });

  it('is driven through all that it knows', async () => {
    const { answers, seed, runs } = await checkShop(new Locked(), { ...PATIENT, seed: 7, runs: 250 });
    expect({ seed, runs }).toEqual({ seed: 7, runs: 250 });
    const done = ['place', 'cancel', 'confirm', 'expire', 'ship', 'return', 'restart'].map((kind) => `${kind} done`);
    expect(Object.keys(answers)).toEqual(expect.arrayContaining([...done, 'place refused', 'return refused']));
    // What a crash cut off.
    expect(Object.keys(answers).join()).toContain('unknown');
  });

  it('is the service, over HTTP: it passes with 20 seeds', async () => {
    const store = new MemoryStore();
    const keeper = new Keeper({ store, lists: store });
    const server = await buildServer({ keeper, logger: false });
    try {
      const url = await server.listen({ host: '127.0.0.1', port: 0 });
      const shop = httpAdapter(serviceShop(() => url));
      for (const seed of SEEDS) {
        const report = await checkShop(shop, { ...PATIENT, seed, runs: RUNS_OVER_HTTP, retries: 'all', atOnce: 4 });
        expect(report.placed).toBeGreaterThan(RUNS_OVER_HTTP);
      }
    } finally {
      await server.close();
      await keeper.close();
    }
  });
});
