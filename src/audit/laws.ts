/** Everything that must be true of a database of Stock Keeper, as SQL that any session can run. */
import { CART_LAWS } from './cart-laws.ts';
import { DATABASE_LAWS } from './database-laws.ts';
import type { Law } from './law.ts';
import { ORDER_LAWS } from './order-laws.ts';
import { SKU_LAWS } from './sku-laws.ts';

export const LAWS: readonly Law[] = [...SKU_LAWS, ...ORDER_LAWS, ...CART_LAWS, ...DATABASE_LAWS];
