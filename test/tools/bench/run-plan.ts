/** A run: PostgreSQL and all ways started, measured, ended; told on stderr how far it is. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { measure } from './measure.ts';
import { type Asked, durationOf, measurementsOf, nameOf, type Plan, planOf } from './plan.ts';
import { machine, type Run, SETTINGS, versions } from './report/run.ts';
import type { RunningWay, WayName } from './way.ts';
import { startWay } from './ways/start.ts';

/** Runs what is asked for. `profileDir` takes a processor profile of each way's process, named after the way. Rejects when PostgreSQL does not start. */
export async function runOf(asked: Asked, profileDir: string | null): Promise<Run> {
  const plan = planOf(asked);
  console.error(
    `${measurementsOf(plan)} measurements, about ${minutes(durationOf(plan))}${plan.isRough ? ': rough' : ''}`,
  );
  const date = new Date().toISOString();
  const postgres = await startPostgres();
  const notMeasured: { way: WayName; why: string }[] = [];
  const faultsAtEnd: string[] = [];
  const ways: RunningWay[] = [];
  try {
    const settings = await settingsOf(postgres);
    const drop = (way: WayName, why: string): void => {
      faultsAtEnd.push(`${way} failed, ${why}`);
      console.error(`${way} failed, ${why}`);
    };
    for (const name of plan.ways) {
      try {
        const way = await startWay(name, postgres, { nodeFlags: profiling(profileDir, name) });
        if ('notMeasured' in way) notMeasured.push({ way: name, why: way.notMeasured });
        else ways.push(way);
      } catch (error) {
        drop(name, `it did not start: ${String(error)}`);
      }
    }
    const measurements = await measure(ways, plan, { measured: progressOf(plan), failed: drop });
    for (const way of ways.splice(0)) faultsAtEnd.push(...(await ended(way)));
    return { date, machine: machine(), versions: versions(), settings, plan, notMeasured, measurements, faultsAtEnd };
  } finally {
    for (const way of ways) await ended(way);
    await postgres.stop();
  }
}

/** What went wrong in ending a way. */
async function ended(way: RunningWay): Promise<readonly string[]> {
  const tooLate = delay(60_000, [`${way.name} did not end within a minute`], { ref: false });
  return Promise.race([way.stop(), tooLate]).catch((error: unknown) => [`${way.name} did not end: ${String(error)}`]);
}

const profiling = (directory: string | null, way: WayName): string[] =>
  directory === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${directory}`, `--cpu-prof-name=${way}.cpuprofile`];

const minutes = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

/** Tells of each measurement what came of it, and how long the rest takes at the pace so far. */
function progressOf(plan: Plan): Parameters<typeof measure>[2]['measured'] {
  const total = measurementsOf(plan);
  const began = performance.now();
  let done = 0;
  return ({ way, cell, round, result }) => {
    done++;
    const perSecond = (result.answered / result.seconds).toFixed(0);
    const left = minutes((((performance.now() - began) / done) * (total - done)) / 1000);
    console.error(`${done}/${total} round ${round} ${nameOf(cell)} ${way}: ${perSecond}/s, ${left} left`);
  };
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
