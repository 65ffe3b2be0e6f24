/**
 * `npm run bench:growth`: what a request costs as the shop grows. Shops of several sizes stand side by side on one PostgreSQL with full durability, each
 * with a service of its own, and are loaded in turn, round after round. Their tables are as they were filled: nobody has analysed them.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median } from '../../../support/percentile.ts';
import { type PostgresServer, startPostgres } from '../../../support/postgres-server.ts';
import { type Measurement, measureOnce } from '../measure.ts';
import type { Cell } from '../plan.ts';
import { times } from '../report/figures.ts';
import type { RunningWay, WorkloadName } from '../way.ts';
import { ownDatabase } from '../ways/database.ts';
import { startStockKeeper } from '../ways/start.ts';
import type { ResidentBytes } from './residents.ts';
import { type Size, shopOf } from './shop.ts';

const HELP = `npm run bench:growth -- [--quick] [--rounds N] [--json FILE]

Measures what a request costs in shops of 1 000 to 1 000 000 SKUs, on a PostgreSQL with full durability that comes along.

  --quick       stop at 100 000 SKUs and 200 000 orders, and run one round; under two minutes
  --rounds N    how many rounds to run, 1 to 100; the report has their medians (3)
  --json FILE   write all that was measured to this file
  --help        print this text

Example:
  npm run bench:growth -- --quick

Exit codes: 0 the stock was right in every shop, 1 it was not or the run could not finish, 2 the command line is wrong.`;

const SIZES: readonly Size[] = [
  { skus: 1000, ordersOfEach: 0 },
  { skus: 10_000, ordersOfEach: 2 },
  { skus: 100_000, ordersOfEach: 2 },
  { skus: 1_000_000, ordersOfEach: 2 },
];
const WORKLOADS: readonly WorkloadName[] = ['hot', 'wide', 'cold', 'place_cancel_cancel'];
const CONNECTIONS = 64;
const SECONDS = 2.5;
const WARMUP_SECONDS = 1;
/** The most that the largest shop may be dearer than the smallest. */
const DEARER_MAX = 1.15;

interface Shop {
  readonly size: Size;
  readonly fillSeconds: number;
  readonly startMs: number;
  readonly rssMb: number | null;
  readonly way: RunningWay;
}

interface Grown {
  readonly size: Size;
  readonly measurement: Measurement;
}

async function main(): Promise<number> {
  let asked: { quick: boolean; rounds: number; json: string | undefined };
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean' },
        rounds: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) {
      console.log(HELP);
      return 0;
    }
    const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
    if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
      throw new Error(`--rounds takes whole numbers from 1 to 100; got "${values.rounds}"`);
    }
    asked = { quick: values.quick === true, rounds, json: values.json };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  return grow(asked.quick ? SIZES.slice(0, -1) : SIZES, asked.rounds, asked.json);
}

async function grow(sizes: readonly Size[], rounds: number, json: string | undefined): Promise<number> {
  const residents = await residentBytes();
  // What it would clean up or analyse by itself, it would at other times in each shop.
  const postgres = await startPostgres({ settings: { autovacuum: 'off' } });
  const shops: Shop[] = [];
  const faults: string[] = [];
  const grown: Grown[] = [];
  try {
    for (const size of sizes) shops.push(await open(size, postgres));
    for (let round = 1; round <= rounds; round++) {
      for (const workload of WORKLOADS) {
        for (const { size, way } of shops) {
          const cell: Cell = { workload, connections: CONNECTIONS, shareOfCapacity: null };
          const plan = { seconds: SECONDS, warmupSeconds: WARMUP_SECONDS };
          const measurement = await measureOnce(way, cell, round, plan, []);
          grown.push({ size, measurement });
          faults.push(...measurement.stock.faults, ...measurement.result.faults);
          console.error(`round ${round} ${workload} ${nameOf(size)}: ${perSecond(measurement).toFixed(0)}/s`);
        }
      }
    }
  } finally {
    for (const { way } of shops) faults.push(...(await way.stop().catch((error: unknown) => [String(error)])));
    await postgres.stop();
  }
  report(shops, grown, residents);
  for (const fault of faults) console.log(`WRONG ${fault}`);
  if (json !== undefined) {
    const about = shops.map(({ way: _, ...shop }) => shop);
    writeFileSync(json, `${JSON.stringify({ shops: about, grown, residents, faults }, null, 1)}\n`);
  }
  return faults.length === 0 ? 0 : 1;
}

