/**
 * Decides one command in one turn. An answer recorded under its idempotency key is given again; otherwise its own rule
 * decides.
 */

import { type Command, ruleOf, staleVersion } from '../shop/commands.ts';
import { type Idempotency, isSame, remembered } from '../shop/idempotency.ts';
import { type Answer, first, isDone } from '../shop/outcome.ts';
import { ShopTurn } from '../shop/shop-turn.ts';
import type { Turn } from './turn.ts';

/**
 * Decides a command and records under its key what was done. A refusal is not recorded: it is decided afresh when it is
 * asked again. Throws `Bug` when memory is not what it should be.
 */
export function decide(command: Command, idempotency: Idempotency | null, turn: Turn): Answer {
  if (idempotency === null) return decideCommand(command, turn);
  const { key, fingerprint } = idempotency;
  const before = remembered(turn.find('keys', key), turn.at);
  if (before !== null) {
    return isSame(before, idempotency)
      ? { outcome: before.outcome, replayed: true }
      : first({ kind: 'idempotency_key_reused', key });
  }
  const answer = decideCommand(command, turn);
  if (isDone(answer.outcome)) {
    const row = { key, fingerprint, outcome: JSON.stringify(answer.outcome), at: turn.at };
    turn.write('keys', { id: key, basis: null, row, isWhole: true });
  }
  return answer;
}

function decideCommand(command: Command, turn: Turn): Answer {
  const shown = new ShopTurn(turn);
  const stale = staleVersion(command, shown);
  return stale === null ? ruleOf(command).decide(command, shown) : first(stale);
}
