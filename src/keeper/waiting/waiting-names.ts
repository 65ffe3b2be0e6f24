/**
 * Under which names one waits for stock: its order, its idempotency key, its cart. What happens to one of these
 * concerns it.
 */
export type Named = { readonly [name in 'orderId' | 'idempotencyKey' | 'cartId']?: string | null };

/** The names of who waits, or of what has happened: of different kinds, none is another. */
export function namesOf({ orderId = null, idempotencyKey = null, cartId = null }: Named): string[] {
  return [
    ...(orderId === null ? [] : [`order ${orderId}`]),
    ...(idempotencyKey === null ? [] : [`key ${idempotencyKey}`]),
    ...(cartId === null ? [] : [`cart ${cartId}`]),
  ];
}
