/** The races, in the order in which they are shown. */
import { clearedCart, lostEdit } from './cart-races.ts';
import type { Race } from './race.ts';
import { cancelTwice, lostSales, oversell } from './stock-races.ts';

export const RACES: readonly Race[] = [oversell, cancelTwice, lostEdit, lostSales, clearedCart];
