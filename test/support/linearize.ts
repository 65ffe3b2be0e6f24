/**
 * Is a concurrent history one that some order of the same commands, one at a time, would have produced?
 * The search of Wing and Gong with Lowe's memo: take any command that was called before the first answer still open, ask the model,
 * and go on if it answers the same. A command answered `unknown_outcome` may have happened at any time from its call on, or not at all.
 * J. Wing, C. Gong, "Testing and Verifying Concurrent Objects" (1993); G. Lowe, "Testing for linearizability" (2017).
 */
import { isDeepStrictEqual } from 'node:util';
import type { Answer, Command } from '../../src/keeper/command.ts';
import { EMPTY_WORLD, step, type World } from './model.ts';

/** One command: when it was called and answered, on one logical clock that never stands still. */
export interface Call {
  readonly command: Command;
  readonly called: number;
  readonly answered: number;
  readonly answer: Answer;
}

/** The most calls one search is given; its cost grows with the commands that overlap. */
export const CALLS_MAX = 60;

/** An order of `calls` (indexes) that explains every answer, `null` if there is none. All turns were at time `at`. */
export function linearize(calls: readonly Call[], at: number, world: World = EMPTY_WORLD): number[] | null {
  if (calls.length > CALLS_MAX) throw new Error(`a search is given at most ${CALLS_MAX} calls, not ${calls.length}`);
  const seen = new Set<string>();
  const order: number[] = [];

  function search(done: bigint, now: World): boolean {
    const open = calls.flatMap((_, i) => ((done >> BigInt(i)) & 1n ? [] : [i]));
    const sure = open.filter((i) => !isUnknown(calls[i]));
    if (sure.length === 0) return true;
    const memo = `${done} ${fingerprint(now)}`;
    if (seen.has(memo)) return false;
    seen.add(memo);
    const firstAnswer = Math.min(...sure.map((i) => (calls[i] as Call).answered));
    for (const i of open) {
      const call = calls[i] as Call;
      if (call.called > firstAnswer) continue;
      const { world: next, outcome, replayed } = step(now, call.command, at);
      if (!isUnknown(call) && !isDeepStrictEqual({ outcome, replayed }, call.answer)) continue;
      order.push(i);
      if (search(done | (1n << BigInt(i)), next)) return true;
      order.pop();
    }
    return false;
  }

  return search(0n, world) ? order : null;
}

function isUnknown(call: Call | undefined): boolean {
  return call?.answer.outcome.kind === 'unknown_outcome';
}

function fingerprint(world: World): string {
  return JSON.stringify([[...world.skus.values()], [...world.orders.values()]].map((rows) => rows.sort(byId)));
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
