/** A product (SPU): its texts. Its SKUs say which product they belong to, and what they sold is never stored twice. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** Number of changes. */
  readonly version: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type ProductSuccess =
  | { readonly kind: 'product_created'; readonly product: Product }
  | { readonly kind: 'product'; readonly product: Product };

/** The part of a product that a person decides. */
export type ProductTexts = Pick<Product, 'id' | 'name' | 'description'>;

/**
 * The product with these texts from `at` on; the same object when it has them already. `stored` is `null` when the
 * product was never put.
 */
export function putProduct(stored: Product | null, texts: ProductTexts, at: number): Product {
  const { id, name, description } = texts;
  if (stored === null) return { id, name, description, version: 1, createdAt: at, updatedAt: at };
  if (stored.name === name && stored.description === description) return stored;
  return { ...stored, name, description, version: stored.version + 1, updatedAt: at };
}
