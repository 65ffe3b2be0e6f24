/**
 * What is stored contradicts itself. That is neither a bug nor a refusal: the SKU, order or cart is quarantined.
 * Nothing is decided on it until a person has repaired it, while all others are served.
 */

import { unreachable } from './assert.ts';

/** What is quarantined, and the contradiction that was found. */
export type Quarantined =
  | { readonly kind: 'sku_quarantined'; readonly skuId: string; readonly reason: string }
  | { readonly kind: 'order_quarantined'; readonly orderId: string; readonly reason: string }
  | { readonly kind: 'cart_quarantined'; readonly cartId: string; readonly reason: string };

/** Thrown by a load or in a turn that finds a contradiction. The keeper turns it into the outcome. */
export class Corrupt extends Error {
  override readonly name = 'Corrupt';
  readonly quarantined: Quarantined;
  /**
   * True when the database itself has the contradiction. False when it was found in memory, which another writer may
   * have overtaken.
   */
  readonly isStored: boolean;

  constructor(quarantined: Quarantined, isStored: boolean) {
    super(quarantined.reason);
    this.quarantined = quarantined;
    this.isStored = isStored;
  }
}

/** What it is, in words. */
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

/** A SKU that contradicts a stored order or cart, found by a turn. */
export function corruptSku(skuId: string, reason: string): Corrupt {
  return new Corrupt({ kind: 'sku_quarantined', skuId, reason }, false);
}

/** Its id, as one of three; the others are `null`. */
export const quarantinedIds = (quarantined: Quarantined) => ({
  skuId: quarantined.kind === 'sku_quarantined' ? quarantined.skuId : null,
  orderId: quarantined.kind === 'order_quarantined' ? quarantined.orderId : null,
  cartId: quarantined.kind === 'cart_quarantined' ? quarantined.cartId : null,
});
