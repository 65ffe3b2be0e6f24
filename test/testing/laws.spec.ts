/** The judge alone: answers and counters as a shop may give them, and what they are taken for. */
import { describe, expect, it } from 'vitest';
import { judge, type Seen } from '../../src/testing/laws.ts';
import { type Answered, type Call, opened } from '../../src/testing/model.ts';

const PRODUCTS = { p: ['a', 'b'] };
const lines = (units: Readonly<Record<string, number>>) =>
  Object.entries(units).map(([skuId, quantity]) => ({ skuId, quantity }));
const place = (order: string, units: Readonly<Record<string, number>>): Call => ({
  kind: 'place',
  order,
  lines: lines(units),
});
const step = (kind: 'cancel' | 'confirm' | 'expire' | 'ship', order = 'o1'): Call => ({ kind, order });
const back = (units: Readonly<Record<string, number>>): Call => ({ kind: 'return', order: 'o1', lines: lines(units) });
const done = (call: Call): Answered => ({ call, answer: 'done' });
const refused = (call: Call): Answered => ({ call, answer: 'refused' });
const unknown = (call: Call): Answered => ({ call, answer: 'unknown' });
const CRASH = done({ kind: 'restart', turns: 0 });
const ONE = done(place('o1', { a: 1 }));

/** Bursts on a shop that opened with 3 of `a` and 2 of `b`; the law that is broken by what is in stock then, `right` if none is. */
function lawOf(bursts: readonly (readonly Answered[])[], stock: Seen['stock'], sales: Partial<Seen> = {}): string {
  const seen = { stock, sales: {}, productSales: {}, ...sales };
  const verdict = judge([opened({ a: 3, b: 2 })], bursts, seen, PRODUCTS);
  return verdict.kind === 'right' ? 'right' : verdict.law;
}

describe('what can be explained', () => {
  it.each<[string, Answered[][], Seen['stock']]>([
    ['a cancel repeated', [[ONE], [done(step('cancel'))], [done(step('cancel'))]], { a: 3 }],
    ['a cancel repeated and refused', [[ONE], [done(step('cancel')), refused(step('cancel'))]], { a: 3 }],
    ['a refusal while there was enough', [[refused(place('o1', { a: 1 }))]], { a: 3 }],
    [
      'a cancel that lets another in',
      [[done(place('o1', { a: 3 }))], [done(place('o2', { a: 3 })), done(step('cancel'))]],
      { a: 0 },
    ],
    ['a lost answer, and it happened', [[unknown(place('o1', { a: 1 }))]], { a: 2 }],
    ['a lost answer, and it did not happen', [[unknown(place('o1', { a: 1 }))]], { a: 3 }],
    ['a lost answer, repeated', [[unknown(place('o1', { a: 1 }))], [ONE]], { a: 2 }],
    ['an expiry that came first', [[ONE], [done(step('expire')), refused(step('confirm'))]], { a: 3 }],
    ['a payment that came first', [[ONE], [done(step('expire')), done(step('confirm'))]], { a: 2 }],
    ['a cancel of what was shipped', [[ONE], [done(step('ship'))], [done(step('cancel'))]], { a: 2 }],
    ['a return', [[ONE], [done(step('ship'))], [done(back({ a: 1 }))], [refused(back({ a: 1 }))]], { a: 3 }],
    ['a crash', [[ONE, CRASH]], { a: 2 }],
    ['a crash under way', [[unknown(place('o1', { a: 1 })), CRASH]], { a: 3 }],
  ])('is right: %s', (_, bursts, stock) => {
    expect(lawOf(bursts, stock)).toBe('right');
  });

  it('is right in sales too, which a return takes back', () => {
    const shipped = [[done(place('o1', { a: 2, b: 1 }))], [done(step('ship'))], [done(back({ a: 1 }))]];
    expect(lawOf(shipped, { a: 2, b: 1 }, { sales: { a: 1, b: 1 }, productSales: { p: 2 } })).toBe('right');
    expect(lawOf(shipped, { a: 2, b: 1 }, { sales: { a: 2, b: 1 } })).toBe('sales_count_standing_orders');
    expect(lawOf(shipped, { a: 2, b: 1 }, { productSales: { p: 3 } })).toBe('sales_count_standing_orders');
  });
});

describe('what cannot be explained', () => {
  const TWO = done(place('o2', { a: 2 }));

  it.each<[string, string, Answered[][], Seen['stock']]>([
    ['cancel_restores_once', 'units given back twice', [[ONE], [done(step('cancel')), done(step('cancel'))]], { a: 4 }],
    [
      'cancel_restores_once',
      'and once more by the expiry',
      [[ONE], [done(step('cancel'))], [done(step('expire'))]],
      { a: 4 },
    ],
    [
      'no_other_order_eaten',
      "another order's units given back",
      [[ONE, TWO], [done(step('cancel'))], [refused(step('cancel'))]],
      { a: 2 },
    ],
    ['never_oversold', 'more placed than there is', [[done(place('o1', { a: 2 })), TWO]], { a: 0 }],
    ['never_oversold', 'less than nothing in stock', [[ONE]], { a: -1 }],
    ['all_lines_or_none', 'a refused order that took a line', [[refused(place('o1', { a: 1, b: 3 }))]], { a: 2, b: 2 }],
    ['all_lines_or_none', 'a placed order that took one alone', [[done(place('o1', { a: 1, b: 1 }))]], { a: 2, b: 2 }],
    ['place_counts_once', 'an order placed twice', [[ONE], [ONE]], { a: 1 }],
    [
      'only_standing_orders_proceed',
      'a cancelled order shipped',
      [[ONE], [done(step('cancel'))], [done(step('ship'))]],
      { a: 3 },
    ],
    ['only_standing_orders_proceed', 'one confirmed that was never placed', [[done(step('confirm'))]], { a: 3 }],
    [
      'returned_only_what_was_shipped',
      'more returned than shipped',
      [[ONE], [done(step('ship'))], [done(back({ a: 2 }))]],
      { a: 4 },
    ],
    ['answered_survives_restart', 'an order lost in a crash', [[ONE], [CRASH]], { a: 3 }],
    ['never_oversold', 'the same without a crash', [[ONE]], { a: 3 }],
    ['nothing_leaks', 'units that a cancel did not give back', [[ONE], [done(step('cancel'))]], { a: 2 }],
    [
      'never_oversold',
      'units of a paid order offered again',
      [[ONE], [done(step('confirm'))], [done(step('expire'))]],
      { a: 3 },
    ],
  ])('breaks %s: %s', (law, _, bursts, stock) => {
    expect(lawOf(bursts, stock)).toBe(law);
  });
});
