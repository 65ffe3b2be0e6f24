/** Each way is what it says: those that are correct end a crowd with the right stock, the naive one does not, and the look at the stock sees what is wrong. */
import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { databaseUrl } from '../../../support/postgres.ts';
import { type PostgresServer, startPostgres } from '../../../support/postgres-server.ts';
import { codeOf, orderIn, problemIn } from '../../../support/shop-client.ts';
import { SqlSession } from '../../../support/sql.ts';
import { until } from '../../../support/until.ts';
import type { LoadResult, RunningWay, WayName } from '../way.ts';
import { Crowd, NOTHING_TOLD } from './crowd.ts';
import { startRedis } from './redis-server.ts';
import { redisStock } from './redis-stock.ts';
import { startWay } from './start.ts';

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** `null` where this machine cannot run it. */
async function started(name: WayName): Promise<RunningWay | null> {
  const way = await startWay(name, postgres);
  return 'notMeasured' in way ? null : way;
}

/** The same, ended with the test. */
async function running(name: WayName): Promise<RunningWay | null> {
  const way = await started(name);
  onTestFinished(async () => {
    await way?.stop();
  });
  return way;
}

const CORRECT = [
  'pessimistic',
  'optimistic',
  'conditional',
  'queue',
  'unit_of_work',
  'redis',
  'stock_keeper',
  'stock_keeper_plugin',
] as const;
const UNITS = 8;
const SHOPPERS = 24;

describe.each(CORRECT)('a crowd at the way %s', (name) => {
  let way: RunningWay | null = null;
  beforeAll(async () => {
    way = await started(name);
  });
  afterAll(async () => {
    expect((await way?.stop()) ?? []).toEqual([]);
  });

  it('buys what there is and no more, and what it cancels twice comes back once', async () => {
    if (way === null) return;
    await way.createSkus([{ id: 'last-0', onHand: UNITS }]);
    await using crowd = new Crowd(way.url ?? '', SHOPPERS);

    const bought = await crowd.place(SHOPPERS, { 'last-0': 1 });
    expect(crowd.told.answers).toEqual({ 'place 201': UNITS, 'place 409': SHOPPERS - UNITS });
    const refused = bought.find(({ status }) => status === 409);
    expect(refused && codeOf(refused)).toBe('insufficient_stock');
    expect(refused && problemIn(refused).shortages).toMatchObject([{ skuId: 'last-0', requested: 1, available: 0 }]);
    expect((await way.check('last-', crowd.told)).faults).toEqual([]);

    const half = crowd.standing().slice(0, UNITS / 2);
    const cancelled = await crowd.cancelTwice(half);
    expect(cancelled.map(({ status }) => status)).toEqual(half.flatMap(() => [200, 200]));
    for (const reply of cancelled) expect(orderIn(reply)).toMatchObject({ status: 'cancelled', totalCount: 1 });
    // Asked again at another time, or the time in the answer would tell nothing.
    const at = Date.now();
    await until(() => expect(Date.now()).toBeGreaterThan(at));
    const again = await crowd.cancelTwice(half);
    expect(again.map(({ text }) => text)).toEqual(cancelled.map(({ text }) => text));
    expect(await way.check('last-', crowd.told)).toEqual({ faults: [], oversold: 0, restoredTwice: 0, lostUpdates: 0 });

    await crowd.place(SHOPPERS, { 'last-0': 1 });
    expect(crowd.told.placed.orders).toBe(UNITS + UNITS / 2);
    expect((await way.check('last-', crowd.told)).faults).toEqual([]);
  });

  it('gets all lines of an order or none, whichever way round they name their SKUs', async () => {
    if (way === null) return;
    await way.createSkus([
      { id: 'pair-0', onHand: UNITS },
      { id: 'pair-1', onHand: 2 * UNITS },
    ]);
    await using crowd = new Crowd(way.url ?? '', SHOPPERS);
    await Promise.all([
      crowd.place(SHOPPERS / 2, { 'pair-0': 1, 'pair-1': 2 }),
      crowd.place(SHOPPERS / 2, { 'pair-1': 2, 'pair-0': 1 }),
    ]);
    expect(crowd.told.answers).toEqual({ 'place 201': UNITS, 'place 409': SHOPPERS - UNITS });
    expect((await way.check('pair-', crowd.told)).faults).toEqual([]);
  });
});

describe('a crowd at the naive way', () => {
  it('buys more than there is, gets back more than it bought, and is found out', async () => {
    const way = await running('naive');
    if (way === null) return;
    await using crowd = new Crowd(way.url ?? '', SHOPPERS);
    const found = { oversold: 0, restoredTwice: 0 };
    // A round is a race: as many as it takes until both were lost, within a bound.
    for (let round = 0; round < 40 && (found.oversold === 0 || found.restoredTwice === 0); round++) {
      const prefix = `round${round}-`;
      await way.createSkus([{ id: `${prefix}0`, onHand: 2 }]);
      crowd.forget();
      await crowd.place(SHOPPERS, { [`${prefix}0`]: 1 });
      const sold = await way.check(prefix, crowd.told);
      await crowd.cancelTwice(crowd.standing());
      const { faults, restoredTwice } = await way.check(prefix, crowd.told);
      if (sold.oversold > 0) expect(sold.faults).not.toEqual([]);
      if (restoredTwice > 0) expect(faults).not.toEqual([]);
      found.oversold += sold.oversold;
      found.restoredTwice += restoredTwice;
    }
    expect(found.oversold).toBeGreaterThan(0);
    expect(found.restoredTwice).toBeGreaterThan(0);
  });
});

