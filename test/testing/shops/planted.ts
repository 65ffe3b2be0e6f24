/** The shops with a planted bug each, and the laws that they may be found to break. */
import type { Law, ShopAdapter } from '../../../src/testing/index.ts';
import { CancelTwice } from './cancel-twice.ts';
import { Clamped } from './clamped.ts';
import { HalfOrder } from './half-order.ts';
import { LostSales } from './lost-sales.ts';
import { ReadCheckWrite } from './read-check-write.ts';
import { WriteBehind } from './write-behind.ts';

export const PLANTED: readonly {
  readonly bug: string;
  readonly open: () => ShopAdapter;
  readonly laws: readonly Law[];
}[] = [
  { bug: 'gives back twice what is cancelled twice', open: () => new CancelTwice(), laws: ['cancel_restores_once'] },
  {
    bug: 'sells what another just bought',
    open: () => new ReadCheckWrite(),
    laws: ['never_oversold'],
  },
  { bug: 'loses an update of its sales', open: () => new LostSales(), laws: ['sales_count_standing_orders'] },
  { bug: 'takes half of an order', open: () => new HalfOrder(), laws: ['all_lines_or_none'] },
  { bug: 'gives back units of another order', open: () => new Clamped(), laws: ['no_other_order_eaten'] },
  { bug: 'answers before it writes', open: () => new WriteBehind(), laws: ['answered_survives_restart'] },
];

export const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);