const nameOf = ({ skus, ordersOfEach }: Size): string => `${skus} SKUs, ${skus * ordersOfEach} orders`;
const perSecond = ({ result }: Measurement): number => result.answered / result.seconds;

async function open(size: Size, postgres: PostgresServer): Promise<Shop> {
  const database = await ownDatabase(`growth_${size.skus}`, postgres);
  const began = performance.now();
  for (const statement of shopOf(size)) await database.query(statement, []);
  const fillSeconds = (performance.now() - began) / 1000;
  const starting = performance.now();
  const { way, pid } = await startStockKeeper(database, postgres);
  const startMs = performance.now() - starting;
  console.error(`${nameOf(size)}: filled in ${fillSeconds.toFixed(1)} s, service ready in ${startMs.toFixed(0)} ms`);
  return { size, fillSeconds, startMs, rssMb: rssMbOf(pid), way };
}

function rssMbOf(pid: number): number | null {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000;
  } catch {
    return null;
  }
}

async function residentBytes(): Promise<ResidentBytes> {
  const script = fileURLToPath(new URL('residents.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script]);
  return JSON.parse(stdout) as ResidentBytes;
}

/** Processor time of a request, service and database together, microseconds. */
const costUs = ({ serviceCpuSeconds, databaseCpuSeconds, result }: Measurement): number =>
  (((serviceCpuSeconds ?? 0) + (databaseCpuSeconds ?? 0)) * 1e6) / result.answered;

function report(shops: readonly Shop[], grown: readonly Grown[], residents: ResidentBytes): void {
  const pad = (text: string) => text.padStart(12);
  console.log(
    `\n${''.padEnd(34)}${shops.map(({ size }) => pad(`${size.skus} SKUs`)).join('')}  ${pad('last ÷ first')}`,
  );
  const row = (name: string, figures: readonly (number | null)[], digits: number, aim?: number) => {
    const grew = times(figures.at(-1) ?? null, figures[0] ?? null);
    const told = grew === null ? 'not measured' : grew <= (aim ?? 0) ? 'reached' : 'MISSED';
    const cells = figures.map((figure) =>
      pad(figure === null || !Number.isFinite(figure) ? '' : figure.toFixed(digits)),
    );
    const ending = aim === undefined ? '' : ` (aim ≤ ${aim}: ${told})`;
    console.log(`${name.padEnd(34)}${cells.join('')}  ${pad(grew?.toFixed(2) ?? '')}${ending}`);
  };
  row(
    'orders stored',
    shops.map(({ size }) => size.skus * size.ordersOfEach),
    0,
  );
  row(
    'service ready in ms',
    shops.map(({ startMs }) => startMs),
    0,
  );
  row(
    'memory then, MB',
    shops.map(({ rssMb }) => rssMb),
    0,
  );
  for (const workload of WORKLOADS) {
    const of = (figure: (measurement: Measurement) => number) =>
      shops.map(({ size }) =>
        median(
          grown.flatMap(({ size: other, measurement }) =>
            other === size && measurement.cell.workload === workload ? [figure(measurement)] : [],
          ),
        ),
      );
    row(`${workload}: requests/s`, of(perSecond), 0);
    row(
      `${workload}: service µs`,
      of(({ serviceCpuSeconds, result }) => ((serviceCpuSeconds ?? 0) * 1e6) / result.answered),
      1,
    );
    row(
      `${workload}: database µs`,
      of(({ databaseCpuSeconds, result }) => ((databaseCpuSeconds ?? 0) * 1e6) / result.answered),
      1,
    );
    row(`${workload}: both µs`, of(costUs), 1, DEARER_MAX);
    row(
      `${workload}: p99 ms`,
      of(({ result }) => result.p99Ms),
      1,
    );
  }
  console.log('\nBytes of heap a resident, by how many there are:');
  for (const [name, bytes] of Object.entries({
    SKU: residents.skus,
    'order placed': residents.ordersPlaced,
    'order cancelled': residents.ordersCancelled,
  })) {
    console.log(
      `  ${name.padEnd(16)}${Object.entries(bytes)
        .map(([count, each]) => `${count}: ${each}`)
        .join('   ')}`,
    );
  }
  const { residentsMax, heapMbAtMax, heapMbAtTenTimes } = residents.bounded;
  console.log(
    `RESIDENTS_MAX ${residentsMax}: heap ${heapMbAtMax} MB with as many SKUs, ${heapMbAtTenTimes} MB after ten times as many were asked for`,
  );
}

process.exitCode = await main();
