/**
 * Five thousand connections, by hand: `npx node test/system/many-connections.ts`, about two minutes. Prints what the service's memory does.
 * Exits 0 when everyone was answered and it serves as ever afterwards, 1 otherwise.
 */
import { startPostgres } from '../support/postgres-server.ts';
import { startService } from '../support/service.ts';
import { rushHour } from './rush-hour.ts';

const CONNECTIONS_MAX = 6500;

const postgres = await startPostgres();
try {
  await using service = await startService({
    DATABASE_URL: postgres.url,
    CONNECTIONS_MAX,
    LOG_LEVEL: 'error',
  });
  const rush = { placing: 5000, idle: 1000, slow: 1000, mute: 1000, listsEach: 20, connectionsMax: CONNECTIONS_MAX };
  const faults = await rushHour(service, rush, ({ step, answers, seconds, rssMb, heapMb }) => {
    const words = [`${seconds.toFixed(1)} s`, `RSS ${rssMb.toFixed(0)} MB`, `heap ${heapMb.toFixed(0)} MB`];
    console.log(`${step}: ${words.join(', ')} ${JSON.stringify(answers)}`);
  });
  for (const fault of faults) console.log(`WRONG ${fault}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await postgres.stop();
}
