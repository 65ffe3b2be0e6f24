/** `npm run fuzz`: requests made from the service's own description, and what becomes of them. */
import { startPostgres } from '../../support/postgres-server.ts';
import { startService } from '../../support/service.ts';
import { HELP, readArguments, UNHURRIED } from './arguments.ts';
import { showProgress } from './progress.ts';
import { run } from './run.ts';
import { summarise } from './summary.ts';

const EXIT = { nothing: 0, found: 1, misused: 2 } as const;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const asked = readArguments(args);
  switch (asked.kind) {
    case 'help':
      console.log(HELP);
      return EXIT.nothing;
    case 'wrong':
      console.error(`${asked.fault}\n\n${HELP}`);
      return EXIT.misused;
    case 'fuzz':
      return await fuzz(asked.requests, asked.seed).catch((error: unknown) => {
        console.error(`The fuzzer could not finish: ${error instanceof Error ? error.message : String(error)}`);
        return EXIT.found;
      });
    default:
      return asked satisfies never;
  }
}

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
      return report.findings.length === 0 ? EXIT.nothing : EXIT.found;
    console.error(`The service ended with ${code}, and said:\n${service.logs().slice(-5000)}`);
    return EXIT.found;
  } finally {
    progress.end();
    await postgres.stop();
  }
}
