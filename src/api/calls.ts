/**
 * All calls, by name. An editor shows the comment above an entry as the documentation of the library's method. That
 * comment is therefore written for programs, not for HTTP.
 */
import type { Call } from './call.ts';
import { CART_CALLS } from './carts/calls.ts';
import { ORDER_CALLS } from './orders/calls.ts';
import { ORDER_STEP_CALLS } from './orders/step-calls.ts';
import { PRODUCT_CALLS } from './products/calls.ts';
import { SKU_CALLS } from './skus/calls.ts';
import { WAITING_CALLS } from './waiting/calls.ts';

/** The type names its parts. If the compiler spelt it out, it would drop the comments above the entries. */
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
