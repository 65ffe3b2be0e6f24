/**
 * What the database writes of a change, for the double of the store: its statements set some columns only where a change says so, and others never.
 * A change that says too little loses here what it would lose there.
 */
import type { Order } from '../../src/shop/orders/order.ts';
import type { Sku } from '../../src/shop/skus/sku.ts';

/** A row, and whether the change says that all of it is other than before. */
interface Change<T> {
  readonly row: T;
  readonly isWhole: boolean;
}

/** The SKU as it is stored after the change; `stored` is what was there. */
export function writtenSku({ row, isWhole }: Change<Sku>, stored: Sku | undefined): Sku {
  if (stored === undefined) return row;
  const { onHand, reserved, sales, version, updatedAt } = row;
  const counted = { onHand, reserved, sales, version, updatedAt };
  const { currency, createdAt } = stored;
  return isWhole ? { ...row, currency, createdAt } : { ...stored, ...counted };
}

/** The order as it is stored after the change; of its lines only what stands and what was returned is ever set. */
export function writtenOrder({ row, isWhole }: Change<Order>, stored: Order | undefined): Order {
  if (stored === undefined) return row;
  const { status, cancelReason, version, updatedAt } = row;
  const moved = { ...stored, status, cancelReason, version, updatedAt };
  if (!isWhole) return moved;
  const now = new Map(row.lines.map((line) => [line.skuId, line]));
  const lines = stored.lines.map((line) => {
    const { quantity, returned } = now.get(line.skuId) ?? line;
    return { ...line, quantity, returned };
  });
  return { ...moved, lines };
}
