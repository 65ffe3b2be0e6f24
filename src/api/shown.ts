/** How each success is shown, once for all doors. A new kind of success takes its outcome and its entry here. */

import { assert } from '../lib/assert.ts';
import type { Outcome } from '../shop/outcome.ts';
import { cartBody } from './carts/body.ts';
import { orderBody } from './orders/body.ts';
import type { Refusal } from './problems/problems.ts';
import { productTexts } from './products/body.ts';
import { availabilityBody } from './skus/availability.ts';
import { skuBody } from './skus/body.ts';

/** Outcomes that no call has. Only the sweeper gets them. */
type Swept = Extract<Outcome, { readonly kind: 'cart_swept' | 'cart_kept' }>;
export type Success = Exclude<Outcome, Refusal | Swept>;
export type SuccessKind = Success['kind'];
type SuccessOf<K extends SuccessKind> = Extract<Success, { readonly kind: K }>;

/** Shown with its `version`, which is the `ETag`. In process it is in the field `name` of the outcome. */
interface Versioned<K extends SuccessKind> {
  readonly name: string;
  readonly body: (success: SuccessOf<K>) => { readonly id: string; readonly version: number };
  /** For something that was created: its path, without the id. */
  readonly madeIn?: string;
  /** It is created only once. When the first answer is given again, the status is 200 and not 201. */
  readonly isMadeOnce?: true;
}

/** Shown as it is. In process, its fields are fields of the outcome. */
interface Plain<K extends SuccessKind> {
  readonly name: null;
  readonly body: (success: SuccessOf<K>) => object;
}

type Entry<K extends SuccessKind> = Versioned<K> | Plain<K>;

const SKU = { name: 'sku', body: ({ sku }: SuccessOf<'sku' | 'sku_created'>) => skuBody(sku) } as const;
const ORDER = { name: 'order', body: ({ order }: SuccessOf<'order' | 'order_placed'>) => orderBody(order) } as const;
const PRODUCT = {
  name: 'product',
  body: ({ product }: SuccessOf<'product' | 'product_created'>) => productTexts(product),
} as const;

export const SHOWN = {
  sku_created: { ...SKU, madeIn: '/skus' },
  sku: SKU,
  availability: { name: null, body: availabilityBody },
  order_placed: { ...ORDER, madeIn: '/orders', isMadeOnce: true },
  order: ORDER,
  cart: { name: 'cart', body: ({ cart }: SuccessOf<'cart'>) => cartBody(cart) },
  product_created: { ...PRODUCT, madeIn: '/products' },
  product: PRODUCT,
} as const satisfies { readonly [K in SuccessKind]: Entry<K> };

/** What a list or the waiting line shows: a page of items, a product with its SKUs, or an order that waits. */
export const LISTED = { page: null, product: PRODUCT.name, waiting: null } as const;
export type ListedKind = keyof typeof LISTED;

/** An outcome that a call may have and that is not a refusal. */
export function successOf(outcome: Exclude<Outcome, Refusal>): Success {
  assert(isShown(outcome), `${outcome.kind} is for the sweeper alone`);
  return outcome;
}

const isShown = (outcome: Exclude<Outcome, Refusal>): outcome is Success => Object.hasOwn(SHOWN, outcome.kind);

/** An entry takes successes of its own kind. The type of the table cannot say that for all kinds at once. */
export const entryOf = <K extends SuccessKind>({ kind }: SuccessOf<K>): Entry<K> => SHOWN[kind as K] as Entry<K>;
