/** What turns leave behind and loads ask for when it is nothing; tests name what they mean. */

import type { Wanted } from '../../src/journal/record.ts';
import type { Keeper } from '../../src/keeper/keeper.ts';
import type { Facts } from '../../src/shop/facts.ts';

export const NOTHING: Facts = { skus: [], orders: [], carts: [], products: [], keys: [] };
export const NOTHING_WANTED: Wanted = { skus: [], orders: [], keys: [], carts: [], products: [], standings: [] };
export const NOBODY_WAITS: Keeper['waiting'] = { of: () => [], forOrder: () => null };
