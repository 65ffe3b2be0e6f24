/** A synchronous standby of the database that is away: nothing may be answered as durable before it is there, too. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startPostgres } from '../support/postgres-server.ts';
import { startService } from '../support/service.ts';
import { codeOf, orderRequest, ShopClient } from '../support/shop-client.ts';
import { SqlSession } from '../support/sql.ts';

describe('a database that waits for a synchronous standby that is away', () => {
  it('has an order told as unknown, and as placed once the standby is not asked for any more', async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    await using service = await startService({ DATABASE_URL: postgres.url, LOG_LEVEL: 'warn' });
    await using client = new ShopClient(service.url);
    await client.stock(1, 'A');
    await using sql = await SqlSession.open(postgres.url);
    const waitFor = async (standbys: string) => {
      await sql.query(`set synchronous_commit = local`);
      await sql.query(`alter system set synchronous_standby_names = '${standbys}'`);
      await sql.query('select pg_reload_conf()');
    };
    await waitFor('nobody');
    const shown = async () => sql.value<string>('show synchronous_standby_names');
    await vi.waitFor(async () => expect(await shown()).toBe('nobody'), { timeout: 120_000, interval: 20 });
    const order = orderRequest('o', { A: 1 });
    expect(codeOf(await client.ask(order))).toBe('unknown_outcome');
    await waitFor('');
    await vi.waitFor(async () => expect((await client.ask(order)).status).toBeLessThan(300), {
      timeout: 120_000,
      interval: 100,
    });
    expect(await sql.kinds('A')).toEqual(['received', 'reserved']);
    expect(await sql.laws()).toEqual([]);
  });
});
