/** Bytes that a resident counts for: never less than its texts take, and each line counts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cart } from '../../src/shop/carts/cart.ts';
import type { KeyRecord } from '../../src/shop/idempotency.ts';
import type { Product } from '../../src/shop/products/product.ts';
import { cartBytes, keyBytes, orderBytes, productBytes, skuBytes, standingBytes } from '../../src/shop/sizes.ts';
import { anOrder } from './orders/examples.ts';
import { aSku } from './skus/examples.ts';

const cart = (lines: Cart['lines'], id = 'c'): Cart => ({ id, lines, version: 1, createdAt: 0, updatedAt: 0 });
const product = (changes: Partial<Product>): Product => ({
  ...{ id: 'p', name: 'n', description: null, version: 1, createdAt: 0, updatedAt: 0 },
  ...changes,
});
const record = (changes: Partial<KeyRecord>): KeyRecord => ({
  ...{ key: 'k', fingerprint: 'f', outcome: 'o', at: 0 },
  ...changes,
});

/** A text in each place where one may be. */
const TEXTS: Readonly<Record<string, (text: string) => number>> = {
  'id of a SKU': (id) => skuBytes(aSku({ id })),
  'name of a SKU': (name) => skuBytes(aSku({ name })),
  'product of a SKU': (productId) => skuBytes(aSku({ productId })),
  'id of an order': (id) => orderBytes(anOrder({ id })),
  'customer of an order': (customerId) => orderBytes(anOrder({ customerId })),
  'SKU of a line of an order': (skuId) =>
    orderBytes(anOrder({ lines: [{ skuId, quantity: 1, ordered: 1, unitPrice: 1, returned: 0 }] })),
  'id of a cart': (id) => cartBytes(cart([], id)),
  'SKU of a line of a cart': (skuId) => cartBytes(cart([{ skuId, quantity: 1, selected: true }])),
  key: (key) => keyBytes(record({ key })),
  'fingerprint under a key': (fingerprint) => keyBytes(record({ fingerprint })),
  'answer under a key': (outcome) => keyBytes(record({ outcome })),
  'id of a product': (id) => productBytes(product({ id })),
  'name of a product': (name) => productBytes(product({ name })),
  'description of a product': (description) => productBytes(product({ description })),
};

describe('what a resident counts for', () => {
  it.each(Object.entries(TEXTS))('law: grows by two bytes with each character: %s', (_where, bytesOf) => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        // An object of its own, its header and its characters; no more than a page of memory in all.
        expect(bytesOf(text)).toBe(bytesOf('') + 2 * text.length);
        expect(bytesOf('')).toBeGreaterThan(400);
        expect(bytesOf('')).toBeLessThan(4000);
      }),
    );
  });

  it('law: grows by as much with each line, and by what its SKU is called', () => {
    const line = (skuId: string) => ({ skuId, quantity: 1, ordered: 1, unitPrice: 1, returned: 0, selected: true });
    const named = (lines: number, name: string) => Array.from({ length: lines }, () => line(name));
    for (const bytesOf of [
      (lines: ReturnType<typeof line>[]) => orderBytes(anOrder({ lines })),
      (lines: ReturnType<typeof line>[]) => cartBytes(cart(lines)),
    ]) {
      const one = bytesOf(named(1, 'S')) - bytesOf([]);
      expect(one).toBeGreaterThan(100);
      expect(bytesOf(named(500, 'S'))).toBe(bytesOf([]) + 500 * one);
      expect(bytesOf(named(500, 'name'))).toBe(bytesOf(named(500, 'S')) + 500 * 6);
    }
  });

  it('is less where there is no text than where it is empty', () => {
    expect(skuBytes(aSku({ productId: null }))).toBeLessThan(skuBytes(aSku({ productId: '' })));
    expect(orderBytes(anOrder({ customerId: null }))).toBeLessThan(orderBytes(anOrder({ customerId: '' })));
    expect(productBytes(product({ description: null }))).toBeLessThan(productBytes(product({ description: '' })));
  });

  // Two ids of 64 characters, as a key and in the resident, come to some hundred bytes.
  it('of a standing is the same for all, and enough for the longest ids', () => {
    expect(standingBytes()).toBeGreaterThan(400 + 2 * 2 * 2 * 64);
  });
});
