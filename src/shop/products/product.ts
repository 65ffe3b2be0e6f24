/**
 * A product (SPU): what it says of itself. Which SKUs it has is said by them, and what they sold is never stored twice.
 */
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

/** What of a product a person decides. */
export type ProductTexts = Pick<Product, 'id' | 'name' | 'description'>;

/**
 * The product when it is told to say this from `at` on: the same one when it says it already. `stored` is `null` when
 * it was never put.
 */
export function putProduct(stored: Product | null, texts: ProductTexts, at: number): Product {
  const { id, name, description } = texts;
  if (stored === null) return { id, name, description, version: 1, createdAt: at, updatedAt: at };
  if (stored.name === name && stored.description === description) return stored;
  return { ...stored, name, description, version: stored.version + 1, updatedAt: at };
}
