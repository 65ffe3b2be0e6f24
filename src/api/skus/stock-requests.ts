/** What requests say to move the stock of a SKU. */
import { Type } from 'typebox';
import type { Command } from '../../shop/commands.ts';
import { COUNTER_MAX } from '../../shop/skus/sku.ts';
import { type Asked, asked } from '../asked.ts';
import { Counter, Fields, FieldsAs, Quantity, Text } from '../fields.ts';

export const ReceiveBody = Fields(
  {
    quantity: Quantity('Units that came in.'),
    reason: Type.Optional(Text('Shown in the ledger.')),
    reference: Type.Optional(Text('The delivery note or purchase order, shown in the ledger.')),
  },
  { examples: [{ quantity: 50, reference: 'delivery 2026-117' }] },
);

/** A correction by `delta`, or to the counted `onHand`: exactly one of both. The ledger shows `reason`. */
export type Adjustment = { readonly reason: string } & (
  | { readonly delta: number; readonly onHand?: never }
  | { readonly onHand: number; readonly delta?: never }
);

export const AdjustBody = FieldsAs<Adjustment>(
  Fields(
    {
      delta: Type.Optional(
        Type.Integer({
          minimum: -COUNTER_MAX,
          maximum: COUNTER_MAX,
          description: 'Units to add to what is on hand, or to take off.',
        }),
      ),
      onHand: Type.Optional(Counter('Units counted: what is on hand from now on.')),
      reason: Text('Why, shown in the ledger.'),
    },
    {
      oneOf: [{ required: ['delta'] }, { required: ['onHand'] }],
      'x-examples': {
        counted: { summary: 'Counted', value: { onHand: 97, reason: 'stocktake' } },
        difference: { summary: 'By a difference', value: { delta: -3, reason: 'broken in the store' } },
      },
    },
  ),
);

/**
 * Requests are told apart as in builds before this one, where the version was part of the command. What those builds
 * recorded under a key is therefore answered again.
 */
const move = (command: Command): Asked => asked(command, { ...command, ifVersion: null });

export function receiveStock(skuId: string, body: Type.Static<typeof ReceiveBody>): Asked {
  const { quantity, reason = null, reference = null } = body;
  return move({ kind: 'receive', skuId, quantity, reason, reference });
}

export function adjustStock(skuId: string, { delta, onHand, reason }: Adjustment): Asked {
  return move({ kind: 'adjust', skuId, by: delta === undefined ? { onHand } : { delta }, reason });
}
