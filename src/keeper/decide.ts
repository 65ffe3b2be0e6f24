/** One command, decided in one turn: under its idempotency key if it has one, by the rules of its SKU, order, cart or product if not answered before. */
import { KEY_KEPT_MS } from '../journal/record.ts';
import type { Answer, CartCommand, Command, Idempotency, Outcome, SkuCommand } from './command.ts';
import { checkout, decideCartCommand, type Picked } from './decide-cart.ts';
import { decideOrderCommand } from './decide-order.ts';
import { decideProduct } from './decide-product.ts';
import { decideSkuCommand } from './decide-sku.ts';
import { staleVersion } from './precondition.ts';
import type { Turn } from './turn.ts';

/** Decides a command, and records its answer under the key; `picked` is the memory of a checkout. Throws `Bug` when memory is not what it should be. */
export function decide(command: Command, idempotency: Idempotency | null, picked: Picked, turn: Turn): Answer {
  if (idempotency === null) return decideCommand(command, picked, turn);
  const { key, fingerprint } = idempotency;
  const record = turn.key(key);
  if (record !== null && turn.at < record.at + KEY_KEPT_MS) {
    return record.fingerprint === fingerprint
      ? { outcome: JSON.parse(record.outcome) as Outcome, replayed: true }
      : { outcome: { kind: 'idempotency_key_reused', key }, replayed: false };
  }
  const answer = decideCommand(command, picked, turn);
  if (isRemembered(answer.outcome)) {
    turn.recordKey({ key, fingerprint, outcome: JSON.stringify(answer.outcome), at: turn.at });
  }
  return answer;
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

/** Decided afresh each time: the stock may have come, the customer may have given units back, and the version may be another. */
const AFRESH: ReadonlySet<Outcome['kind']> = new Set<Outcome['kind']>([
  'insufficient_stock',
  'not_on_hand',
  'below_reserved',
  'max_per_customer',
  'stale_version',
]);

const isRemembered = ({ kind }: Outcome): boolean => !AFRESH.has(kind);
