/** The owner of a database is killed, or paused, under load, and a standby takes over: nothing acknowledged is lost, and the paused one commits nothing when it wakes. */
import { Shoppers } from '../../support/shoppers.ts';
import type { Fault, Ground, Trial } from './fault.ts';

const SKUS = ['a', 'b', 'c', 'd'];
const SHOPPERS = 24;
const SIGNALS = ['SIGKILL', 'SIGSTOP'] as const;
/** What a woken process may tell those who waited for it. */
const EXCUSED = ['standby', 'unknown_outcome', 'database_unavailable'];

export const fault: Fault = {
  row: 9,
  title: 'owner killed or paused, a standby takes over',
  obstacle: async () => null,
  async run(trial) {
    const ground = await trial.ground();
    const rounds = trial.rounds(2, 40);
    const seconds: Record<(typeof SIGNALS)[number], number[]> = { SIGKILL: [], SIGSTOP: [] };
    for (let round = 0; round < rounds; round++) {
      const signal = SIGNALS[round % 2] ?? 'SIGKILL';
      const took = await takeover(trial, ground, round, signal);
      seconds[signal].push(took);
      trial.progress(`round ${round + 1} of ${rounds}, ${signal}: taken over after ${took.toFixed(1)} s`);
    }
    for (const signal of SIGNALS) {
      const all = seconds[signal].sort((a, b) => a - b);
      const told = [all[0], all[Math.floor(all.length / 2)], all.at(-1)].map((one) => one?.toFixed(1));
      trial.note(`taken over after ${signal} in ${told.join(' / ')} s (least / median / most)`);
    }
    await secondOnOneFolder(trial);
  },
};

/** One owner, one standby, one signal. Answers the seconds from the signal to the standby's being ready. */
async function takeover(trial: Trial, ground: Ground, round: number, signal: 'SIGKILL' | 'SIGSTOP'): Promise<number> {
  const owner = await ground.service();
  const client = ground.client(owner.url);
  if (round === 0) await client.stock(1_000_000, ...SKUS);
  const standby = await ground.service();
  trial.demand('I1', !owner.standsBy && standby.standsBy, 'the second process does not stand by, or the first does');
  const next = ground.client(standby.url);
  trial.demand('I1', (await next.get('/skus/a')).status === 503, 'a standby answers what the owner must');

  const before = new Shoppers({ name: `r${round}-before`, skus: SKUS });
  const home = before.shop(client, SHOPPERS);
  await before.answers(100 + Math.floor(Math.random() * 200));
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 25));
  const began = performance.now();
  process.kill(owner.pid, signal);
  await standby.ready;
  const seconds = (performance.now() - began) / 1000;

  const after = new Shoppers({ name: `r${round}-after`, skus: SKUS });
  const homeAfter = after.shop(next, SHOPPERS);
  await after.answers(100);
  const asleep = await lastBatchOfDeposed(ground);
  if (signal === 'SIGSTOP') process.kill(owner.pid, 'SIGCONT');
  // All that waited for the former owner have been told something.
  await home;
  if (signal === 'SIGSTOP') {
    const told = await client.get('/skus/a');
    trial.demand('I1', told.status === 503, `a deposed owner answers ${told.status} ${told.text}`);
    const awake = await lastBatchOfDeposed(ground);
    trial.demand('I1', awake === asleep, `a deposed owner committed when it woke: batch ${awake}, was ${asleep}`);
  }
  await after.answers(50);
  after.goHome();
  await homeAfter;
  const wrong = [...before.refusedWith].filter((code) => !EXCUSED.includes(code));
  trial.demand('I7', wrong.length === 0, `the former owner told ${wrong.join(', ')}`);
  trial.demand('I9', after.unanswered === 0, `${after.unanswered} were not answered by the new owner`);
  trial.check(['I2', 'I7'], await before.faults(next));
  trial.check(['I2', 'I7'], await after.faults(next));
  await owner.kill();
  trial.demand('I6', (await standby.stop()) === 0, 'the new owner did not end with 0');
  await ground.audit();
  return seconds;
}

/** A folder takes one process: the second one does not start, and says who has it. The first serves on, and whoever comes when it is gone. */
async function secondOnOneFolder(trial: Trial): Promise<void> {
  const ground = await trial.embedded();
  const first = await ground.service();
  const client = ground.client(first.url);
  await client.stock(1_000_000, ...SKUS);
  const shoppers = new Shoppers({ name: 'folder', skus: SKUS });
  const home = shoppers.shop(client, SHOPPERS);
  await shoppers.answers(50);
  const words = await ground.service().then(
    () => 'it started',
    (error: unknown) => String(error),
  );
  for (const expected of ['exit code 1', 'Stock Keeper does not start', `in use by process ${first.pid} since`]) {
    trial.demand('I1', words.includes(expected), `the second process: "${expected}" is not in: ${words}`);
  }
  await shoppers.answers(50);
  shoppers.goHome();
  await home;
  trial.demand('I9', shoppers.unanswered === 0, `${shoppers.unanswered} were not answered by the first process`);
  await first.kill();
  const next = await ground.service();
  trial.check(['I2', 'I7'], await shoppers.faults(ground.client(next.url)));
  trial.demand('I6', (await next.stop()) === 0, 'the process after the first did not end with 0');
  await ground.audit();
  trial.progress('a second process on one folder was refused');
}

/** The last epoch that has ended, and the number of its last batch. */
async function lastBatchOfDeposed(ground: Ground): Promise<string> {
  return ground.read(async (query) => {
    const [row] = await query(
      `select epoch || ':' || batch as last from epochs where ended_at is not null order by epoch desc limit 1`,
    );
    return String(row?.['last']);
  });
}
