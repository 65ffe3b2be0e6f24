/** What requests say to move an order on, and why they are refused. */
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

export const NOT_CONFIRMED = [
  'order_not_found',
  'order_quarantined',
  'sku_quarantined',
  'order_cancelled',
  'order_expired',
  'idempotency_key_reused',
] as const;
export const NOT_CANCELLED = [
  'order_not_found',
  'order_quarantined',
  'sku_quarantined',
  'order_shipped',
  'idempotency_key_reused',
] as const;
export const NOT_SHIPPED = [
  'order_not_found',
  'order_quarantined',
  'sku_quarantined',
  'order_not_confirmed',
  'order_cancelled',
  'not_on_hand',
  'idempotency_key_reused',
] as const;
export const NOT_REDUCED = [
  'order_not_found',
  'order_quarantined',
  'sku_quarantined',
  'line_not_found',
  'cannot_increase',
  'order_cancelled',
  'order_expired',
  'order_shipped',
] as const;
export const NOT_RETURNED = [
  'order_not_found',
  'order_quarantined',
  'sku_quarantined',
  'order_not_shipped',
  'order_cancelled',
  'return_exceeds_shipped',
  'counter_limit',
  'idempotency_key_reused',
] as const;

export const confirmOrder = (orderId: string): Asked => asked({ kind: 'confirm', orderId });

export const cancelOrder = (orderId: string, { reason }: Type.Static<typeof CancelBody>): Asked =>
  asked({ kind: 'cancel', orderId, reason: reason ?? null });

export const shipOrder = (orderId: string): Asked => asked({ kind: 'ship', orderId });

/** Throws `DoorFault` as `linesOf`. */
export function returnUnits(orderId: string, { restock, ...body }: Type.Static<typeof ReturnBody>): Asked {
  const lines = linesOf(body.lines);
  const command = { kind: 'return', orderId, lines, restock } as const;
  return asked(command, { ...command, lines: sorted(lines) });
}
