/** The rules of a cart. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cart, type CartLine, emptyCart, stillSelected } from '../../../src/shop/carts/cart.ts';
import { type CartMessage, decideCart } from '../../../src/shop/carts/rules.ts';
import { LINES_MAX } from '../../../src/shop/orders/order.ts';
import { QUANTITY_MAX } from '../../../src/shop/skus/sku.ts';

const AT = 1_700_000_000_000;

/** The cart after messages that are all taken. */
function told(cart: Cart, ...messages: readonly CartMessage[]): Cart {
  return messages.reduce((before, message) => {
    const decision = decideCart(before, message);
    if (decision.kind === 'refused') throw new Error(`${message.type} was refused`);
    return decision.cart;
  }, cart);
}

const put = (skuId: string, quantity: number, selected: boolean | null = null): CartMessage => ({
  type: 'put',
  skuId,
  quantity,
  selected,
  at: AT,
});
const lines = (cart: Cart) => cart.lines.map(({ skuId, quantity, selected }) => [skuId, quantity, selected]);
const empty = emptyCart('c', AT - 1);

describe('a line', () => {
  it('is added selected, at the end', () => {
    const cart = told(empty, put('B', 2), put('A', 1, false));
    expect(lines(cart)).toEqual([
      ['B', 2, true],
      ['A', 1, false],
    ]);
    expect(cart).toMatchObject({ version: 2, createdAt: AT - 1, updatedAt: AT });
  });

  it('is set where it stands, and stays selected as it was', () => {
    const cart = told(empty, put('B', 2, false), put('A', 1), put('B', 5));
    expect(lines(cart)).toEqual([
      ['B', 5, false],
      ['A', 1, true],
    ]);
    expect(lines(told(cart, put('B', 5, true)))[0]).toEqual(['B', 5, true]);
  });

  it('counts as a change even when it says what was there', () => {
    expect(told(empty, put('A', 1), put('A', 1)).version).toBe(2);
  });

  it('is removed, once', () => {
    const cart = told(empty, put('A', 1), { type: 'remove', skuId: 'A', at: AT });
    expect(cart).toMatchObject({ lines: [], version: 2 });
    expect(decideCart(cart, { type: 'remove', skuId: 'A', at: AT })).toEqual({ kind: 'unchanged', cart });
  });

  it('finds no place in a full cart, where those that are there can still be set', () => {
    const messages = Array.from({ length: LINES_MAX }, (_, at) => put(`S${at}`, 1));
    const full = told(empty, ...messages);
    expect(decideCart(full, put('one more', 1))).toEqual({
      kind: 'refused',
      refusal: { kind: 'cart_full', cartId: 'c', lines: LINES_MAX + 1, highest: LINES_MAX },
    });
    expect(told(full, put('S0', 9)).lines).toHaveLength(LINES_MAX);
    const more = [{ skuId: 'one more', quantity: 1, selected: true }];
    expect(decideCart(full, { type: 'take_in', lines: more, at: AT }).kind).toBe('refused');
  });
});

describe('carts that are merged', () => {
  it('have their quantities added as far as a line holds, and are selected where either was', () => {
    const mine = told(empty, put('A', 1, false), put('B', QUANTITY_MAX), put('C', 3, false));
    const theirs: CartLine[] = [
      { skuId: 'A', quantity: 2, selected: true },
      { skuId: 'B', quantity: 5, selected: false },
      { skuId: 'D', quantity: 4, selected: false },
    ];
    expect(lines(told(mine, { type: 'take_in', lines: theirs, at: AT }))).toEqual([
      ['A', 3, true],
      ['B', QUANTITY_MAX, true],
      ['C', 3, false],
      ['D', 4, false],
    ]);
  });

  it('add nothing when they are asked again, for the other is empty', () => {
    const cart = told(empty, put('A', 1));
    const handedOver = told(cart, { type: 'hand_over', at: AT });
    expect(handedOver).toMatchObject({ lines: [], version: 2 });
    expect(decideCart(cart, { type: 'take_in', lines: handedOver.lines, at: AT })).toEqual({ kind: 'unchanged', cart });
    expect(decideCart(handedOver, { type: 'hand_over', at: AT }).kind).toBe('unchanged');
  });
});

describe('what was bought', () => {
  it('leaves, and quantity that was added meanwhile stays', () => {
    const cart = told(empty, put('A', 5), put('B', 2), put('C', 1, false));
    const bought = [
      { skuId: 'A', quantity: 3 },
      { skuId: 'B', quantity: 2 },
    ];
    expect(lines(told(cart, { type: 'bought', lines: bought, at: AT }))).toEqual([
      ['A', 2, true],
      ['C', 1, false],
    ]);
  });

  it('was selected when it was asked for, and still is', () => {
    const asked = [
      { skuId: 'taken out', quantity: 1 },
      { skuId: 'deselected', quantity: 1 },
      { skuId: 'fewer', quantity: 5 },
      { skuId: 'more', quantity: 2 },
    ];
    const cart = told(empty, put('deselected', 1, false), put('fewer', 3), put('more', 9), put('new', 1));
    expect(stillSelected(asked, cart)).toEqual([
      { skuId: 'fewer', quantity: 3 },
      { skuId: 'more', quantity: 2 },
    ]);
  });
});

describe('any history of a cart', () => {
  const skuId = fc.constantFrom('A', 'B', 'C');
  const quantity = fc.integer({ min: 1, max: QUANTITY_MAX });
  const line = fc.record({ skuId, quantity, selected: fc.boolean() });
  const some = fc.uniqueArray(line, { selector: (one) => one.skuId });
  const message: fc.Arbitrary<CartMessage> = fc.oneof(
    fc.record({
      type: fc.constant('put' as const),
      skuId,
      quantity,
      selected: fc.option(fc.boolean()),
      at: fc.constant(AT),
    }),
    fc.record({ type: fc.constant('remove' as const), skuId, at: fc.constant(AT) }),
    fc.record({ type: fc.constant('select_all' as const), selected: fc.boolean(), at: fc.constant(AT) }),
    fc.record({ type: fc.constant('take_in' as const), lines: some, at: fc.constant(AT) }),
    fc.record({ type: fc.constant('hand_over' as const), at: fc.constant(AT) }),
    fc.record({ type: fc.constant('bought' as const), lines: some, at: fc.constant(AT) }),
  );

  it('law: leaves a sound cart, whose version counts its changes', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 40 }), (messages) => {
        let cart = empty;
        let changes = 0;
        for (const one of messages) {
          const decision = decideCart(cart, one);
          if (decision.kind === 'changed') changes++;
          else expect(decision).toEqual({ kind: 'unchanged', cart });
          cart = decision.kind === 'refused' ? cart : decision.cart;
          expect(cart.version).toBe(changes);
          expect(new Set(cart.lines.map((each) => each.skuId)).size).toBe(cart.lines.length);
          for (const each of cart.lines) {
            expect(each.quantity).toBeGreaterThanOrEqual(1);
            expect(each.quantity).toBeLessThanOrEqual(QUANTITY_MAX);
          }
        }
      }),
    );
  });

  it('law: what says nothing of a line leaves it as it is', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), message, (messages, last) => {
        const cart = told(empty, ...messages);
        const then = told(cart, last);
        if (last.type === 'select_all' || last.type === 'hand_over') return;
        const named =
          last.type === 'take_in' || last.type === 'bought' ? last.lines.map((one) => one.skuId) : [last.skuId];
        const untouched = (of: Cart) => of.lines.filter((one) => !named.includes(one.skuId));
        expect(untouched(then)).toEqual(untouched(cart));
      }),
    );
  });
});
