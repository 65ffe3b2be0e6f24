/** The database server crashes under load, by an immediate shutdown or by SIGKILL to all of it, and is back after three seconds: the service stays up. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import { openShopping } from './shopping.ts';

/** How long it is away, milliseconds. */
const AWAY_MS = { short: 1000, long: 3000 };
/** How many times longer it goes on than it has to, for want of a commit that was under way just then. */
const PATIENCE = 5;
const CRASHES = ['immediate shutdown', 'SIGKILL'] as const;

export const fault: Fault = {
  row: 3,
  title: 'database crash',
  obstacle: async () => null,
  async run(trial) {
    const dataDir = trial.dataFolder();
    let server = await trial.postgres({ dataDir });
    const { port, url } = server;
    const ground = trial.groundAt(url);
    const shopping = await openShopping(trial, ground);
    const rounds = trial.rounds(2, 10);
    const hitCommit = () => shopping.service.logs().includes('batch_failed');
    for (let round = 0; round < rounds || (round < rounds * PATIENCE && !hitCommit()); round++) {
      const crash = CRASHES[round % CRASHES.length];
      if (crash === 'SIGKILL') await server.kill();
      else await server.stop('immediate');
      await pause(AWAY_MS[trial.size]);
      server = await trial.postgres({ dataDir, port });
      await shopping.recovery();
      trial.progress(`crash ${round + 1} of ${rounds}, by ${crash}: ${shopping.shoppers.answered} answered`);
      await shopping.shoppers.answers(100 + Math.floor(Math.random() * 100));
    }
    trial.demand('I9', hitCommit(), 'no commit was under way at any crash');
    await shopping.close(EXCUSED);
  },
};

/** What a client may be told while there is no database; which of them depends on who notices first. */
const EXCUSED = ['unknown_outcome', 'database_unavailable', 'standby'];
