/** Empty values for what turns leave behind and what loads ask for. A test then names only what it is about. */

import type { Wanted } from '../../src/journal/record.ts';
import type { Keeper } from '../../src/keeper/keeper.ts';
import type { Facts } from '../../src/shop/facts.ts';

export const NOTHING: Facts = { skus: [], orders: [], carts: [], products: [], keys: [] };
export const NOTHING_WANTED: Wanted = { skus: [], orders: [], keys: [], carts: [], products: [], standings: [] };
export const NOBODY_WAITS: Keeper['waiting'] = { of: () => [], forOrder: () => null };
