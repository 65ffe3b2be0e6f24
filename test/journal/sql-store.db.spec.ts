import { openDatabase } from '../../src/db/open.ts';
import { freshDatabase } from '../support/postgres.ts';
import { sqlUnderTest } from './sql-under-test.ts';
import { storeContract } from './store-contract.ts';

storeContract('PostgreSQL', async () => {
  const { url, drop } = await freshDatabase();
  const database = await openDatabase({ url });
  return sqlUnderTest(database, async () => {
    await database.close();
    await drop();
  });
});
