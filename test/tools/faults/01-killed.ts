/** SIGKILL under load and started again, round after round on one database, on PostgreSQL and on the embedded one: nothing acknowledged is lost. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Query } from '../../support/laws.ts';
import { Shoppers } from '../../support/shoppers.ts';
import type { Fault, Ground, Trial } from './fault.ts';
import { restartReadsTheSame } from './memory-and-database.ts';

const SHOPPERS = 32;
const PLENTY = ['a', 'b', 'c', 'd', 'e', 'f'];
/** Runs out now and then, so that there are refusals among the answers. */
const SCARCE = 'scarce';
const SKUS = [...PLENTY, SCARCE];
/** Answers before the kill, at least and at most. */
const ANSWERS = { short: { least: 100, most: 250 }, long: { least: 200, most: 900 } };
/** The kill comes up to this much after the last of those answers: into any part of a commit. */
const KILL_DELAY_MAX_MS = 25;
/** The database is read each so many rounds, and at the end: the embedded one has to be stopped for it. */
const AUDIT_EVERY = 10;

const between = (low: number, high: number) => low + Math.floor(Math.random() * (high - low + 1));

export const fault: Fault = {
  row: 1,
  title: 'killed mid-load',
  obstacle: async () => null,
  async run(trial) {
    // Many kills are bound to find a commit whose answer has not left; not so where the database dies with the service.
    const happened = await killRounds(trial, await trial.ground(), 'PostgreSQL', trial.rounds(2, 50));
    if (trial.size === 'long') trial.demand('I7', happened > 0, 'no kill came between a commit and its answer');
    await killRounds(trial, await trial.embedded(), 'PGlite', trial.rounds(1, 50));
  },
};

/** Answers how many placements and receipts had happened although their answers never came. */
async function killRounds(trial: Trial, ground: Ground, name: string, rounds: number): Promise<number> {
  const all: Shoppers[] = [];
  let unanswered = 0;
  let service = await ground.service();
  await ground.client(service.url).stock(1_000_000, ...PLENTY);
  await ground.client(service.url).stock(20, SCARCE);
  for (let round = 1; round <= rounds; round++) {
    const shoppers = new Shoppers({ name: `r${round}`, skus: SKUS });
    all.push(shoppers);
    const home = shoppers.shop(ground.client(service.url), SHOPPERS);
    const { least, most } = ANSWERS[trial.size];
    await shoppers.answers(between(least, most));
    await pause(between(0, KILL_DELAY_MAX_MS));
    await service.kill();
    await home;
    unanswered += shoppers.unanswered;

    service = await ground.service();
    const client = ground.client(service.url);
    trial.check(['I2', 'I7'], await shoppers.faults(client));
    const last = round === rounds;
    // All rounds once more at the end: a later kill takes nothing from an earlier one.
    if (last) for (const earlier of all.slice(0, -1)) trial.check('I2', await earlier.faults(client));
    if (last || round % AUDIT_EVERY === 0) {
      const orders = shoppers.acknowledged('place');
      service = await restartReadsTheSame(trial, ground, service, { skus: SKUS, orders }, async () => {
        await ground.audit();
        const keys = all.flatMap((earlier) => earlier.acknowledged('receive'));
        trial.check('I2', await ground.read((query) => receivedOnce(query, keys)));
      });
    }
    const { done, undone } = shoppers.cutOff;
    trial.progress(
      `${name}, round ${round} of ${rounds}: ${shoppers.answered} answered, ${done} of ${done + undone} cut off had happened`,
    );
  }
  await service.stop();
  // The kill came while something was under way, or this says nothing.
  trial.demand('I7', unanswered > 0, `on ${name} nothing was under way at any kill`);
  const happened = all.reduce((sum, shoppers) => sum + shoppers.cutOff.done, 0);
  trial.note(
    `on ${name}: ${rounds} kills, ${unanswered} requests cut off, of which ${happened} placements and receipts had happened`,
  );
  return happened;
}

/** Goods that were acknowledged are in the ledger, and none of them twice. */
async function receivedOnce(query: Query, acknowledged: readonly string[]): Promise<string[]> {
  const rows = await query(
    `select reference, count(*)::int as times from movements where kind = 'received' and reference is not null group by reference`,
  );
  const times = new Map(rows.map((row) => [String(row['reference']), Number(row['times'])]));
  const twice = [...times].flatMap(([reference, count]) =>
    count > 1 ? [`goods ${reference} were received ${count} times`] : [],
  );
  const lost = acknowledged.flatMap((key) =>
    times.has(key) ? [] : [`goods ${key} were acknowledged and are not there`],
  );
  return [...twice, ...lost];
}
