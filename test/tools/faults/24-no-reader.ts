/**
 * Nobody reads what the process says: its stdout is closed from the start, or when it is about to say that it takes over; its stderr is a pipe that is left full.
 * It goes on, ends when it is told to, and keeps no more than a little of what it could not say.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { guard } from '../../support/guard.ts';
import type { ServiceEnv } from '../../support/service.ts';
import { orderRequest } from '../../support/shop-client.ts';
import { until } from '../../support/until.ts';
import type { Fault, Ground, Trial } from './fault.ts';
import { rssMb } from './rss.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const LISTENS = /Server listening at (http:\/\/[^"]+)/;
const SAYS = /Stock Keeper (?:is ready|stands by) on (http:\/\/\S+)/;
/** Lines of nearly a kB each, more than what may wait for a reader. */
const QUESTIONS = 3000;
const LONG = 'x'.repeat(128);
/** The lines that wait, and the garbage of that many requests. */
const RSS_GROWTH_MAX_MB = 150;
const ENDED_WITHIN_MS = 10_000;
/** The rest is for a busy machine. */
const LATE_MS = 30_000;

export const fault: Fault = {
  row: 24,
  title: 'stdout closed, stderr not read',
  obstacle: async () => null,
  async run(trial) {
    const ground = await trial.ground();
    await closedAtTheStart(trial, ground);
    await closedBeforeTakingOver(trial, ground);
    await neverRead(trial, ground);
    await ground.audit();
  },
};

async function closedAtTheStart(trial: Trial, ground: Ground): Promise<void> {
  const child = start(trial, ground, { LOG_LEVEL: 'info' });
  child.stdout.destroy();
  const client = ground.client(await said(child.stderr, LISTENS));
  await client.stock(10, 'a');
  await ends(trial, child, 'with its stdout closed');
}

async function closedBeforeTakingOver(trial: Trial, ground: Ground): Promise<void> {
  const owner = await ground.service();
  const standby = start(trial, ground, { LOG_LEVEL: 'info' });
  standby.stderr.resume();
  const client = ground.client(await said(standby.stdout, SAYS));
  standby.stdout.destroy();
  await owner.stop();
  await until(async () => {
    const { status } = await client.get('/health/ready');
    if (status !== 200) throw new Error(`the standby has not taken over: ${status}`);
  });
  const { status } = await client.ask(orderRequest('taken-over', { a: 1 }));
  trial.demand('I9', status === 201, `the standby that took over answered ${status}`);
  await ends(trial, standby, 'a standby with its stdout closed');
}

async function neverRead(trial: Trial, ground: Ground): Promise<void> {
  const child = start(trial, ground, { LOG_LEVEL: 'trace' });
  const client = ground.client(await said(child.stdout, SAYS));
  const before = rssMb(child.pid ?? 0);
  const dropped = async () =>
    Number(/^stock_keeper_log_lines_dropped_total (\d+)$/m.exec((await client.get('/metrics')).text)?.[1]);
  const rounds = trial.rounds(1, 20);
  for (let round = 0; round < rounds; round++) {
    const asked = Array.from({ length: QUESTIONS }, () => client.get(`/skus/${LONG}?${LONG}${LONG}${LONG}`));
    await Promise.all(asked);
  }
  const after = rssMb(child.pid ?? 0);
  const lines = await dropped();
  trial.demand('I10', lines > 0, `${lines} lines were dropped`);
  if (before !== null && after !== null) {
    trial.demand('I10', after - before < RSS_GROWTH_MAX_MB, `RSS grew from ${before} to ${after} MB`);
    trial.note(`${lines} lines dropped; RSS ${before} MB before, ${after} after`);
  }
  await ends(trial, child, 'with its stderr full');
}

type Child = ChildProcess & { readonly stdout: Readable; readonly stderr: Readable };

/** A service whose outputs are this row's to read. */
function start(trial: Trial, { env }: Ground, more: ServiceEnv): Child {
  const { PATH } = process.env;
  const settings = Object.entries({ PATH, HOST: '127.0.0.1', PORT: 0, ...env, ...more });
  const child = spawn(process.execPath, [MAIN], {
    env: Object.fromEntries(settings.map(([name, value]) => [name, String(value)])),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) {
    const guarded = guard(child.pid, 'KILL');
    child.once('exit', () => guarded.release());
  }
  trial.defer(() => child.kill('SIGKILL'));
  return child;
}

/** What comes first of a pattern; what comes then is read, too, and forgotten. */
async function said(output: Readable, pattern: RegExp): Promise<string> {
  let all = '';
  for await (const text of output.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    all += text;
    const [, found] = pattern.exec(all) ?? [];
    if (found !== undefined) {
      output.resume();
      return found;
    }
  }
  throw new Error(`the service ended before it said where it is:\n${all}`);
}

async function ends(trial: Trial, child: Child, how: string): Promise<void> {
  const ended = once(child, 'exit');
  const began = performance.now();
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), LATE_MS);
  const [code, signal] = await ended;
  clearTimeout(late);
  const ms = performance.now() - began;
  if (trial.size === 'long') trial.demand('I9', ms < ENDED_WITHIN_MS, `${how}: ended after ${ms} ms`);
  trial.demand('I9', code === 0, `${how}: ended with ${code ?? signal}`);
}
