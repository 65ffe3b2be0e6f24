/**
 * All that can be asked, by its name. What stands above an entry is what an editor shows of the library's method, in
 * the words of a program.
 */
import type { Call } from './call.ts';
import { CART_CALLS } from './carts/calls.ts';
import { ORDER_CALLS } from './orders/calls.ts';
import { ORDER_STEP_CALLS } from './orders/step-calls.ts';
import { PRODUCT_CALLS } from './products/calls.ts';
import { SKU_CALLS } from './skus/calls.ts';
import { WAITING_CALLS } from './waiting/calls.ts';

/** By name: spelt out, the compiler would leave away what stands above the entries. */
type Calls = typeof SKU_CALLS &
  typeof PRODUCT_CALLS &
  typeof ORDER_CALLS &
  typeof ORDER_STEP_CALLS &
  typeof CART_CALLS &
  typeof WAITING_CALLS;

export const CALLS: Calls = {
  ...SKU_CALLS,
  ...PRODUCT_CALLS,
  ...ORDER_CALLS,
  ...ORDER_STEP_CALLS,
  ...CART_CALLS,
  ...WAITING_CALLS,
} satisfies Readonly<Record<string, Call>>;
