/** `npm run simulate`: many worlds on all cores, or one again with its trace. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Arguments, HELP, readArguments } from './arguments.ts';
import { RARE_PATHS } from './rare-paths.ts';
import { NOTHING_YET, type Summary, together } from './run-seeds.ts';
import { simulate } from './simulate.ts';
import type { Task } from './worker.ts';

/** Seeds that a thread is given at a time. */
const TASK_SEEDS = 50;
/** Progress is told this often. */
const TELL_MS = 5000;
/** Of the worlds that broke a law so many are named. */
const NAMED_MAX = 20;

const asked = readArguments(process.argv.slice(2));
if (asked.kind === 'help') console.log(HELP);
else if (asked.kind === 'wrong') {
  console.error(`${asked.fault}\n\n${HELP}`);
  process.exitCode = 2;
} else if (asked.kind === 'replay') await replay(asked.seed);
else await run(asked);

async function replay(seed: number): Promise<void> {
  const { violations } = await simulate(seed, (line) => console.log(line));
  console.log(violations.length === 0 ? `seed ${seed}: every law held` : `seed ${seed}: ${violations.join('\n  ')}`);
  if (violations.length > 0) process.exitCode = 1;
}

async function run(settings: Extract<Arguments, { kind: 'run' }>): Promise<void> {
  const began = performance.now();
  const minutes = () => (performance.now() - began) / 60_000;
  let next = settings.from;
  const end = settings.from + settings.seeds;
  let sum = NOTHING_YET;
  let toldMs = began;
  const task = (): Task | null => {
    if (next >= end || minutes() >= settings.minutes) return null;
    const from = next;
    next = Math.min(end, from + TASK_SEEDS);
    return { from, count: next - from };
  };
  // What is under way is finished, and all that was met is told.
  process.once('SIGINT', () => {
    next = end;
  });
  const work = async () => {
    const worker = new Worker(new URL('worker.ts', import.meta.url));
    for (let given = task(); given !== null; given = task()) {
      worker.postMessage(given);
      const [summary] = (await once(worker, 'message')) as [Summary];
      sum = together(sum, summary);
      for (const { seed } of summary.broken.slice(0, NAMED_MAX)) console.error(`seed ${seed} breaks a law`);
      if (performance.now() - toldMs < TELL_MS) continue;
      toldMs = performance.now();
      console.error(`${sum.seeds} of ${settings.seeds} seeds, ${sum.broken.length} broken`);
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: settings.workers }, work));
  tell(sum, minutes());
  for (const { seed } of settings.trace ? sum.broken.slice(0, NAMED_MAX) : []) await replay(seed);
  if (sum.broken.length > 0 || sum.seeds === 0) process.exitCode = 1;
}

function tell({ seeds, events, longestMs, coverage, broken }: Summary, minutes: number): void {
  for (const [name, times] of coverage) console.log(`${String(times).padStart(9)}  ${name}`);
  const reached = new Set(coverage.map(([name]) => name));
  for (const name of RARE_PATHS) if (!reached.has(name)) console.log(`    never  ${name}`);
  console.log(
    `${seeds} worlds, ${events} events in ${minutes.toFixed(1)} minutes (${Math.round(seeds / minutes)} worlds a minute); ` +
      `no call waited longer than ${(longestMs / 1000).toFixed(1)} s of virtual time`,
  );
  for (const { seed, violations } of broken.slice(0, NAMED_MAX)) {
    console.log(`\nseed ${seed} at ${commit()}:`);
    for (const violation of violations.slice(0, 5)) console.log(`  ${violation}`);
    console.log(`  npm run simulate -- --seed ${seed}`);
  }
  if (seeds === 0) console.log('no world was run, so nothing is known');
  else console.log(broken.length === 0 ? 'every law held' : `${broken.length} worlds break a law`);
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'an unknown commit';
  }
}
