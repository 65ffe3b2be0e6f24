/** The turns of commands on one SKU, and of the one that reads several. */
import { unreachable } from '../lib/assert.ts';
import type { StockMessage } from '../stock/decide.ts';
import { available } from '../stock/sku.ts';
import type { Outcome, SkuCommand } from './command.ts';
import type { Turn } from './turn.ts';

export function decideSkuCommand(command: SkuCommand, turn: Turn): Outcome {
  if (command.kind === 'create_sku') {
    const { id } = command.sku;
    return turn.sku(id) === null
      ? { kind: 'sku_created', sku: turn.openSku(command.sku) }
      : { kind: 'sku_exists', skuId: id };
  }
  if (command.kind === 'read_availability') return availability(command.skuIds, turn);
  const { skuId } = command;
  const sku = turn.sku(skuId);
  if (sku === null) return { kind: 'sku_not_found', skuId };
  if (command.kind === 'read_sku') return { kind: 'sku', sku };
  const decision = turn.tellSku(skuId, messageOf(command, turn.at));
  return decision.kind === 'refused' ? decision.refusal : { kind: 'sku', sku: decision.sku };
}

type SkuChange = Exclude<SkuCommand, { kind: 'create_sku' | 'read_sku' | 'read_availability' }>;

function messageOf(command: SkuChange, at: number): StockMessage {
  switch (command.kind) {
    case 'change_sku':
      return { type: 'change', changes: command.changes, at };
    case 'receive': {
      const { quantity, reason, reference } = command;
      return { type: 'receive', quantity, reason, reference, at };
    }
    case 'adjust':
      return { type: 'adjust', by: command.by, reason: command.reason, at };
    default:
      return unreachable(command);
  }
}

/** Nothing comes between one SKU and the next: no order is seen on some of them alone. */
function availability(skuIds: readonly string[], turn: Turn): Outcome {
  const found = skuIds.map((skuId) => ({ skuId, sku: turn.sku(skuId) }));
  return {
    kind: 'availability',
    items: found.flatMap(({ skuId, sku }) =>
      sku === null ? [] : { skuId, available: available(sku), version: sku.version },
    ),
    unknown: found.flatMap(({ skuId, sku }) => (sku === null ? skuId : [])),
    at: turn.at,
  };
}
