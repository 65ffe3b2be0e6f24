/** `npm run test:faults`: every row of the table of faults at full size, and a report of what held. */
import { writeFile } from 'node:fs/promises';
import { createTemplate } from '../../support/postgres.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { HELP, readArguments } from './arguments.ts';
import { loadFaults } from './catalogue.ts';
import { INVARIANTS } from './fault.ts';
import { reportOf } from './report.ts';
import { carryOut, type TrialResult } from './trial.ts';

const EXIT = { held: 0, broken: 1, misused: 2 } as const;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const faults = await loadFaults();
  const asked = readArguments(
    args,
    faults.map((fault) => fault.row),
  );
  if (asked.kind === 'help') {
    console.log(HELP);
    return EXIT.held;
  }
  if (asked.kind === 'wrong') {
    console.error(`${asked.fault}\n\n${HELP}`);
    return EXIT.misused;
  }
  const server = await startPostgres();
  try {
    const template = await createTemplate(server.url);
    const results: TrialResult[] = [];
    for (const fault of faults) {
      if (asked.rows.length > 0 && !asked.rows.includes(fault.row)) continue;
      const progress = (words: string) => console.error(`row ${fault.row}, ${fault.title}: ${words}`);
      progress('begins');
      results.push(await carryOut(fault, { size: asked.size, template, progress }));
    }
    console.log(reportOf(results));
    if (asked.json !== null) {
      await writeFile(asked.json, `${JSON.stringify({ invariants: INVARIANTS, rows: results }, null, 2)}\n`);
    }
    return results.some((result) => result.violations.length > 0) ? EXIT.broken : EXIT.held;
  } finally {
    await server.stop();
  }
}
