/** How the library shows an answer: the same SKU, order or cart as HTTP, a copy that its asker may change. */

import { cartBody } from '../api/carts/body.ts';
import { orderBody } from '../api/orders/body.ts';
import { productTexts } from '../api/products/body.ts';
import { availabilityBody } from '../api/skus/availability.ts';
import { skuBody } from '../api/skus/body.ts';
import type { Answer } from '../keeper/command.ts';
import { isoTime } from '../lib/iso-time.ts';

/** `kind`, what it is about, and `replayed`. */
export function show({ outcome, replayed }: Answer): object {
  if ('sku' in outcome) return { kind: outcome.kind, sku: skuBody(outcome.sku), replayed };
  if ('order' in outcome) return { kind: outcome.kind, order: orderBody(outcome.order), replayed };
  if ('cart' in outcome) return { kind: outcome.kind, cart: cartBody(outcome.cart), replayed };
  if ('product' in outcome) return { kind: outcome.kind, product: productTexts(outcome.product), replayed };
  if (outcome.kind === 'availability') return { kind: outcome.kind, ...availabilityBody(outcome), replayed };
  if (outcome.kind === 'order_expired') return { ...outcome, expiresAt: isoTime(outcome.expiresAt), replayed };
  return { ...outcome, replayed };
}
