/** `npm run fuzz`: requests made from the service's own description, and what becomes of them. */

import { startPostgres } from '../../support/postgres-server.ts';
import { startService } from '../../support/service.ts';
import { EXIT, exitCodeOf } from '../main-of.ts';
import { HELP, readArguments, UNHURRIED } from './arguments.ts';
import { showProgress } from './progress.ts';
import { run } from './run.ts';
import { summarise } from './summary.ts';

process.exitCode = await exitCodeOf(
  readArguments(process.argv.slice(2)),
  { help: HELP, unfinished: 'The fuzzer could not finish' },
  (asked) => fuzz(asked.requests, asked.seed),
);

async function fuzz(requests: number, seed: number): Promise<number> {
  const postgres = await startPostgres({
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  const progress = showProgress(requests);
  // Whoever loses patience is told what there is.
  const patience = new AbortController();
  process.once('SIGINT', () => patience.abort()).once('SIGTERM', () => patience.abort());
  try {
    await using service = await startService({ DATABASE_URL: postgres.url, LOG_LEVEL: 'error', ...UNHURRIED });
    const report = await run({
      url: service.url,
      databaseUrl: postgres.url,
      requests,
      seed,
      step: progress.step,
      signal: patience.signal,
    });
    progress.end();
    console.log(summarise(report, seed));
    const code = await service.stop();
    if (code === 0 && service.logs().split('\n').length <= 2)
      return report.findings.length === 0 ? EXIT.held : EXIT.broken;
    console.error(`The service ended with ${code}, and said:\n${service.logs().slice(-5000)}`);
    return EXIT.broken;
  } finally {
    progress.end();
    await postgres.stop();
  }
}
