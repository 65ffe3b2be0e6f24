/** A crowd of connections, in short; `many-connections.ts` has five thousand. */
import { expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { startService } from '../support/service.ts';
import { SqlSession } from '../support/sql.ts';
import { rushHour } from './rush-hour.ts';

it('a crowd is answered, slow connections are closed, mute ones hold nothing up, and the service serves on', async () => {
  const database = await freshDatabase();
  onTestFinished(database.drop);
  await using service = await startService({ DATABASE_URL: database.url, CONNECTIONS_MAX: 500, LOG_LEVEL: 'warn' });
  const rush = { placing: 250, idle: 100, slow: 100, mute: 50, listsEach: 10, connectionsMax: 500 };
  expect(await rushHour(service, rush, () => {})).toEqual([]);
  expect(await service.stop()).toBe(0);
  await using sql = await SqlSession.open(database.url);
  expect(await sql.laws()).toEqual([]);
});
