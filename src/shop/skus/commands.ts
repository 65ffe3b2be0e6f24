/** The commands on SKUs. */

import { NO_NEEDS, type RulesOf } from '../command-rule.ts';
import { type Answer, first } from '../outcome.ts';
import type { Turn } from '../turn.ts';
import { type Conditional, unmet } from '../versions.ts';
import type { NewSku, OwnMessage, SkuChanges } from './rules.ts';
import { available } from './sku.ts';

type Told<T extends OwnMessage['type']> = Extract<OwnMessage, { readonly type: T }>;

export type SkuCommand =
  | { readonly kind: 'create_sku'; readonly sku: Omit<NewSku, 'reserved' | 'sales'> }
  | { readonly kind: 'read_sku'; readonly skuId: string }
  /** Several SKUs in one turn; no id twice. */
  | { readonly kind: 'read_availability'; readonly skuIds: readonly string[] }
  | { readonly kind: 'change_sku'; readonly skuId: string; readonly changes: SkuChanges }
  | ({ readonly kind: 'receive'; readonly skuId: string } & Omit<Told<'receive'>, 'type' | 'at'>)
  | ({ readonly kind: 'adjust'; readonly skuId: string } & Omit<Told<'adjust'>, 'type' | 'at'>);

interface OfSku {
  readonly skuId: string;
}

/** What commands on one existing SKU have in common. */
const ofSku = {
  needs: () => NO_NEEDS,
  lines: (command: OfSku) => [command],
  stale: ({ skuId, ...conditions }: OfSku & Conditional, turn: Turn) => unmet(conditions, { skuId }, turn.sku(skuId)),
};

export const SKU_RULES: RulesOf<SkuCommand> = {
  create_sku: {
    needs: () => NO_NEEDS,
    lines: ({ sku }) => [{ skuId: sku.id }],
    stale: ({ sku: { id: skuId }, ...conditions }, turn) => unmet(conditions, { skuId }, turn.sku(skuId)),
    decide: ({ sku }, turn) =>
      first(
        turn.sku(sku.id) === null
          ? { kind: 'sku_created', sku: turn.openSku(sku) }
          : { kind: 'sku_exists', skuId: sku.id },
      ),
  },

  read_sku: {
    ...ofSku,
    decide: ({ skuId }, turn) => {
      const sku = turn.sku(skuId);
      return first(sku === null ? { kind: 'sku_not_found', skuId } : { kind: 'sku', sku });
    },
  },

  /** Nothing comes between one SKU and the next, so an order is seen on all of them or on none. */
  read_availability: {
    needs: () => NO_NEEDS,
    lines: ({ skuIds }) => skuIds.map((skuId) => ({ skuId })),
    decide: ({ skuIds }, turn) => {
      const found = skuIds.map((skuId) => ({ skuId, sku: turn.sku(skuId) }));
      return first({
        kind: 'availability',
        items: found.flatMap(({ skuId, sku }) =>
          sku === null ? [] : { skuId, available: available(sku), version: sku.version },
        ),
        unknown: found.flatMap(({ skuId, sku }) => (sku === null ? skuId : [])),
        at: turn.at,
      });
    },
  },

  change_sku: {
    ...ofSku,
    decide: ({ skuId, changes }, turn) => tell(skuId, { type: 'change', changes, at: turn.at }, turn),
  },

  receive: {
    ...ofSku,
    decide: ({ skuId, quantity, reason, reference }, turn) =>
      tell(skuId, { type: 'receive', quantity, reason, reference, at: turn.at }, turn),
  },

  adjust: {
    ...ofSku,
    decide: ({ skuId, by, reason }, turn) => tell(skuId, { type: 'adjust', by, reason, at: turn.at }, turn),
  },
};

function tell(skuId: string, message: OwnMessage, turn: Turn): Answer {
  if (turn.sku(skuId) === null) return first({ kind: 'sku_not_found', skuId });
  const decision = turn.tellSku(skuId, message);
  return first(decision.kind === 'refused' ? decision.refusal : { kind: 'sku', sku: decision.sku });
}
