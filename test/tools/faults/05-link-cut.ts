/**
 * The wire between service and database is cut around COMMIT, where nobody can tell from the error whether it was carried out, and cut
 * at any moment, and swallows everything for a while: what was answered is so, what was not is told truly by asking again.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { CutPlan, Wire } from '../../support/proxy.ts';
import type { Fault } from './fault.ts';
import { openShopping, type Shopping } from './shopping.ts';
import { wired } from './wired.ts';

const CUTS: readonly (CutPlan | 'any_moment')[] = ['cut_before', 'cut_after', 'cut_at_once', 'any_moment'];
/** How long nothing passes, milliseconds: longer than the service waits for a commit, in the long form. */
const BLACK_HOLE_MS = { short: 1500, long: 15_000 };

export const fault: Fault = {
  row: 5,
  title: 'link cut, black hole',
  obstacle: async () => null,
  async run(trial) {
    const { wire, ground } = await wired(trial);
    const shopping = await openShopping(trial, ground);

    const cuts = trial.rounds(12, 200);
    for (let cut = 0; cut < cuts; cut++) {
      await cutOnce(wire, CUTS[cut % CUTS.length] ?? 'any_moment');
      await shopping.shoppers.answers(1 + (cut % 7) * 5);
      if (cut % 50 === 49) trial.progress(`${cut + 1} of ${cuts} cuts: ${shopping.shoppers.answered} answered`);
    }
    await shopping.recovery();
    checkSettled(trial, shopping);

    const holes = trial.rounds(1, 4);
    for (let hole = 0; hole < holes; hole++) {
      // In turn from a COMMIT on, and from any moment on.
      if (hole % 2 === 0) await wire.atCommit('swallow');
      else wire.blackHole();
      await pause(BLACK_HOLE_MS[trial.size]);
      wire.heal();
      await shopping.recovery();
      trial.progress(`black hole ${hole + 1} of ${holes}: ${shopping.shoppers.answered} answered`);
      await shopping.shoppers.answers(50);
    }
    trial.note(`${cuts} cuts and ${holes} black holes of ${BLACK_HOLE_MS[trial.size]} ms`);
    await shopping.close(['unknown_outcome', 'database_unavailable', 'standby']);
  },
};

async function cutOnce(wire: Wire, cut: CutPlan | 'any_moment'): Promise<void> {
  if (cut !== 'any_moment') return wire.atCommit(cut);
  await pause(Math.random() * 20);
  wire.cutAll();
}

/** Commits were found to have been carried out, and others not to have been, by asking the database. */
function checkSettled(trial: Parameters<Fault['run']>[0], { service }: Shopping): void {
  const logs = service.logs();
  for (const committed of [true, false]) {
    const said = logs.includes(`"committed":${committed},"msg":"commit_settled"`);
    trial.demand('I7', said, `no cut commit was settled as ${committed ? 'carried out' : 'not carried out'}`);
  }
}
