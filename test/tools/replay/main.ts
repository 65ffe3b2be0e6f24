/** `npm run replay`: a week of real sales through the service, then every law asked of the database. */

import { checkLaws } from '../../support/laws.ts';
import { startService } from '../../support/service.ts';
import { EXIT, exitCodeOf } from '../main-of.ts';
import { checkAnswers } from './against-answers.ts';
import { HELP, readArguments } from './arguments.ts';
import { Clients } from './clients.ts';
import { embeddedDatabase, type ReplayDatabase, serverDatabase } from './database.ts';
import { showProgress } from './progress.ts';
import { readSales, type Sales } from './sales.ts';
import { summarise } from './summary.ts';
import { type Answers, replayWeek } from './week.ts';

process.exitCode = await exitCodeOf(
  readArguments(process.argv.slice(2)),
  { help: HELP, unfinished: 'The replay could not be finished' },
  (asked) => replay(asked.databaseUrl),
);

async function replay(databaseUrl: string | null): Promise<number> {
  const sales = await readSales();
  const database = databaseUrl === null ? await embeddedDatabase() : await serverDatabase(databaseUrl);
  try {
    const { answers, summary } = await throughTheService(sales, database);
    const violations = await database.read(async (query) => [
      ...answers.violations,
      ...(await checkLaws(query)),
      ...(await checkAnswers(query, sales, answers)),
    ]);
    console.log(summary);
    for (const violation of violations) console.log(`VIOLATION ${violation}`);
    console.log(`\n${violations.length === 0 ? 'Every law holds.' : `${violations.length} violations.`}`);
    return violations.length === 0 ? EXIT.held : EXIT.broken;
  } finally {
    await database.remove();
  }
}

/** Starts the service, replays the week, stops the service. Rejects when it does not stop in an orderly way. */
async function throughTheService(
  sales: Sales,
  database: ReplayDatabase,
): Promise<{ answers: Answers; summary: string }> {
  const service = await startService(database.env);
  const clients = new Clients(service.url);
  // An interrupted replay loses its service, fails, and so tidies up behind itself.
  const interrupt = () => void service.kill();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const answers = await replayWeek(sales, clients, showProgress());
    await clients.close();
    const code = await service.stop();
    if (code !== 0) answers.violations.push(`service: ended with ${code} instead of 0 after SIGTERM`);
    return { answers, summary: summarise(database.name, sales, answers, clients) };
  } catch (error) {
    const logs = service.logs();
    await clients.close();
    await service.kill();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${logs.slice(-2000)}`, {
      cause: error,
    });
  }
}
