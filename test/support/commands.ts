/** Short ways for tests to write commands. */
import type { Checkout } from '../../src/shop/carts/checkout.ts';
import type { Command } from '../../src/shop/commands.ts';
import type { Policy } from '../../src/shop/skus/sku.ts';

export const create = (id: string, onHand: number, policy: Partial<Policy> = {}): Command => ({
  kind: 'create_sku',
  sku: {
    id,
    productId: null,
    name: id,
    price: 100,
    currency: 'EUR',
    onHand,
    safetyStock: 0,
    backorderLimit: 0,
    maxPerOrder: null,
    maxPerCustomer: null,
    ...policy,
  },
});

/** Paid online, with 15 minutes to pay. */
export const place = (
  orderId: string,
  lines: Readonly<Record<string, number>>,
): Extract<Command, { kind: 'place' }> => ({
  kind: 'place',
  orderId,
  lines: Object.entries(lines).map(([skuId, quantity]) => ({ skuId, quantity })),
  payment: 'online',
  customerId: null,
  freight: 0,
  expiresInSeconds: 900,
  fingerprint: JSON.stringify(lines),
});

export const cancel = (orderId: string): Command => ({ kind: 'cancel', orderId, reason: null });

export const receive = (skuId: string, quantity: number): Command => ({
  kind: 'receive',
  skuId,
  quantity,
  reason: null,
  reference: null,
  ifVersion: null,
});

export const readSku = (skuId: string): Command => ({ kind: 'read_sku', skuId });

export const readOrder = (orderId: string): Command => ({ kind: 'read_order', orderId });

/** `null` selects a line that is new. */
export const put = (cartId: string, skuId: string, quantity: number, selected: boolean | null = null) =>
  ({ kind: 'put_line', cartId, skuId, quantity, selected }) as const;

/** Paid online. */
export const checkout = (cartId: string, orderId: string, changes: Partial<Checkout> = {}): Checkout => ({
  kind: 'checkout',
  cartId,
  orderId,
  payment: 'online',
  customerId: null,
  freight: 0,
  expiresInSeconds: 900,
  fingerprint: 'f',
  ...changes,
});
