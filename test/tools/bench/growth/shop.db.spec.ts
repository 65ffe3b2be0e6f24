/** The shop on which growth is measured is one that the service could have left behind. */
import { expect, it, onTestFinished } from 'vitest';
import { verify } from '../../../../src/audit/verify.ts';
import { openDatabase } from '../../../../src/db/open.ts';
import { freshDatabase } from '../../../support/postgres.ts';
import { shopOf } from './shop.ts';

// Red with: a shop whose SKUs do not count their orders.
it('holds every law, with as many rows as its size says', async () => {
  const { url, drop } = await freshDatabase();
  const database = await openDatabase({ url });
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  for (const statement of shopOf({ skus: 40, ordersOfEach: 2 })) await database.query(statement, []);
  expect(await verify(database)).toMatchObject({ skus: 40, orders: 80, movements: 120, total: 0 });
});
