/**
 * What the database writes for a change, for the double of the store. The statements set some columns only if the
 * change says so, and others never. A change that says too little loses the same data here as in the database.
 */
import type { Order } from '../../src/shop/orders/order.ts';
import type { Sku } from '../../src/shop/skus/sku.ts';

/** A row, and whether the change says that all of it has changed. */
interface Change<T> {
  readonly row: T;
  readonly isWhole: boolean;
}

/** The SKU as it is stored after the change. `stored` is what was there before. */
export function writtenSku({ row, isWhole }: Change<Sku>, stored: Sku | undefined): Sku {
  if (stored === undefined) return row;
  const { onHand, reserved, sales, version, updatedAt } = row;
  const counted = { onHand, reserved, sales, version, updatedAt };
  const { currency, createdAt } = stored;
  return isWhole ? { ...row, currency, createdAt } : { ...stored, ...counted };
}

/** The order as it is stored after the change. Of its lines, only the standing and the returned units are ever set. */
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
