/**
 * The rules of placing an order: which requests are refused, in which order of precedence, and what the placed order
 * is. Pure.
 */

import type { SkuRefusal } from '../skus/outcomes.ts';
import { refusalOf } from '../skus/rules.ts';
import { available, type Sku } from '../skus/sku.ts';
import { addTogether, type LineRequest, type Order, type Payment, totalAmount } from './order.ts';
import type { OrderRefusal } from './outcomes.ts';

export interface PlaceRequest {
  readonly orderId: string;
  readonly lines: readonly LineRequest[];
  readonly payment: Payment;
  readonly customerId: string | null;
  readonly freight: number;
  readonly expiresInSeconds: number;
  /** Tells it from a different request for an order with this id. */
  readonly fingerprint: string;
  /** The fingerprint that an earlier build stored for an order with this freight. Left out when it is the same. */
  readonly formerly?: (freight: number) => string;
}

/** What a placement looks at, as it is at its turn. */
export interface Shop {
  /** `null` for a SKU that does not exist. */
  sku(skuId: string): Sku | null;
  /**
   * Units in the customer's standing orders, less what was returned. Called only for a SKU that has a limit per
   * customer.
   */
  standing(customerId: string, skuId: string): number;
  /** Units that those ahead in the SKU's waiting line ask for. These are left to them. */
  ahead(skuId: string): number;
}

/**
 * Decides a placement on a shop as it is at its turn. Precedence: unknown SKU, currency, limit per order, customer not
 * named, limit per customer, amount, stock, counter limit. All lines or none.
 */
export function placeOrder(
  request: PlaceRequest,
  shop: Shop,
  at: number,
): { readonly placed: Order } | { readonly refusal: OrderRefusal | SkuRefusal } {
  const asked = addTogether(request.lines);
  const found: { line: LineRequest; sku: Sku }[] = [];
  const unknown: string[] = [];
  for (const line of asked) {
    const sku = shop.sku(line.skuId);
    if (sku === null) unknown.push(line.skuId);
    else found.push({ line, sku });
  }
  if (unknown.length > 0) return { refusal: { kind: 'unknown_sku', skuIds: unknown } };

  const currencies = [...new Set(found.map(({ sku }) => sku.currency))];
  const [currency, ...others] = currencies;
  if (currency === undefined || others.length > 0) return { refusal: { kind: 'currency_mismatch', currencies } };

  const violations = found.flatMap(({ line, sku }) =>
    sku.maxPerOrder !== null && line.quantity > sku.maxPerOrder
      ? [{ skuId: sku.id, requested: line.quantity, maxPerOrder: sku.maxPerOrder }]
      : [],
  );
  if (violations.length > 0) return { refusal: { kind: 'max_per_order', violations } };

  const tooMany = refusalToCustomer(request.customerId, found, shop);
  if (tooMany !== null) return { refusal: tooMany };

  const placed: Order = {
    id: request.orderId,
    status: request.payment === 'online' ? 'pending' : 'confirmed',
    payment: request.payment,
    customerId: request.customerId,
    lines: found.map(({ line, sku }) => ({
      skuId: sku.id,
      quantity: line.quantity,
      ordered: line.quantity,
      unitPrice: sku.price,
      returned: 0,
    })),
    freight: request.freight,
    currency,
    expiresAt: request.payment === 'online' ? at + request.expiresInSeconds * 1000 : null,
    cancelReason: null,
    version: 1,
    fingerprint: request.fingerprint,
    createdAt: at,
    updatedAt: at,
  };
  // Every partial sum is below this total, so an exact total means that all sums on the way were exact.
  if (totalAmount(placed) > Number.MAX_SAFE_INTEGER) {
    return { refusal: { kind: 'amount_too_large', highest: Number.MAX_SAFE_INTEGER } };
  }

  const refusals = found.flatMap(({ line: { quantity }, sku }) => {
    const ahead = shop.ahead(sku.id);
    const refusal = refusalOf(sku, { type: 'reserve', quantity, orderId: placed.id, at });
    return ahead === 0 ? (refusal ?? []) : (leftTo(sku, quantity, ahead) ?? refusal ?? []);
  });
  const shortages = refusals.flatMap((refusal) => (refusal.kind === 'insufficient_stock' ? refusal.shortages : []));
  if (shortages.length > 0) return { refusal: { kind: 'insufficient_stock', shortages } };
  const [beyondLimit] = refusals;
  return beyondLimit === undefined ? { placed } : { refusal: beyondLimit };
}

/** Why a customer may not have so many, `null` when it may. Without a customer, no limited SKU can be bought. */
function refusalToCustomer(
  customerId: string | null,
  found: readonly { readonly line: LineRequest; readonly sku: Sku }[],
  shop: Shop,
): OrderRefusal | null {
  const limited = found.filter(({ sku }) => sku.maxPerCustomer !== null);
  const [first] = limited;
  if (first === undefined) return null;
  if (customerId === null) return { kind: 'customer_required', skuId: first.sku.id };
  for (const { line, sku } of limited) {
    const { id: skuId, maxPerCustomer } = sku;
    const standing = shop.standing(customerId, skuId);
    if (maxPerCustomer !== null && standing + line.quantity > maxPerCustomer) {
      return { kind: 'max_per_customer', skuId, requested: line.quantity, standing, maxPerCustomer };
    }
  }
  return null;
}

/** The shortage of a request that has others ahead of it in line; `null` when they leave enough. */
function leftTo(sku: Sku, requested: number, ahead: number): SkuRefusal | null {
  const free = available(sku);
  if (requested <= free - ahead) return null;
  return {
    kind: 'insufficient_stock',
    shortages: [{ skuId: sku.id, requested, available: free, ahead, version: sku.version }],
  };
}
