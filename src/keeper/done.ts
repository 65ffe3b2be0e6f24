/** Which outcomes say that something was done: those that an idempotency key remembers. All others are refusals, and are decided afresh. */
import type { CartSuccess } from '../carts/outcomes.ts';
import type { OrderSuccess } from '../orders/outcomes.ts';
import type { SkuSuccess } from '../stock/outcomes.ts';
import type { ProductSuccess } from '../stock/product.ts';
import type { Outcome } from './command.ts';

type Done = SkuSuccess | OrderSuccess | CartSuccess | ProductSuccess;

const DONE: Readonly<Record<Done['kind'], true>> = {
  sku_created: true,
  sku: true,
  availability: true,
  order_placed: true,
  order: true,
  cart: true,
  cart_swept: true,
  cart_kept: true,
  product_created: true,
  product: true,
};

/** Also what was done before: an order that is cancelled already is cancelled. */
export const isDone = (outcome: Outcome): outcome is Done => Object.hasOwn(DONE, outcome.kind);
