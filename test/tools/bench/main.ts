/** `npm run bench`: every usual way to sell stock against Stock Keeper's, on one machine, in one run. */
import { writeFileSync } from 'node:fs';
import { type Arguments, argumentsOf, HELP } from './arguments.ts';
import { faultsOf, type Run, readRun } from './report/run.ts';
import { reportOf } from './report/table.ts';
import { runOf } from './run-plan.ts';

const EXIT = { right: 0, wrong: 1, misused: 2 } as const;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let given: Arguments | null;
  let written: Run | null;
  try {
    given = argumentsOf(args);
    if (given === null) {
      console.log(HELP);
      return EXIT.right;
    }
    written = given.from === null ? null : readRun(given.from);
    // Rather now than when all has been measured.
    for (const file of [given.json, given.svg]) if (file !== null) writeFileSync(file, '', { flag: 'a' });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return EXIT.misused;
  }
  let run: Run;
  try {
    run = written ?? (await runOf(given.asked, given.profile));
  } catch (error) {
    console.error(`The bench could not finish: ${error instanceof Error ? error.message : String(error)}`);
    return EXIT.wrong;
  }
  console.log(reportOf(run));
  if (given.json !== null) writeFileSync(given.json, `${JSON.stringify(run)}\n`);
  if (given.svg !== null) {
    // The library that draws takes a second to load.
    const { chartOf } = await import('./report/chart.ts');
    writeFileSync(given.svg, chartOf(run));
  }
  const faults = faultsOf(run);
  for (const fault of faults) console.error(`WRONG ${fault}`);
  return faults.length === 0 ? EXIT.right : EXIT.wrong;
}
