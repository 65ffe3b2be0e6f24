/** A request whose decisions are set by hand, and their results too. */
import { expect } from 'vitest';
import type { Entry, Verdict } from '../../src/journal/journal.ts';
import { Admission } from '../../src/keeper/admission.ts';
import { Attempts } from '../../src/keeper/attempts.ts';
import type { Decided, Decider, Joined } from '../../src/keeper/decider.ts';
import type { Request } from '../../src/keeper/in-flight.ts';
import { KEEPER_LIMITS, type KeeperLimits } from '../../src/keeper/limits.ts';
import { LoadFailed } from '../../src/keeper/memory/load-failed.ts';
import type { Patience } from '../../src/keeper/waiting/patience.ts';
import type { Observation } from '../../src/lib/observe.ts';
import type { Answer } from '../../src/shop/outcome.ts';
import { readSku } from '../support/commands.ts';

export const DONE: Answer = { outcome: { kind: 'cart_kept', cartId: 'c' }, replayed: false };
export const REFUSED: Answer = { outcome: { kind: 'cart_not_found', cartId: 'c' }, replayed: false };

export const entry = (verdict: Verdict) => ({ settled: Promise.resolve(verdict) }) as Entry;
export const decided = (answer: Answer, ...verdicts: readonly Verdict[]): Decided => ({
  answer,
  restsOn: verdicts.map(entry),
  waits: false,
});
export const away = new LoadFailed('away');

export type Turn = Decided | Joined | Error | (() => Decided | Joined | Error);

/** A request that is decided as `turns` say. The last one repeats for ever. */
export function request(turns: readonly Turn[], limits: Partial<KeeperLimits> = {}, patience: Partial<Patience> = {}) {
  const time = { now: 7000 };
  const world = { role: 'owner' as 'owner' | 'standby' };
  const [seen, pauses, alone]: [Observation[], number[], boolean[]] = [[], [], []];
  const all = { ...KEEPER_LIMITS, backoffMaxMs: 20, ...limits };
  const admission = new Admission(all, () => time.now);
  const random = { next: 0 };
  const loadAndDecide: Decider['loadAndDecide'] = async (_request, _taken, isAlone) => {
    const next = turns[Math.min(alone.length, turns.length - 1)] ?? expect.unreachable();
    alone.push(isAlone);
    const come = typeof next === 'function' ? next() : next;
    if (come instanceof Error) throw come;
    return come;
  };
  const attempts = new Attempts({
    decider: { loadAndDecide } as Decider,
    admission,
    limits: all,
    role: () => world.role,
    elapsed: () => time.now,
    observe: (observation) => seen.push(observation),
    random: () => random.next,
    pause: async (ms) => void pauses.push(ms),
  });
  const command = readSku('A');
  const taken = admission.take(command);
  const asked: Request = {
    ...{ command, idempotency: null, signal: null, names: [], arrival: 1 },
    patience: patience as Patience,
  };
  const run = (changes: Partial<Request> = {}) => attempts.run({ ...asked, ...changes }, taken);
  return { run, taken, admission, time, world, seen, pauses, alone, random };
}
