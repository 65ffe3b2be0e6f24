/** What an epoch remembers of its batches, beside a database that answers by hand. */
import { expect, it } from 'vitest';
import { Continuity } from '../../src/db/continuity.ts';
import type { Database } from '../../src/db/database.ts';
import { Epoch } from '../../src/journal/epoch.ts';

// Red with: the last batch taken from whichever answer came last.
it('a late answer about an earlier batch takes no later one back', async () => {
  const late = Promise.withResolvers<{ batch: string }[]>();
  const query = async (sql: string) => {
    if (sql.startsWith('select batch')) return late.promise;
    return sql.startsWith('with') ? [{ number: '1' }] : [];
  };
  const em = { transactional: (work: (em: unknown) => unknown) => work(em) };
  const { epoch } = await Epoch.begin({ em: () => em, query, continuity: new Continuity() } as unknown as Database);
  epoch.committed(1);
  const settled = epoch.settle(1);
  epoch.committed(2);
  late.resolve([{ batch: '1' }]);
  expect(await settled).toBe(true);
  expect(epoch.nextBatch).toBe(3);
});
