/** `npm run bench`: every usual way to sell stock against Stock Keeper's, on one machine, in one run. */
import { readFileSync, writeFileSync } from 'node:fs';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { type Arguments, argumentsOf, HELP } from './arguments.ts';
import { measure } from './measure.ts';
import { durationOf, isMeasured, nameOf, planOf } from './plan.ts';
import { chartOf } from './report/chart.ts';
import { machine, type Run, SETTINGS, versions } from './report/run.ts';
import { reportOf } from './report/table.ts';
import type { RunningWay } from './way.ts';
import { startWay } from './ways/start.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  let given: Arguments | null;
  try {
    given = argumentsOf(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  if (given === null) {
    console.log(HELP);
    return 0;
  }
  const run = given.from === null ? await runOf(given) : (JSON.parse(readFileSync(given.from, 'utf8')) as Run);
  console.log(reportOf(run));
  if (given.json !== null) writeFileSync(given.json, `${JSON.stringify(run, null, 1)}\n`);
  if (given.svg !== null) writeFileSync(given.svg, chartOf(run));
  const wrong = faultsOf(run);
  for (const fault of wrong) console.error(`WRONG ${fault}`);
  return wrong.length === 0 ? 0 : 1;
}

/** What must not be: wrong stock of any way but the one that is built to have it, and answers that make no sense. */
function faultsOf({ measurements, faultsAtEnd }: Run): string[] {
  return [
    ...measurements.flatMap(({ way, stock }) => (way === 'naive' ? [] : stock.faults)),
    ...measurements.flatMap(({ way, cell, result }) =>
      result.faults
        .filter((fault) => !fault.startsWith('cannot keep up'))
        .map((fault) => `${way}, ${nameOf(cell)}: ${fault}`),
    ),
    ...faultsAtEnd,
  ];
}

async function runOf({ asked, profile }: Arguments): Promise<Run> {
  const plan = planOf(asked);
  const total =
    plan.rounds * plan.cells.reduce((sum, cell) => sum + plan.ways.filter((way) => isMeasured(way, cell)).length, 0);
  console.error(`${total} measurements, about ${Math.ceil(durationOf(plan) / 60)} minutes`);
  const nodeFlags = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const postgres = await startPostgres();
  const ways: RunningWay[] = [];
  const notMeasured: { way: RunningWay['name']; why: string }[] = [];
  const faultsAtEnd: string[] = [];
  try {
    const settings = await settingsOf(postgres);
    for (const name of plan.ways) {
      const way = await startWay(name, postgres, { nodeFlags });
      if ('notMeasured' in way) notMeasured.push({ way: name, why: way.notMeasured });
      else ways.push(way);
    }
    let done = 0;
    const measurements = await measure(ways, plan, ({ way, cell, round, result }) => {
      const perSecond = (result.answered / result.seconds).toFixed(0);
      console.error(`${++done}/${total} round ${round} ${nameOf(cell)} ${way}: ${perSecond}/s`);
    });
    for (const way of ways.splice(0)) faultsAtEnd.push(...(await way.stop()));
    const date = new Date().toISOString();
    return { date, machine: machine(), versions: versions(), settings, plan, notMeasured, measurements, faultsAtEnd };
  } finally {
    for (const way of ways) await way.stop().catch(() => {});
    await postgres.stop();
  }
}

async function settingsOf({ url }: PostgresServer): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string; value: string }>(
    'select name, current_setting(name) as value from unnest($1::text[]) as name',
    [SETTINGS],
  );
  await client.end();
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
