/** What a batch is merged into: no more than changed, in the order of ids, and nothing of entries that do not stand on each other. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { merge } from '../../src/journal/merge.ts';
import { Bug } from '../../src/lib/assert.ts';
import type { Facts } from '../../src/shop/facts.ts';
import { NOTHING } from '../support/nothing.ts';
import { AT, cartFact, facts, opened, placed, placedFact, productFact, receive } from './facts.ts';
import { turnWishes } from './turn-wishes.ts';
import { Turns } from './turns.ts';

/** Of facts that name one row: the last of it, on what the first stands on, in the order of the ids. */
function lastOnFirst<T extends { readonly id: string; readonly basis: number | null; readonly row: unknown }>(
  all: readonly T[],
  isWhole: (named: readonly T[]) => boolean = () => true,
) {
  const ids = [...new Set(all.map(({ id }) => id))].toSorted();
  return ids.map((id) => {
    const named = all.filter((fact) => fact.id === id);
    const [first, last] = [named[0], named.at(-1)];
    if (first === undefined || last === undefined) throw new Error(`${id} is named`);
    return { id, basis: first.basis, row: last.row, isWhole: isWhole(named) };
  });
}

describe('any history of turns', () => {
  // Red with: details or lines written where they did not change; rows in the order of their turns.
  test.prop([turnWishes, fc.nat({ max: 40 }), fc.integer({ min: 1, max: 15 })], { numRuns: 60 })(
    'law: is merged into the last state of each row on the version before the first, and all movements, in the order of ids',
    (wishes, from, length) => {
      const turns = new Turns('law');
      const decided = wishes.flatMap((wish) => turns.decide(wish) ?? []);
      const batch: readonly Facts[] = decided.slice(from, from + length);
      const skus = batch.flatMap((each) => each.skus);
      const orders = batch.flatMap((each) => each.orders);
      expect(merge(batch)).toEqual({
        // Details or lines are written when any of the changes has changed them.
        skus: lastOnFirst(skus, (named) =>
          named.some(({ basis, movement }) => basis === null || movement?.kind === 'changed'),
        ),
        orders: lastOnFirst(orders, (named) => named.some(({ isWhole }) => isWhole)),
        movements: skus.flatMap(({ movement }) => movement ?? []),
        keys: lastOnFirst(batch.flatMap((each) => each.keys)),
        carts: lastOnFirst(batch.flatMap((each) => each.carts)),
        products: lastOnFirst(batch.flatMap((each) => each.products)),
      });
    },
  );
});

describe('entries that do not stand on each other', () => {
  const sku = opened('s');
  const order = placed('o', [sku.row]);
  const cart = { id: 'c', lines: [], version: 3, createdAt: AT, updatedAt: AT };
  const product = { id: 'p', name: 'n', description: null, version: 3, createdAt: AT, updatedAt: AT };

  it.each<[string, Facts, Facts]>([
    ['a SKU', facts([sku]), facts([receive({ ...sku.row, version: 2 })])],
    ['a SKU that is new twice', facts([sku]), facts([sku])],
    ['an order', facts([], placedFact(order)), facts([], { ...placedFact(order), basis: 2, isWhole: false })],
    ['a cart', { ...NOTHING, carts: [cartFact('c', 2, cart)] }, { ...NOTHING, carts: [cartFact('c', 2, null)] }],
    [
      'a cart that was swept',
      { ...NOTHING, carts: [cartFact('c', 2, null)] },
      { ...NOTHING, carts: [cartFact('c', 2, cart)] },
    ],
    [
      'a product',
      { ...NOTHING, products: [productFact(2, product)] },
      { ...NOTHING, products: [productFact(2, product)] },
    ],
  ])('are a bug, and it is told of whom: %s', (_, first, second) => {
    expect(() => merge([first, second])).toThrow(Bug);
    expect(() => merge([first, second])).toThrow(/^[a-z] was decided on version (\d|null) after version (\d|null)$/);
  });
});
