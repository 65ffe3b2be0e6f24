/** What a batch is merged into: no more than changed, in the order of ids, and nothing of entries that do not stand on each other. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { merge } from '../../src/journal/merge.ts';
import type { Facts } from '../../src/journal/record.ts';
import { Bug } from '../../src/lib/assert.ts';
import { NOTHING } from '../support/nothing.ts';
import { AT, facts, opened, placed, placedFact, receive } from './facts.ts';
import { Turns, turnWishes } from './turns.ts';

/** Of facts that name one row, by its id: the first and the last, in the order of the ids. */
function firstAndLast<T>(all: readonly T[], idOf: (fact: T) => string) {
  const ids = [...new Set(all.map(idOf))].toSorted();
  return ids.map((id) => {
    const named = all.filter((fact) => idOf(fact) === id);
    const [first, last] = [named[0], named.at(-1)];
    if (first === undefined || last === undefined) throw new Error(`${id} is named`);
    return { id, named, first, last };
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
      const orders = batch.flatMap(({ order }) => order ?? []);
      const products = batch.flatMap(({ product }) => product ?? []);
      const keys = batch.flatMap(({ key }) => key ?? []);
      expect(merge(batch)).toEqual({
        skus: firstAndLast(skus, ({ sku }) => sku.id).map(({ named, first, last }) => ({
          basis: first.basis,
          row: last.sku,
          detailsChanged: named.some(({ movement }) => movement?.kind === 'changed'),
        })),
        orders: firstAndLast(orders, ({ order }) => order.id).map(({ named, first, last }) => ({
          basis: first.basis,
          row: last.order,
          linesChanged: named.some(({ linesChanged }) => linesChanged),
        })),
        movements: skus.flatMap(({ movement }) => movement ?? []),
        keys: firstAndLast(keys, ({ key }) => key).map(({ last }) => last),
        carts: firstAndLast(
          batch.flatMap(({ carts }) => carts),
          ({ id }) => id,
        ).map(({ id, first, last }) => ({ id, basis: first.basis, row: last.cart })),
        products: firstAndLast(products, ({ product }) => product.id).map(({ first, last }) => ({
          basis: first.basis,
          row: last.product,
        })),
      });
    },
  );
});

describe('entries that do not stand on each other', () => {
  const sku = opened('s');
  const order = placed('o', [sku.sku]);
  const cart = { id: 'c', lines: [], version: 3, createdAt: AT, updatedAt: AT };
  const product = { id: 'p', name: 'n', description: null, version: 3, createdAt: AT, updatedAt: AT };

  it.each<[string, Facts, Facts]>([
    ['a SKU', facts([sku]), facts([receive({ ...sku.sku, version: 2 })])],
    ['a SKU that is new twice', facts([sku]), facts([sku])],
    ['an order', facts([], placedFact(order)), facts([], { basis: 2, order, linesChanged: false })],
    [
      'a cart',
      { ...NOTHING, carts: [{ id: 'c', basis: 2, cart }] },
      { ...NOTHING, carts: [{ id: 'c', basis: 2, cart: null }] },
    ],
    [
      'a cart that was swept',
      { ...NOTHING, carts: [{ id: 'c', basis: 2, cart: null }] },
      { ...NOTHING, carts: [{ id: 'c', basis: 2, cart }] },
    ],
    ['a product', { ...NOTHING, product: { basis: 2, product } }, { ...NOTHING, product: { basis: 2, product } }],
  ])('are a bug, and it is told of whom: %s', (_, first, second) => {
    expect(() => merge([first, second])).toThrow(Bug);
    expect(() => merge([first, second])).toThrow(/^[a-z] was decided on version (\d|null) after version (\d|null)$/);
  });
});
