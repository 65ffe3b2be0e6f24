/** The database ends sessions of the service at random, in the midst of commits, now and then all of them at once: an administrator's command, a proxy that tires. */
import type { Fault } from './fault.ts';
import { openShopping } from './shopping.ts';

/** Every so many times all sessions are ended, whatever they are for; else one. */
const ALL_EVERY = 5;
/** How many times longer it goes on than it has to, for want of a commit that was under way just then. */
const PATIENCE = 10;
/** One at a time while it works; `$1` also an idle one. */
const END_ONE = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
  and application_name <> 'test' and ($1 or state <> 'idle') order by xact_start nulls last, random() limit 1`;
const END_ALL = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name <> 'test'`;

export const fault: Fault = {
  row: 4,
  title: "the writer's backend ended",
  obstacle: async () => null,
  async run(trial) {
    const ground = await trial.ground();
    const sql = await ground.sql();
    const shopping = await openShopping(trial, ground);
    const rounds = trial.rounds(15, 300);
    let [ended, all] = [0, 0];
    // It must have been in the way of commits, not of idle connections alone.
    const hitCommit = () => shopping.service.logs().includes('batch_failed');
    for (let round = 1; round <= rounds || (round <= rounds * PATIENCE && !hitCommit()); round++) {
      const everyone = round % ALL_EVERY === 0;
      for (let rows = 0; rows === 0; ) {
        rows = (everyone ? await sql.query(END_ALL) : await sql.query(END_ONE, [round % 4 === 0])).length;
        ended += rows;
      }
      if (everyone) all++;
      await shopping.shoppers.answers(1 + (round % 7) * 3);
      if (round % 50 === 0) trial.progress(`${round} of ${rounds} times: ${shopping.shoppers.answered} answered`);
    }
    await shopping.recovery();
    trial.demand('I9', hitCommit(), 'no commit was under way whenever a session was ended');
    trial.note(`${ended} sessions ended, ${all} times all at once`);
    await shopping.close(['unknown_outcome', 'database_unavailable', 'standby']);
  },
};
