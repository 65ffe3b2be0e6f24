/** A SKU to start an example from: ten on hand, nothing promised, no policy. */
import type { Sku } from '../../../src/shop/skus/sku.ts';

export function aSku(changes: Partial<Sku> = {}): Sku {
  return {
    id: 'anvil',
    productId: null,
    name: 'Anvil',
    price: 500,
    currency: 'EUR',
    onHand: 10,
    reserved: 0,
    sales: 0,
    safetyStock: 0,
    backorderLimit: 0,
    maxPerOrder: null,
    maxPerCustomer: null,
    version: 1,
    createdAt: 1000,
    updatedAt: 1000,
    ...changes,
  };
}
