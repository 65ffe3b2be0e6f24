/** A batch that was told as not written, and whose statement arrives after all. */
import { expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { SqlStore } from '../../src/journal/sql-store.ts';
import { unobserved } from '../../src/lib/observe.ts';
import { freshDatabase } from '../support/postgres.ts';
import { reignOver } from '../support/reign.ts';
import { facts, opened } from './facts.ts';

// Red with: settling that only reads the number of the last batch, and with one that takes the batch's own number.
it('is written by no later arrival, and the next one is', async () => {
  const { url, drop } = await freshDatabase();
  const database = await openDatabase({ url });
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  const arrivals: (() => Promise<unknown>)[] = [];
  const late: Database = {
    ...database,
    async send(sql, params, onSending) {
      if (arrivals.length > 0) return database.send(sql, params, onSending);
      onSending();
      arrivals.push(() => database.query(sql, params));
      throw new Error('Connection terminated unexpectedly');
    },
  };
  const store = new SqlStore(late, await reignOver(database), unobserved);
  const arriveLate = () => arrivals[0]?.();
  expect(await store.commit([facts([opened('A')])])).toMatchObject({ kind: 'aborted' });
  await expect(arriveLate()).rejects.toMatchObject({ code: 'SK001' });
  expect(await store.commit([facts([opened('A')])])).toEqual({ kind: 'committed' });
  await expect(arriveLate()).rejects.toMatchObject({ code: 'SK001' });
  expect(await database.query('select count(*)::int as rows from movements', [])).toEqual([{ rows: 1 }]);
});
