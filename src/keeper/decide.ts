/** One command, decided in one turn: under its idempotency key if it has one, by the rules of its SKU, order, cart or product if not answered before. */
import { KEY_KEPT_MS, type KeyRecord } from '../journal/record.ts';
import type { Answer, CartCommand, Command, Idempotency, Outcome, SkuCommand } from './command.ts';
import { checkout, decideCartCommand, type Picked } from './decide-cart.ts';
import { decideOrderCommand } from './decide-order.ts';
import { decideProduct } from './decide-product.ts';
import { decideSkuCommand } from './decide-sku.ts';
import { isDone } from './done.ts';
import { staleVersion } from './precondition.ts';
import type { Turn } from './turn.ts';

/**
 * Decides a command, and records under the key what was done: a refusal is decided afresh when it is asked again. `picked` is the memory of a
 * checkout. Throws `Bug` when memory is not what it should be.
 */
export function decide(command: Command, idempotency: Idempotency | null, picked: Picked, turn: Turn): Answer {
  if (idempotency === null) return decideCommand(command, picked, turn);
  const { key, fingerprint } = idempotency;
  const before = recorded(key, turn);
  if (before !== null) {
    return isSame(before, idempotency)
      ? { outcome: before.outcome, replayed: true }
      : { outcome: { kind: 'idempotency_key_reused', key }, replayed: false };
  }
  const answer = decideCommand(command, picked, turn);
  if (isDone(answer.outcome)) {
    turn.recordKey({ key, fingerprint, outcome: JSON.stringify(answer.outcome), at: turn.at });
  }
  return answer;
}

/** What was done under a key, and is still remembered. */
interface Recorded {
  readonly fingerprint: string;
  readonly outcome: Outcome;
}

/** `null` when nothing was done under the key. Builds before this one recorded refusals too: they count for nothing. */
export function recorded(key: string, turn: Turn): Recorded | null {
  const record: KeyRecord | null = turn.key(key);
  if (record === null || turn.at >= record.at + KEY_KEPT_MS) return null;
  const outcome = JSON.parse(record.outcome) as Outcome;
  return isDone(outcome) ? { fingerprint: record.fingerprint, outcome } : null;
}

function isSame({ fingerprint, outcome }: Recorded, asked: Idempotency): boolean {
  if (fingerprint === asked.fingerprint) return true;
  return outcome.kind === 'order_placed' && fingerprint === asked.formerly?.(outcome.order.freight);
}

function decideCommand(command: Command, picked: Picked, turn: Turn): Answer {
  const stale = staleVersion(command, turn);
  if (stale !== null) return { outcome: stale, replayed: false };
  if (isSkuCommand(command)) return { outcome: decideSkuCommand(command, turn), replayed: false };
  if (isCartCommand(command)) return { outcome: decideCartCommand(command, turn), replayed: false };
  if (command.kind === 'put_product') return { outcome: decideProduct(command, turn), replayed: false };
  return command.kind === 'checkout' ? checkout(command, picked, turn) : decideOrderCommand(command, turn);
}

const SKU_COMMANDS: ReadonlySet<string> = new Set<SkuCommand['kind']>([
  'create_sku',
  'read_sku',
  'read_availability',
  'change_sku',
  'receive',
  'adjust',
]);

function isSkuCommand(command: Command): command is Command & SkuCommand {
  return SKU_COMMANDS.has(command.kind);
}

const CART_COMMANDS: ReadonlySet<string> = new Set<CartCommand['kind']>([
  'read_cart',
  'put_line',
  'remove_line',
  'select_all',
  'merge_carts',
  'sweep_cart',
]);

function isCartCommand(command: Command): command is Command & CartCommand {
  return CART_COMMANDS.has(command.kind);
}
