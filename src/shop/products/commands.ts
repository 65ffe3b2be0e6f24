/** The commands on products. */

import { NO_SKUS, type RulesOf } from '../command-rule.ts';
import { first } from '../outcome.ts';
import { unmet } from '../versions.ts';
import { type ProductTexts, putProduct } from './product.ts';

/** Sets the texts of a product, all of them at once. */
export interface ProductCommand {
  readonly kind: 'put_product';
  readonly product: ProductTexts;
}

export const PRODUCT_RULES: RulesOf<ProductCommand> = {
  put_product: {
    needs: ({ product: { id } }) => [{ kind: 'products', id }],
    lines: () => NO_SKUS,
    stale: ({ product: { id: productId }, ...conditions }, turn) =>
      unmet(conditions, { productId }, turn.product(productId)),
    decide: ({ product: texts }, turn) => {
      const stored = turn.product(texts.id);
      const product = putProduct(stored, texts, turn.at);
      if (product !== stored) turn.putProduct(product);
      return first({ kind: stored === null ? 'product_created' : 'product', product });
    },
  },
};
