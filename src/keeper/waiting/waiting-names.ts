/**
 * The names under which a request waits for stock: its order, its idempotency key, its cart. What happens to one of
 * these concerns the waiter.
 */
export type Named = { readonly [name in 'orderId' | 'idempotencyKey' | 'cartId']?: string | null };

/** The names of a waiter, or of what has happened. Names of different kinds never collide. */
export function namesOf({ orderId = null, idempotencyKey = null, cartId = null }: Named): string[] {
  return [
    ...(orderId === null ? [] : [`order ${orderId}`]),
    ...(idempotencyKey === null ? [] : [`key ${idempotencyKey}`]),
    ...(cartId === null ? [] : [`cart ${cartId}`]),
  ];
}
