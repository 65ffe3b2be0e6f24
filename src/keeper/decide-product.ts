/** The turn that sets what a product says of itself. */
import { putProduct } from '../stock/product.ts';
import type { Outcome, PutProduct } from './command.ts';
import type { Turn } from './turn.ts';

export function decideProduct({ product: texts }: PutProduct, turn: Turn): Outcome {
  const stored = turn.product(texts.id);
  const product = putProduct(stored, texts, turn.at);
  if (product !== stored) turn.putProduct(product);
  return { kind: stored === null ? 'product_created' : 'product', product };
}
