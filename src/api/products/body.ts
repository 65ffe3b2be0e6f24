/** How a product is shown: its own texts, and what its SKUs have sold. */
import { type Static, Type } from 'typebox';
import type { ProductSold, Rank } from '../../journal/record.ts';
import type { Product } from '../../shop/products/product.ts';
import { Fields, isId } from '../fields.ts';
import { Next } from '../pages.ts';

const Nullable = (description: string) => Type.Unsafe<string | null>({ type: ['string', 'null'], description });

const VERSION = Type.Integer({ description: 'How often it was changed; 0 while only SKUs name it.' });
const SALES = Type.Integer({ description: 'Units in orders that stand, summed over all SKUs of the product.' });
const NAMES = {
  id: Type.String(),
  name: Nullable('`null` while only SKUs name it.'),
  description: Nullable('`null` when there is none.'),
};

/** The answer to a PUT. */
export const ProductTextsBody = Fields({ ...NAMES, version: VERSION });

export const productTexts = ({ id, name, description, version }: Product): Static<typeof ProductTextsBody> => ({
  id,
  name,
  description,
  version,
});

/** One product, with a page of its SKUs. */
export const ProductBody = Fields({
  ...NAMES,
  version: VERSION,
  sales: SALES,
  skus: Type.Array(Type.Ref('Sku#'), { description: 'A page of its SKUs, by id.' }),
  next: Next,
});

const ProductSoldBody = Fields({
  ...NAMES,
  version: VERSION,
  sales: SALES,
  skuCount: Type.Integer({ description: 'SKUs that name it.' }),
});

export const ProductsBody = Fields({ items: Type.Array(ProductSoldBody), next: Next });

export const productSold = ({
  id,
  name,
  description,
  version,
  sales,
  skuCount,
}: ProductSold): Static<typeof ProductSoldBody> => ({ id, name, description, version, sales, skuCount });

/** The text of a cursor in the list of best sellers. */
export const rankText = ({ sales, id }: Rank): string => `${sales}:${id}`;

/** `null` for a text that is no such cursor. */
export function rankOf(text: string): Rank | null {
  const [, sales = '', id = ''] = /^(0|[1-9][0-9]{0,14}):(.+)$/su.exec(text) ?? [];
  return isId(id) ? { sales: Number(sales), id } : null;
}
