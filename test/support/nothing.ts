/** What turns leave behind and loads ask for when it is nothing; tests name what they mean. */

import type { Facts, Wanted } from '../../src/journal/record.ts';
import type { Keeper } from '../../src/keeper/keeper.ts';

export const NOTHING: Facts = { skus: [], order: null, key: null, carts: [], product: null };
export const NOTHING_WANTED: Wanted = { skus: [], orders: [], keys: [], carts: [], products: [], standings: [] };
export const NOBODY_WAITS: Keeper['waiting'] = { of: () => [], forOrder: () => null };