describe('a look at stock that was right', () => {
  const MEDDLING = {
    'a counter is changed': `update skus set reserved = reserved + 1 where id = 'two-0'`,
    'a unit is counted on the wrong SKU': `update skus set reserved = reserved + case id when 'two-0' then 1 else -1 end where id in ('two-0', 'two-1')`,
    'a line of the ledger is gone': `delete from movements where sku_id = 'two-0' and version = 2`,
    'the ledger of a SKU that nobody bought is gone': `delete from movements where sku_id = 'two-2'`,
    'a line of the ledger says another counter': `update movements set reserved = reserved + 1 where sku_id = 'two-0' and version = 3`,
    'an order is gone': `delete from orders where id = (select order_id from order_lines where sku_id = 'two-0' limit 1)`,
    'a line of an order is changed': `update order_lines set quantity = 2, ordered = 2 where order_id = (select order_id from order_lines where sku_id = 'two-0' limit 1)`,
    'an order is cancelled without its stock': `update orders set status = 'cancelled', cancel_reason = 'requested'
       where id = (select order_id from order_lines where sku_id = 'two-0' limit 1)`,
  };

  it('finds each thing that is wrong', async () => {
    const way = await running('conditional');
    if (way === null) return;
    const skus = ['two-0', 'two-1', 'two-2'];
    await way.createSkus(skus.map((id) => ({ id, onHand: 10 })));
    await using crowd = new Crowd(way.url ?? '', 4);
    await crowd.place(3, { 'two-0': 1 });
    await crowd.place(3, { 'two-1': 1 });
    expect((await way.check('two-', crowd.told)).faults).toEqual([]);

    await using sql = await SqlSession.open(databaseUrl(postgres.url, 'bench_conditional'));
    const tables = ['skus', 'orders', 'order_lines', 'movements'];
    for (const table of tables) await sql.query(`create table kept_${table} as table ${table}`);
    const seen: Record<string, boolean> = {};
    for (const [what, meddle] of Object.entries(MEDDLING)) {
      await sql.query(meddle);
      seen[what] = (await way.check('two-', crowd.told)).faults.length > 0;
      for (const table of tables) await sql.query(`truncate ${table}`);
      for (const table of tables) await sql.query(`insert into ${table} table kept_${table}`);
    }
    expect(seen).toEqual(Object.fromEntries(Object.keys(MEDDLING).map((what) => [what, true])));
    expect((await way.check('two-', crowd.told)).faults).toEqual([]);
  });
});

describe('a look at stock in Redis', () => {
  it('finds each thing that is wrong', async () => {
    const server = await startRedis();
    if (server === null) return;
    onTestFinished(server.stop);
    const stock = await redisStock(server.url);
    const client = createClient({ url: server.url });
    await client.connect();
    onTestFinished(async () => {
      await Promise.all([client.close(), stock.close()]);
    });
    const told = (orders: number): LoadResult => ({ ...NOTHING_TOLD, placed: { orders, units: orders } });

    const write = async () => {
      await client.flushAll();
      await client.hSet('sku:two-0', { on_hand: 10, reserved: 1, sales: 1, version: 2 });
      await client.hSet('sku:two-1', { on_hand: 10, reserved: 1, sales: 1, version: 2 });
      for (const n of [0, 1]) {
        await client.rPush(`movements:two-${n}`, ['1 received 10 0 0', `2 reserved 1 1 1 order-${n} 0`]);
        await client.hSet(`order:order-${n}`, { status: 'confirmed', json: '{}' });
      }
    };
    await stock.createSkus(['two-0', 'two-1'].map((id) => ({ id, onHand: 10 })));
    await write();
    expect((await stock.check('two-', told(2))).faults).toEqual([]);

    const meddling: Record<string, () => Promise<unknown>> = {
      'a counter is changed': () => client.hIncrBy('sku:two-0', 'reserved', 1),
      'a unit is counted on the wrong SKU': () =>
        Promise.all([client.hIncrBy('sku:two-0', 'reserved', 1), client.hIncrBy('sku:two-1', 'reserved', -1)]),
      'a line of the ledger is gone': () => client.rPop('movements:two-0'),
      'a line of the ledger says another counter': () =>
        client.lSet('movements:two-0', 1, '2 reserved 1 5 1 order-0 0'),
      'an order is gone': () => client.del('order:order-0'),
      'an order is cancelled without its stock': () => client.hSet('order:order-0', 'status', 'cancelled'),
    };
    for (const [what, meddle] of Object.entries(meddling)) {
      await meddle();
      expect([what, (await stock.check('two-', told(2))).faults.length > 0]).toEqual([what, true]);
      await write();
    }
    expect((await stock.check('two-', told(3))).faults).not.toEqual([]);
  });
});

describe('a machine without a redis-server', () => {
  it('is told that Redis is not measured', async () => {
    vi.stubEnv('PATH', '/nowhere');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await startWay('redis', postgres)).toEqual({ notMeasured: 'there is no redis-server on this machine' });
  });
});

describe.each(['stock_keeper_pglite', 'stock_keeper_in_process'] as const)('the way %s', (name) => {
  it('ends a load with the right stock', async () => {
    const way = await startWay(name, postgres);
    if ('notMeasured' in way) return;
    let measured = false;
    await way.createSkus([{ id: 'pcc-0', onHand: 1_000_000_000 }]);
    const options = { workload: 'place_cancel_cancel', prefix: 'pcc', connections: 8, ratePerSecond: null } as const;
    const result = await way.load({ ...options, warmupSeconds: 0.1, seconds: 0.3 }, () => {
      measured = true;
    });
    expect(result.faults).toEqual([]);
    expect(result.cancelled.orders).toBeGreaterThan(0);
    expect((await way.check('pcc-', result)).faults).toEqual([]);
    expect(await way.stop()).toEqual([]);
    expect(measured).toBe(true);
  });
});
