/** Carts and products as the database wrote them down, and what an answer that shows one must say; and what is available of a SKU. */

import type { CartBody } from '../../../src/api/carts/body.ts';
import type { AvailabilityBody } from '../../../src/api/skus/availability.ts';
import type { SkuRow } from './rows.ts';

export interface CartRow {
  readonly id: string;
  readonly lines: readonly { readonly skuId: string; readonly quantity: number; readonly selected: boolean }[];
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface ProductRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly version: number;
}

type ProductShown = Pick<ProductRow, 'id' | 'description' | 'version'> & {
  readonly name: string | null;
  readonly skuCount?: number;
};
type AvailabilityShown = AvailabilityBody['items'][number];

/** Where the rows are. */
export interface ShopRows {
  readonly skus: ReadonlyMap<string, SkuRow>;
  readonly carts: ReadonlyMap<string, CartRow>;
  readonly products: ReadonlyMap<string, ProductRow>;
}

const isCart = (body: object): body is CartBody =>
  'lines' in body && 'totalAmount' in body && 'version' in body && !('payment' in body);
const isProduct = (body: object): body is ProductShown => 'description' in body && 'version' in body;
const isAvailability = (body: object): body is AvailabilityShown =>
  'available' in body && 'skuId' in body && 'version' in body;

/** What of an answer's body, or of its items, is not as the rows say. */
export function shopContradictions(body: unknown, rows: ShopRows): string[] {
  if (typeof body !== 'object' || body === null || 'status' in body) return [];
  const [is, said] = isCart(body)
    ? [cartShown(body, rows), cartSaid(body)]
    : isProduct(body)
      ? [productShown(body, rows), body]
      : isAvailability(body)
        ? [availabilityShown(body, rows), body]
        : [null, null];
  const fault =
    is === null || sameText(is, said) ? [] : [`shown is ${JSON.stringify(said)}, written ${JSON.stringify(is)}`];
  const items: unknown[] = 'items' in body && Array.isArray(body.items) ? body.items : [];
  return [...fault, ...items.flatMap((item) => shopContradictions(item, rows))];
}

const sorted = (value: object) => Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
const sameText = (a: object, b: object) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** Availability moves by itself when an order expires, and has no version here. */
function cartSaid({ lines, ...cart }: CartBody) {
  return { ...cart, lines: lines.map(({ available: _, ...line }) => line) };
}

/** `null` when the row has moved on meanwhile. */
function cartShown({ id, version }: CartBody, { carts, skus }: ShopRows): object | null {
  const row = carts.get(id);
  if (row === undefined) return { row: 'none' };
  if (row.version > version) return null;
  const lines = row.lines.map(({ skuId, quantity, selected }) => {
    const { name, price = 0, currency } = skus.get(skuId) ?? {};
    return { skuId, quantity, selected, name, price, currency };
  });
  const picked = lines.filter(({ selected }) => selected);
  const [currency = null, ...others] = new Set(picked.map((line) => line.currency));
  // In whole units of any size, for a number may not hold it.
  const amount = picked.reduce((sum, { quantity, price }) => sum + BigInt(quantity) * BigInt(price), 0n);
  return {
    id,
    lines,
    totalCount: picked.reduce((sum, { quantity }) => sum + quantity, 0),
    totalAmount: others.length > 0 || amount > Number.MAX_SAFE_INTEGER ? null : Number(amount),
    currency: others.length > 0 ? null : currency,
    version: row.version,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}

function productShown(shown: ProductShown, { products, skus }: ShopRows): object {
  const { name = null, description = null, version = 0 } = products.get(shown.id) ?? {};
  const said = { ...shown, name, description, version };
  if (shown.skuCount === undefined) return said;
  return { ...said, skuCount: [...skus.values()].filter((sku) => sku.product_id === shown.id).length };
}

function availabilityShown({ skuId, version }: AvailabilityShown, { skus }: ShopRows): object | null {
  const row = skus.get(skuId);
  if (row === undefined) return { row: 'none' };
  if (row.version > version) return null;
  const available = row.on_hand + row.backorder_limit - row.safety_stock - row.reserved;
  return { skuId, available, version: row.version };
}
