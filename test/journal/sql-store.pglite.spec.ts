import { openDatabase } from '../../src/db/open.ts';
import { sqlUnderTest } from './sql-under-test.ts';
import { storeContract } from './store-contract.ts';

storeContract('PGlite', async () => {
  const database = await openDatabase({ memory: true });
  return sqlUnderTest(database, () => database.close());
});
