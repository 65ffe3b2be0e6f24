/** What requests say to move an order on. */
import { Type } from 'typebox';
import { type Asked, asked } from '../asked.ts';
import { Fields, Id, Quantity, Text } from '../fields.ts';
import { Lines, linesOf, OrderParams, sorted } from './requests.ts';

export const LineParams = Fields({ ...OrderParams.properties, skuId: Id('Id of the SKU.') });

export const NothingBody = Fields(
  {},
  { description: 'Optional: no body, an empty one and `{}` are the same.', examples: [{}] },
);

export const CancelBody = Fields(
  { reason: Type.Optional(Text('Shown in the ledgers of the SKUs.')) },
  { description: 'Optional.', examples: [{ reason: 'customer changed their mind' }] },
);

export const QuantityBody = Fields(
  { quantity: Quantity('Units that the line keeps; 0 removes it.', 0) },
  { examples: [{ quantity: 1 }] },
);

export const ReturnBody = Fields(
  { lines: Lines, restock: Type.Boolean({ description: 'Whether the units go back on the shelf.' }) },
  { examples: [{ lines: [{ skuId: 'MUG-RED', quantity: 1 }], restock: true }] },
);

export const confirmOrder = (orderId: string): Asked => asked({ kind: 'confirm', orderId });

export const cancelOrder = (orderId: string, { reason }: Type.Static<typeof CancelBody>): Asked =>
  asked({ kind: 'cancel', orderId, reason: reason ?? null });

export const shipOrder = (orderId: string): Asked => asked({ kind: 'ship', orderId });

/** Throws `DoorFault` as `linesOf` does. */
export function returnUnits(orderId: string, { restock, ...body }: Type.Static<typeof ReturnBody>): Asked {
  const lines = linesOf(body.lines);
  const command = { kind: 'return', orderId, lines, restock } as const;
  return asked(command, { ...command, lines: sorted(lines) });
}
