/**
 * `npm run bench:first`: placements per second on one hot SKU, as ratios taken in one run on one machine.
 * Service against an empty route (what HTTP alone costs) and against the usual row lock, each in its own process, loaded from another
 * one, in turn, round after round. PostgreSQL is brought along, with full durability.
 */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median } from '../support/percentile.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { CONTENDERS, type Contender, type ContenderName, startContender } from './contenders.ts';
import type { LoadOptions, LoadResult } from './load.ts';
import { placementOf } from './placement.ts';

const HELP = `npm run bench:first -- [--seconds N] [--connections N] [--rounds N] [--only a,b]

  --seconds N      measured time of each contender in each round (5)
  --connections N  connections of the load process, closed loop (256)
  --rounds N       rounds, of which the medians are taken (3)
  --only a,b       some of ${CONTENDERS.join(', ')}
  --help           this`;

interface Settings {
  readonly seconds: number;
  readonly connections: number;
  readonly rounds: number;
  readonly only: readonly ContenderName[];
}

interface Figures extends LoadResult {
  readonly perSecond: number;
  /** Entries in a batch, where there are batches. */
  readonly batchMean: number | null;
}

/** Aims of the two ratios. */
const AIMS = { empty_route: 0.4, row_lock: 8 } as const;
const WARMUP_SECONDS = 1.5;
const LOAD = fileURLToPath(new URL('load.ts', import.meta.url));

const settings = readSettings();
process.exitCode = typeof settings === 'number' ? settings : await measure(settings);

/** The exit code when there is nothing to measure. */
function readSettings(): Settings | number {
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: 'string', default: '5' },
        connections: { type: 'string', default: '256' },
        rounds: { type: 'string', default: '3' },
        only: { type: 'string', default: CONTENDERS.join(',') },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) {
      console.log(HELP);
      return 0;
    }
    const whole = (name: 'seconds' | 'connections' | 'rounds', highest: number): number => {
      const value = Number(values[name]);
      if (Number.isInteger(value) && value >= 1 && value <= highest) return value;
      throw new Error(`--${name} must be a whole number from 1 to ${highest}, got "${values[name]}"`);
    };
    const names = values.only.split(',');
    const unknown = names.find((name) => !CONTENDERS.some((contender) => contender === name));
    if (unknown !== undefined) throw new Error(`--only knows ${CONTENDERS.join(', ')}, got "${unknown}"`);
    const only = CONTENDERS.filter((contender) => names.includes(contender));
    return {
      seconds: whole('seconds', 600),
      connections: whole('connections', 4_000),
      rounds: whole('rounds', 100),
      only,
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
}

async function measure(asked: Settings): Promise<number> {
  const postgres = await startPostgres();
  const contenders: Contender[] = [];
  const rounds = new Map<ContenderName, Figures[]>();
  const faults: string[] = [];
  try {
    for (const name of asked.only) contenders.push(await startContender(name, postgres));
    for (let round = 1; round <= asked.rounds; round++) {
      for (const contender of contenders) {
        const { figures, wrong } = await oneRound(contender, `hot-${round}`, asked);
        rounds.set(contender.name, [...(rounds.get(contender.name) ?? []), figures]);
        faults.push(...wrong);
        console.error(`round ${round} ${contender.name}: ${figures.perSecond.toFixed(0)}/s`);
      }
    }
  } finally {
    for (const contender of contenders) await contender.stop().catch((error: unknown) => faults.push(String(error)));
    await postgres.stop();
  }
  report(asked, rounds);
  for (const fault of faults) console.log(`WRONG ${fault}`);
  console.log(faults.length === 0 ? 'The stock is right at the end of every round.' : `${faults.length} faults.`);
  return faults.length === 0 ? 0 : 1;
}

async function oneRound(
  contender: Contender,
  skuId: string,
  { seconds, connections }: Settings,
): Promise<{ figures: Figures; wrong: string[] }> {
  await contender.createSku(skuId);
  const before = await contender.batches();
  const body = JSON.stringify(placementOf(skuId));
  const options: LoadOptions = {
    url: contender.url,
    path: '/orders',
    body,
    connections,
    warmupSeconds: WARMUP_SECONDS,
    seconds,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [LOAD, JSON.stringify(options)]);
  const result = JSON.parse(stdout) as LoadResult;
  const after = await contender.batches();
  const placed = result.statuses['201'] ?? 0;
  const wrong = await contender.check(skuId, placed);
  const statuses = Object.keys(result.statuses);
  if (placed === 0 || statuses.length !== 1)
    wrong.push(`${contender.name}: answered ${JSON.stringify(result.statuses)}`);
  wrong.push(...result.faults.map((fault) => `${contender.name}: ${fault}`));
  const batchMean = before === null || after === null ? null : placed / (after - before);
  return { figures: { ...result, perSecond: result.answered / result.seconds, batchMean }, wrong };
}

function report(
  { connections, seconds, rounds: count }: Settings,
  rounds: ReadonlyMap<ContenderName, readonly Figures[]>,
): void {
  console.log(
    `\n${connections} connections on one SKU, ${count} rounds of ${seconds} s in turn, medians; ${availableParallelism()} cores for all, Node ${process.version}\n`,
  );
  console.log(
    `${''.padEnd(14)}${['placements/s', 'min', 'max', 'p50 ms', 'p99 ms', 'load CPU', 'batch'].map((head) => head.padStart(13)).join('')}`,
  );
  for (const [name, all] of rounds) {
    const of = (figure: (figures: Figures) => number) => median(all.map(figure));
    const perSecond = all.map((figures) => figures.perSecond);
    const batch = of(({ batchMean }) => batchMean ?? Number.NaN);
    const cells = [
      of((figures) => figures.perSecond).toFixed(0),
      Math.min(...perSecond).toFixed(0),
      Math.max(...perSecond).toFixed(0),
      of(({ p50Ms }) => p50Ms).toFixed(1),
      of(({ p99Ms }) => p99Ms).toFixed(1),
      `${(of(({ cpu }) => cpu) * 100).toFixed(0)} %`,
      Number.isNaN(batch) ? '' : batch.toFixed(1),
    ];
    console.log(`${name.padEnd(14)}${cells.map((cell) => cell.padStart(13)).join('')}`);
  }
  console.log('');
  const ours = rounds.get('stock_keeper');
  for (const peer of ['empty_route', 'row_lock'] as const) {
    const theirs = rounds.get(peer);
    if (ours === undefined || theirs === undefined) continue;
    // Of each round by itself: what the machine did meanwhile, it did to both.
    const ratio = median(ours.map(({ perSecond }, i) => perSecond / (theirs[i]?.perSecond ?? Number.NaN)));
    console.log(
      `stock_keeper ÷ ${peer}: ${ratio.toFixed(2)} (aim ≥ ${AIMS[peer]}: ${ratio >= AIMS[peer] ? 'reached' : 'missed'})`,
    );
  }
}
