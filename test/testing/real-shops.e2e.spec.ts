/** The kit on shops as they are: processes on PostgreSQL, reached over HTTP, and killed. */
import { describe, expect, inject, it } from 'vitest';
import { checkShop, httpAdapter, ShopBroken } from '../../src/testing/index.ts';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { naiveProcesses } from '../tools/demo/shops.ts';
import { placeAndCancel, serviceShop } from './shops/http-shop.ts';

/** Under a machine that does ten other things. */
const PATIENT = { timeLimitMs: 90_000, callLimitMs: 60_000, seed: 1 };
const TIMEOUT_MS = 400_000;

describe('a shop that reads, checks and writes in statements of their own', () => {
  it(
    'is found out over HTTP',
    async () => {
      await using ends = new AsyncDisposableStack();
      const start = await naiveProcesses(inject('postgres').serverUrl, ends);
      const url = await start();
      // It is not meant to count a cancel in its sales.
      const { productSales: _, ...shop } = placeAndCancel(() => url);
      const broken: unknown = await checkShop(httpAdapter({ ...shop, url }), { ...PATIENT, linesMax: 1 }).catch(
        (e: unknown) => e,
      );
      expect(broken).toBeInstanceOf(ShopBroken);
      expect(['cancel_restores_once', 'never_oversold', 'nothing_leaks']).toContain((broken as ShopBroken).law);
      expect((broken as ShopBroken).calls.join('\n')).toContain('Promise.all');
      await checkShop(httpAdapter({ ...shop, url }), { ...PATIENT, linesMax: 1, clients: 1, runs: 20 });
    },
    TIMEOUT_MS,
  );
});

describe('the service', () => {
  it(
    'keeps the laws over HTTP, also when it is killed in between',
    async () => {
      const database = await freshDatabase();
      const start = () => startService({ DATABASE_URL: database.url, LOG_LEVEL: 'error' });
      let service = await start();
      try {
        const restart = async () => {
          await service.kill();
          service = await start();
          await service.ready;
        };
        const shop = httpAdapter(serviceShop(() => service.url, restart));
        const report = await checkShop(shop, { ...PATIENT, runs: 10, retries: 'all', callLimitMs: 20_000 });
        expect(report.restarts).toBeGreaterThan(0);
        expect(report.placed).toBeGreaterThan(0);
      } finally {
        await service.kill();
        await database.drop();
      }
    },
    TIMEOUT_MS,
  );
});
