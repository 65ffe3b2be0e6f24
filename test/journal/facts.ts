/** What turns leave behind, made by the rules: SKUs opened and moved, orders placed. */
import type { Facts, SkuFact } from '../../src/journal/record.ts';
import type { Order } from '../../src/orders/order.ts';
import { placeOrder } from '../../src/orders/place.ts';
import type { KeyRecord } from '../../src/shop/idempotency.ts';
import { decideStock, openSku, type StockMessage } from '../../src/stock/decide.ts';
import type { Sku } from '../../src/stock/sku.ts';
import { NOTHING } from '../support/nothing.ts';

/** When all of it was decided. */
export const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
let last = 0;
/** An id that no other test uses: the store is one for all of them. */
export const fresh = (kind: string) => `${kind}-${++last}`;

/** What one turn decided. */
export const facts = (skus: readonly SkuFact[], order: Facts['order'] = null, key: KeyRecord | null = null): Facts => ({
  ...NOTHING,
  skus,
  order,
  key,
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
  return { basis: null, sku, movement };
}

/** A SKU after one more message, which must move it. */
export function told(sku: Sku, message: StockMessage): SkuFact {
  const decision = decideStock(sku, message);
  if (decision.kind !== 'moved') throw new Error(`${message.type} was to move ${sku.id}`);
  return { basis: sku.version, sku: decision.sku, movement: decision.movement };
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

export const placedFact = (order: Order) => ({ basis: null, order, linesChanged: true });
