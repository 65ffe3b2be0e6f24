/** What turns leave behind, made by the rules: SKUs opened and moved, orders placed. */
import type { Cart } from '../../src/shop/carts/cart.ts';
import type { Fact, Facts } from '../../src/shop/facts.ts';
import type { KeyRecord } from '../../src/shop/idempotency.ts';
import type { Order } from '../../src/shop/orders/order.ts';
import { placeOrder } from '../../src/shop/orders/place.ts';
import type { Product } from '../../src/shop/products/product.ts';
import { decideStock, openSku, type StockMessage } from '../../src/shop/skus/rules.ts';
import type { Sku } from '../../src/shop/skus/sku.ts';
import { NOTHING } from '../support/nothing.ts';

/** When all of it was decided. */
export const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
let last = 0;
/** An id that no other test uses: the store is one for all of them. */
export const fresh = (kind: string) => `${kind}-${++last}`;

/** What one turn decided. */
export const facts = (
  skus: readonly Fact<'skus'>[],
  order: Fact<'orders'> | null = null,
  key: KeyRecord | null = null,
): Facts => ({
  ...NOTHING,
  skus,
  orders: order === null ? [] : [order],
  keys: key === null ? [] : [keyFact(key)],
});

/** A SKU after a turn: it is there. */
export type SkuFact = Fact<'skus'> & { readonly row: Sku };

export const keyFact = (row: KeyRecord): Fact<'keys'> => ({ id: row.key, basis: null, row, isWhole: true });

/** A cart after a turn; `null` for one that is gone. */
export const cartFact = (id: string, basis: number | null, row: Cart | null): Fact<'carts'> => ({
  id,
  basis,
  row,
  isWhole: true,
});

export const productFact = (basis: number | null, row: Product): Fact<'products'> => ({
  id: row.id,
  basis,
  row,
  isWhole: true,
});

/** A new SKU with opening stock. */
export function opened(id: string, onHand = 10, at = AT): SkuFact {
  const { sku, movement } = openSku(
    {
      id,
      productId: null,
      name: `name of ${id}`,
      price: 250,
      currency: 'EUR',
      onHand,
      safetyStock: 0,
      backorderLimit: 0,
      maxPerOrder: null,
      maxPerCustomer: null,
    },
    at,
  );
  return { id, basis: null, row: sku, isWhole: true, movement };
}

/** A SKU after one more message, which must move it. */
export function told(sku: Sku, message: StockMessage): SkuFact {
  const decision = decideStock(sku, message);
  if (decision.kind !== 'moved') throw new Error(`${message.type} was to move ${sku.id}`);
  const { sku: row, movement } = decision;
  return { id: sku.id, basis: sku.version, row, isWhole: movement.kind === 'changed', movement };
}

export const receive = (sku: Sku, quantity = 1): SkuFact =>
  told(sku, { type: 'receive', quantity, reason: null, reference: 'R1', at: AT });

/** An order of two units of each SKU, which must be there. */
export function placed(id: string, skus: readonly Sku[], at = AT, expiresInSeconds = 900): Order {
  const lines = skus.map((sku) => ({ skuId: sku.id, quantity: 2 }));
  const request = {
    orderId: id,
    lines,
    payment: 'online',
    customerId: 'c',
    freight: 5,
    expiresInSeconds,
    fingerprint: `f${id}`,
  } as const;
  const skuOf = (skuId: string) => skus.find((sku) => sku.id === skuId) ?? null;
  const decided = placeOrder(request, { sku: skuOf, standing: () => 0, ahead: () => 0 }, at);
  if ('refusal' in decided) throw new Error(`${id} was to be placed`);
  return decided.placed;
}

export const placedFact = (row: Order): Fact<'orders'> => ({ id: row.id, basis: null, row, isWhole: true });
