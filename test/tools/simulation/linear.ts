/** Whether some order of the same commands, one at a time, explains a small history: the search of `test/tools/histories/wing-gong.ts`. */
import type { Command } from '../../../src/shop/commands.ts';
import { type CommandCall, withoutRivals, worldModel } from '../../support/world-model.ts';
import { CALLS_MAX, linearize } from '../histories/wing-gong.ts';
import { type Asked, isTurnedAway, isUnknown } from './history.ts';

/** A search that looks at more states is broken off: many calls of unknown outcome overlap everything. */
const LOOKS_MAX = 500;

/** All turns were at time `at`. `undecided` for a history that is too large to search. */
export function linearizes(history: readonly Asked[], at: number): boolean | 'undecided' {
  const calls = withoutRivals(history.filter((asked) => !isTurnedAway(asked) && !isIdle(asked)).map(callOf));
  if (calls.length > CALLS_MAX) return 'undecided';
  try {
    return linearize(calls, worldModel(at), LOOKS_MAX) !== null;
  } catch {
    return 'undecided';
  }
}

function callOf(asked: Asked): CommandCall {
  const { command, called, answered, answer } = asked;
  return {
    question: command,
    called,
    answered: answered ?? Number.POSITIVE_INFINITY,
    answer: isUnknown(asked) ? null : answer,
  };
}

/** It was not answered and changes nothing: it explains nothing. */
function isIdle(asked: Asked): boolean {
  const reads: readonly Command['kind'][] = ['read_sku', 'read_order', 'read_cart', 'read_availability'];
  return isUnknown(asked) && reads.includes(asked.command.kind);
}
