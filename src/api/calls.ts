/** All that can be asked, by its name. */
import type { Call } from './call.ts';
import { CART_CALLS } from './carts/calls.ts';
import { ORDER_CALLS } from './orders/calls.ts';
import { ORDER_STEP_CALLS } from './orders/step-calls.ts';
import { PRODUCT_CALLS } from './products/calls.ts';
import { SKU_CALLS } from './skus/calls.ts';
import { WAITING_CALLS } from './waiting/calls.ts';

export const CALLS = {
  ...SKU_CALLS,
  ...PRODUCT_CALLS,
  ...ORDER_CALLS,
  ...ORDER_STEP_CALLS,
  ...CART_CALLS,
  ...WAITING_CALLS,
} satisfies Readonly<Record<string, Call>>;
