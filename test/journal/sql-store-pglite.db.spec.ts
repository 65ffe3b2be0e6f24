import { openEmbedded } from '../support/embedded.ts';
import { sqlUnderTest } from './sql-under-test.ts';
import { storeContract } from './store-contract.ts';

storeContract('PGlite', async () => {
  const database = await openEmbedded();
  return sqlUnderTest(database, () => database.close());
});
