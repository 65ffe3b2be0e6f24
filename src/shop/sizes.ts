/**
 * Estimates of the bytes that a resident takes, seldom too small. The fixed parts are measured
 * (`test/tools/bench/growth/residents.ts`), and texts count two bytes a character. The estimates bound what may be in
 * memory, so five hundred lines, or an answer of a hundred kilobytes, count for what they are.
 */
import type { Cart } from './carts/cart.ts';
import type { KeyRecord } from './idempotency.ts';
import type { Order } from './orders/order.ts';
import type { Product } from './products/product.ts';
import type { Sku } from './skus/sku.ts';

/** A SKU with its actor, without its texts. */
const SKU_BYTES = 3400;
const CART_BYTES = 3500;
const ORDER_BYTES = 700;
/** Any other resident: its entry in the maps, and an object with a few fields. */
const SMALL_BYTES = 400;
/** One line of an order or cart, without the id of its SKU. */
const LINE_BYTES = 90;

export const skuBytes = (sku: Sku): number =>
  SKU_BYTES + textBytes(sku.id) + textBytes(sku.name) + textBytes(sku.productId);

export const orderBytes = (order: Order): number =>
  ORDER_BYTES + textBytes(order.id) + textBytes(order.customerId) + linesBytes(order.lines);

export const cartBytes = (cart: Cart): number => CART_BYTES + textBytes(cart.id) + linesBytes(cart.lines);

export const keyBytes = (record: KeyRecord): number =>
  SMALL_BYTES + textBytes(record.key) + textBytes(record.fingerprint) + textBytes(record.outcome);

export const productBytes = (product: Product): number =>
  SMALL_BYTES + textBytes(product.id) + textBytes(product.name) + textBytes(product.description);

/** The id of a standing has the customer and the SKU in it, and is also its key in the map. */
export const standingBytes = (): number => SMALL_BYTES + 1200;

function linesBytes(lines: readonly { readonly skuId: string }[]): number {
  let bytes = LINE_BYTES * lines.length;
  for (const { skuId } of lines) bytes += textBytes(skuId);
  return bytes;
}

const textBytes = (text: string | null): number => (text === null ? 0 : 16 + 2 * text.length);
