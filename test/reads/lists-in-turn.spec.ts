/** Many lists at once, before a database that counts who is at it. */
import { expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { TurnedAway } from '../../src/lib/turnstile.ts';
import { createLists, LIST_LIMITS } from '../../src/reads/lists.ts';

/** Connections in the pool that lists share with commits. */
const POOL = 10;

it('lists leave connections to the commits, however many are asked for, and all that may wait are read', async () => {
  let now = 0;
  let most = 0;
  const database: Pick<Database, 'query' | 'sever'> = {
    async query() {
      most = Math.max(most, ++now);
      await new Promise(setImmediate);
      now--;
      return [];
    },
    sever: () => {},
  };
  const lists = createLists(database, 10_000);
  const asked = LIST_LIMITS.atOnceMax + LIST_LIMITS.waitingMax + 7;
  const read = await Promise.allSettled(
    Array.from({ length: asked }, () => lists.orders({ status: null, customerId: null }, { after: null, limit: 5 })),
  );
  expect(most).toBe(LIST_LIMITS.atOnceMax);
  expect(most).toBeLessThanOrEqual(POOL - 3);
  const refused = read.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(refused).toHaveLength(7);
  for (const fault of refused) expect(fault).toBeInstanceOf(TurnedAway);
});

it('the best sellers are read twice for a crowd that asks at once', async () => {
  let statements = 0;
  const database: Pick<Database, 'query' | 'sever'> = {
    async query() {
      statements++;
      await new Promise(setImmediate);
      return [];
    },
    sever: () => {},
  };
  const lists = createLists(database, 10_000);
  await Promise.all(Array.from({ length: 2000 }, () => lists.bestSellers(null, 50)));
  expect(statements).toBe(2);
});
