/** A SKU's row changed by hand, on a PostgreSQL server. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { runVerify } from '../support/run-verify.ts';
import { SqlSession } from '../support/sql.ts';
import { isRepaired, isShown, servesTheOthers, shopThatWas, TEAR } from './torn-shop.ts';

describe('a SKU whose row was changed by hand', () => {
  it('is quarantined while all others serve, named by verify beside the service, and repaired once that is stopped', async () => {
    const database = await freshDatabase();
    const sql = await SqlSession.open(database.url);
    onTestFinished(async () => {
      await sql[Symbol.asyncDispose]();
      await database.drop();
    });
    const env = { DATABASE_URL: database.url };
    await shopThatWas(env);
    await sql.query(TEAR);
    const { service, client } = await servesTheOthers(env);

    const beside = await runVerify(env);
    expect(beside).toMatchObject({ code: 1 });
    expect(beside.out).toContain('SKU torn: row says 7/2/2, replay says 9/2/2');
    const refused = await runVerify(env, '--repair', '--yes');
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toBe(
      'Could not verify: a Stock Keeper is running on this database: stop it and every standby, repair, and start them again\n',
    );
    expect(await client.sku('well')).toMatchObject({ reserved: 3 });

    // Set right by hand, it serves again at once.
    await sql.query(`update skus set on_hand = 9 where id = 'torn'`);
    expect(await client.sku('torn')).toMatchObject({ onHand: 9, reserved: 2 });
    await sql.query(TEAR);
    expect(await service.stop()).toBe(0);
    await isShown(env);
    await isRepaired(env);
    expect(await sql.laws()).toEqual([]);
  });
});
