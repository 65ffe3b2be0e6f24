/**
 * Transactions that the database breaks off for the sake of others: serialization failures and deadlocks, one in ten injected by triggers, in
 * the statement and at COMMIT, and real ones, made by a session that writes the same rows. They are tried again. Who comes behind many of them may run out of attempts: that is told, and is so.
 */
import { adjustByHand } from '../../support/by-hand.ts';
import type { SqlSession } from '../../support/sql.ts';
import { until } from '../../support/until.ts';
import type { Fault, Ground, Trial } from './fault.ts';
import { openShopping, type Shopping, SKUS } from './shopping.ts';

const SHARE = 0.1;
const STATES = ['40001', '40P01'];
/** So many times 50 more answers are waited for, until each of them has come. */
const MORE_MAX = 100;
/** In which they come, each as often as the others. */
const KINDS = 3;
/** Of the questions, no more than these may be told that their outcome is unknown. */
const TOLD_MAX = 0.02;
/** A deadlock is found by whoever waits this long, milliseconds; the service then, not the one who made it. */
const DEADLOCK_TIMEOUT_MS = 100;

export const fault: Fault = {
  row: 11,
  title: 'serialization, deadlock errors',
  obstacle: async () => null,
  async run(trial) {
    await injected(trial);
    await real(trial);
  },
};

/** Raised by triggers: after the statement has written its rows, and in the COMMIT of one transaction in ten. */
async function injected(trial: Trial): Promise<void> {
  const ground = await trial.ground();
  const sql = await ground.sql();
  const shopping = await openShopping(trial, ground);
  for (const [name, state, condition] of [
    ['fail_serialization', '40001', `random() < ${SHARE / KINDS}`],
    ['fail_deadlock', '40P01', `random() < ${SHARE / KINDS}`],
    // Asked for each row: the same for all of a transaction.
    ['fail_commit', '40001', `txid_current() % ${Math.round(KINDS / SHARE)} = 0`],
  ]) {
    await sql.query(`create function ${name}() returns trigger language plpgsql as
      $$ begin if ${condition} then raise exception 'as planned' using errcode = '${state}'; end if; return null; end $$`);
  }
  await sql.query(
    'create trigger fail_serialization after insert on movements for each statement execute function fail_serialization()',
  );
  await sql.query(
    'create trigger fail_deadlock after insert on movements for each statement execute function fail_deadlock()',
  );
  await sql.query(`create constraint trigger fail_commit after insert on movements deferrable initially deferred
    for each row execute function fail_commit()`);
  await shopping.shoppers.answers(trial.rounds(300, 20_000));
  // They come by chance.
  for (let more = 0; more < MORE_MAX && !hasSeenAll(shopping); more++) await shopping.shoppers.answers(50);
  checkSeen(trial, shopping);
  await sql.query('drop trigger fail_serialization on movements');
  await sql.query('drop trigger fail_deadlock on movements');
  await sql.query('drop trigger fail_commit on movements');
  await shopping.recovery();
  trial.progress(`injected: ${shopping.shoppers.answered} answered`);
  await shopping.close(['unknown_outcome']);
}

/** The database's own: every transaction is serializable and someone else writes the same rows; and two that wait for one another. */
async function real(trial: Trial): Promise<void> {
  const ground = await trial.ground();
  const sql = await ground.sql();
  await sql.query(`do $$ begin
    execute format('alter database %I set default_transaction_isolation = serializable', current_database());
    execute format('alter database %I set deadlock_timeout = ${DEADLOCK_TIMEOUT_MS}', current_database());
  end $$`);
  const shopping = await openShopping(trial, ground);
  const hand = await ground.sql();
  await hand.query(`set deadlock_timeout = '20s'`);
  // This session does the breaking: nothing of it is broken off itself.
  await hand.query(`set default_transaction_isolation = 'read committed'`);
  const rounds = trial.rounds(4, 100);
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) await deadlock(hand, sql);
    else await changeMeanwhile(hand, sql);
    await shopping.shoppers.answers(20);
    if (round % 20 === 19)
      trial.progress(`real: ${round + 1} of ${rounds} conflicts, ${shopping.shoppers.answered} answered`);
  }
  await shopping.recovery();
  checkSeen(trial, shopping);
  await noticeAll(ground, shopping);
  await shopping.close(['unknown_outcome'], { foreign: SKUS });
}

/** Takes the SKUs, waits for a batch that has written its epoch and waits for them, and then asks for the epoch. */
async function deadlock(hand: SqlSession, watcher: SqlSession): Promise<void> {
  await hand.query('begin');
  await hand.query('select 1 from skus order by id for update');
  await waitedFor(hand, watcher);
  await hand.query('select 1 from epochs where ended_at is null for update');
  await hand.query('commit');
}

/** A batch waits for a row, and when it gets it, it is not the row that its transaction has seen. */
async function changeMeanwhile(hand: SqlSession, watcher: SqlSession): Promise<void> {
  await hand.query('begin');
  await hand.query('select 1 from skus where id = $1 for update', [SKUS[0]]);
  await waitedFor(hand, watcher);
  await adjustByHand(hand, SKUS.slice(0, 1), 1);
  await hand.query('commit');
}

async function waitedFor(hand: SqlSession, watcher: SqlSession): Promise<void> {
  const pid = await hand.pid();
  const waiting = 'select count(*)::int from pg_stat_activity where $1 = any(pg_blocking_pids(pid))';
  await until(async () => {
    if ((await watcher.value<number>(waiting, [pid])) === 0) throw new Error('no batch waits');
  });
}

/** What was changed by hand is noticed when it is written again; from then on it is read as it is. */
async function noticeAll(ground: Ground, { service }: Shopping): Promise<void> {
  const client = ground.client(service.url);
  for (const id of SKUS) await client.post(`/skus/${id}/receive`, { quantity: 1 });
}

const hasMet = ({ service }: Shopping, state: string): boolean => service.logs().includes(`"code":"${state}"`);

const hasSeenAll = (shopping: Shopping): boolean => STATES.every((state) => hasMet(shopping, state));

function checkSeen(trial: Trial, shopping: Shopping): void {
  const { answered, askedAgain } = shopping.shoppers;
  trial.demand('I9', askedAgain <= answered * TOLD_MAX, `${askedAgain} of ${answered} questions had to be asked again`);
  for (const state of STATES) {
    trial.demand('I9', hasMet(shopping, state), `no transaction was broken off with ${state}`);
  }
}
