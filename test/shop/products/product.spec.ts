import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Product, putProduct } from '../../../src/shop/products/product.ts';

const AT = 1_700_000_000_000;
const texts = fc.record({
  id: fc.constant('MUG'),
  name: fc.constantFrom('Mug', 'Cup'),
  description: fc.constantFrom(null, 'Stoneware', 'Glass'),
});

describe('a product', () => {
  it('comes into being at version 1', () => {
    const put = putProduct(null, { id: 'MUG', name: 'Mug', description: null }, AT);
    expect(put).toEqual({ id: 'MUG', name: 'Mug', description: null, version: 1, createdAt: AT, updatedAt: AT });
  });

  it('law: says what it was told last, and its version counts what changed', () => {
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1 }), (history) => {
        let product: Product | null = null;
        let changes = 0;
        for (const [nth, told] of history.entries()) {
          const before: Product | null = product;
          const isNews = before === null || before.name !== told.name || before.description !== told.description;
          product = putProduct(before, told, AT + nth);
          if (isNews) changes++;
          else expect(product).toBe(before);
          expect(product).toMatchObject({ ...told, version: changes, createdAt: AT });
          if (isNews) expect(product.updatedAt).toBe(AT + nth);
          // Asking twice is asking once.
          expect(putProduct(product, told, AT + nth + 1)).toBe(product);
        }
      }),
    );
  });
});
