/**
 * What is stored contradicts itself. That is neither a bug nor a refusal: the SKU, order or cart is quarantined, which
 * is to say that nothing is decided on it until a person has seen to it, while all others serve.
 */

import { unreachable } from './assert.ts';

/** Who is quarantined, and the contradiction that was found. */
export type Quarantined =
  | { readonly kind: 'sku_quarantined'; readonly skuId: string; readonly reason: string }
  | { readonly kind: 'order_quarantined'; readonly orderId: string; readonly reason: string }
  | { readonly kind: 'cart_quarantined'; readonly cartId: string; readonly reason: string };

/** Thrown where a contradiction is found, by a load or in a turn; the keeper turns it into the outcome. */
export class Corrupt extends Error {
  override readonly name = 'Corrupt';
  readonly quarantined: Quarantined;
  /** Read so from the database; otherwise found in memory, which may be behind another writer. */
  readonly isStored: boolean;

  constructor(quarantined: Quarantined, isStored: boolean) {
    super(quarantined.reason);
    this.quarantined = quarantined;
    this.isStored = isStored;
  }
}

/** Who it is, in words. */
export function quarantinedName(quarantined: Quarantined): string {
  switch (quarantined.kind) {
    case 'sku_quarantined':
      return `SKU ${quarantined.skuId}`;
    case 'order_quarantined':
      return `order ${quarantined.orderId}`;
    case 'cart_quarantined':
      return `cart ${quarantined.cartId}`;
    default:
      return unreachable(quarantined);
  }
}

/** A SKU that a turn found to contradict a stored order or cart. */
export function corruptSku(skuId: string, reason: string): Corrupt {
  return new Corrupt({ kind: 'sku_quarantined', skuId, reason }, false);
}

/** Its id, as one of three; the others are `null`. */
export const quarantinedIds = (quarantined: Quarantined) => ({
  skuId: quarantined.kind === 'sku_quarantined' ? quarantined.skuId : null,
  orderId: quarantined.kind === 'order_quarantined' ? quarantined.orderId : null,
  cartId: quarantined.kind === 'cart_quarantined' ? quarantined.cartId : null,
});
