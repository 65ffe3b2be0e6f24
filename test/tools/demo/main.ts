/** `npm run demo`: the races that shops lose, first with the naive code, then through the keeper. */

import { startPostgres } from '../../support/postgres-server.ts';
import { EXIT, exitCodeOf } from '../main-of.ts';
import { showProgress } from '../replay/progress.ts';
import { HELP, readArguments } from './arguments.ts';
import { play } from './play.ts';
import { RACES } from './races.ts';
import { type Compared, headingOf, isShown, keeperResultOf, naiveResultOf, openingOf, summaryOf } from './report.ts';
import { startKeeper, startNaiveShop } from './shops.ts';

process.exitCode = await exitCodeOf(
  readArguments(process.argv.slice(2)),
  { help: HELP, unfinished: 'It could not be finished' },
  (asked) => demonstrate(asked.rounds),
);

async function demonstrate(rounds: number): Promise<number> {
  console.log(openingOf(rounds));
  const progress = showProgress();
  await using ends = new AsyncDisposableStack();
  ends.defer(progress.end);
  const postgres = await startPostgres();
  ends.defer(() => postgres.stop());
  const naiveShop = await startNaiveShop(postgres.url, ends);
  const keeperShop = await startKeeper(postgres.url, ends);

  const compared: Compared[] = [];
  for (const [at, race] of RACES.entries()) {
    console.log(headingOf(race, at + 1));
    progress.phase('naive', rounds);
    const naive = await play(race, naiveShop, rounds, progress.step);
    progress.end();
    console.log(naiveResultOf(naive));
    progress.phase('keeper', rounds);
    const keeper = await play(race, keeperShop, rounds, progress.step);
    progress.end();
    console.log(keeperResultOf(race, keeper));
    compared.push({ race, naive, keeper });
  }
  console.log(summaryOf(compared));
  return isShown(compared) ? EXIT.held : EXIT.broken;
}
