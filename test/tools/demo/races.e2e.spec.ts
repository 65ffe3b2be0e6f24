import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Reply } from '../../support/shop-client.ts';
import { clearedCart, lostEdit } from './cart-races.ts';
import type { Played } from './play.ts';
import { outcomeOf, type Race, type Read } from './race.ts';
import { RACES } from './races.ts';
import { isShown, regionOf, summaryOf } from './report.ts';
import { cancelTwice, lostSales, oversell } from './stock-races.ts';

const done = (status: number): Reply => ({ status, text: '{}', replayed: false });
const REFUSED: Reply = { status: 409, text: '{"code":"insufficient_stock"}', replayed: false };
const BROKEN: Reply = { status: 500, text: '{"code":"internal_error"}', replayed: false };

/** A shop in which things stand so, round `r`. */
function reading(stands: Readonly<Record<string, unknown>>): Read {
  return async <T>(path: string) => stands[path] as T;
}
const stock = (available: number) => ({ available });
const cart = (...names: string[]) => ({ lines: names.map((name) => ({ skuId: `r-${name}` })) });

const sells = (onHand: number) => reading({ '/skus/r': stock(onHand) });
const edits = (...names: string[]) => reading({ '/carts/r': cart(...names) });
const sales = (counted: number) =>
  reading({ '/products/r': { sales: counted }, '/skus/r-red': stock(9), '/skus/r-blue': stock(9) });
const lamps = (tea: number, a: string[], b: string[], lamp = 0) =>
  reading({
    '/skus/r-tea': stock(tea),
    '/skus/r-lamp': stock(lamp),
    '/carts/r-a': cart(...a),
    '/carts/r-b': cart(...b),
  });
const KEPT = ['tea', 'lamp'];

describe('the end of a round', () => {
  const bought = [done(201), done(201)];
  const one = [done(201), REFUSED];
  const both = [done(200), done(200)];

  it.each<[string, Race, Read, Reply[]]>([
    ['one is sold, and one buyer refused', oversell, sells(0), one],
    ['the unit came back once', cancelTwice, sells(1), both],
    ['both edits are in the cart', lostEdit, edits('mug', 'tea', 'pen'), both],
    ['both orders are counted', lostSales, sales(2), bought],
    ['the first bought, and the second has its cart', clearedCart, lamps(9, [], KEPT), one],
    ['the second bought, and the first has its cart', clearedCart, lamps(9, KEPT, []), one.toReversed()],
  ])('is right when %s', async (_, race, read, replies) => {
    expect((await outcomeOf(race, read, 'r', replies)).wrong).toBeNull();
  });

  it.each<[string, Race, Read, Reply[], string]>([
    ['1 unit was there, 2 were sold', oversell, sells(-1), bought, 'stock -1; answered 201 and 201'],
    ['1 unit was there, 2 were sold', oversell, sells(0), bought, 'stock 0; answered 201 and 201'],
    ['1 unit was there, 1 were sold', oversell, sells(1), one, 'stock 1; answered 201 and 409 insufficient_stock'],
    ['not what must be answered', oversell, sells(1), [REFUSED, REFUSED], 'stock 1'],
    ['1 unit was sold, 2 came back', cancelTwice, sells(2), both, 'stock 2; answered 200 and 200'],
    ['1 unit was sold, 0 came back', cancelTwice, sells(0), both, 'stock 0'],
    [
      'not what must be answered',
      cancelTwice,
      sells(1),
      [done(200), BROKEN],
      'stock 1; answered 200 and 500 internal_error',
    ],
    ['2 edits were acknowledged, 1 is gone', lostEdit, edits('mug', 'pen'), both, 'cart: mug, pen'],
    ['2 were sold, the product says 1', lostSales, sales(1), bought, 'sales 1, stock red 9, blue 9'],
    ['the order failed and the cart is gone', clearedCart, lamps(9, [], []), one, 'stock tea 9, lamp 0'],
    ['2 tea were taken for 1 order', clearedCart, lamps(8, [], KEPT), one, 'stock tea 8, lamp 0'],
    ['2 lamps were taken for 1 order', clearedCart, lamps(9, [], KEPT, -1), one, 'stock tea 9, lamp -1'],
    ['the order stands and the cart is full', clearedCart, lamps(9, KEPT, KEPT), one, 'stock tea 9, lamp 0'],
  ])('is wrong: %s', async (wrong, race, read, replies, words) => {
    expect(await outcomeOf(race, read, 'r', replies)).toEqual({ words: expect.stringContaining(words), wrong });
  });
});

describe('what is shown', () => {
  it.each(RACES)('is the code that runs ($name)', ({ region }) => {
    const shown = regionOf(readFileSync(new URL('naive-shop.ts', import.meta.url), 'utf8'), region);
    expect(shown.length).toBeGreaterThanOrEqual(3);
    expect(shown.join('\n')).toMatch(/^const .*await/);
    expect(shown.join('\n')).not.toContain('region');
  });
});

describe('the summary', () => {
  const played = (wrong: number): Played => ({ rounds: 9, before: '', ends: [], wrong, overlapped: 9 });
  const compared = (naive: number, keeper: number) => [
    { race: oversell, naive: played(4), keeper: played(0) },
    { race: cancelTwice, naive: played(naive), keeper: played(keeper) },
  ];

  it('says that all is shown, or what is not', () => {
    expect(isShown(compared(1, 0))).toBe(true);
    expect(summaryOf(compared(1, 0))).toMatch(/^2\. cancel-twice +1 of 9 +0 of 9$/m);
    expect(summaryOf(compared(1, 0))).toContain('The naive shop lost every race, Stock Keeper none.');
    expect(isShown(compared(0, 0))).toBe(false);
    expect(summaryOf(compared(0, 0))).toContain('By chance the naive shop was right in cancel-twice');
    expect(isShown(compared(1, 1))).toBe(false);
    expect(summaryOf(compared(1, 1))).toContain('Stock Keeper was WRONG in cancel-twice.');
  });
});
