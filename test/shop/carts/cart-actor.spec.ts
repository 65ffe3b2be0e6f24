/** The actor of a cart: it keeps what the rule decided, and nothing of a message that broke. */
import { describe, expect, it } from 'vitest';
import { Bug } from '../../../src/lib/assert.ts';
import { emptyCart } from '../../../src/shop/carts/cart.ts';
import { cartOf, startCartActor, tellCart } from '../../../src/shop/carts/cart-actor.ts';
import { type CartMessage, decideCart } from '../../../src/shop/carts/rules.ts';
import { LINES_MAX } from '../../../src/shop/orders/order.ts';

const AT = 1_700_000_000_000;
const put: CartMessage = { type: 'put', skuId: 'A', quantity: 2, selected: null, at: AT };
const remove: CartMessage = { type: 'remove', skuId: 'A', at: AT };
const tooMany: CartMessage = {
  type: 'take_in',
  lines: Array.from({ length: LINES_MAX + 1 }, (_, nth) => ({ skuId: `S${nth}`, quantity: 1, selected: true })),
  at: AT,
};
const empty = emptyCart('c', AT);

describe('the actor of a cart', () => {
  it('says what the rule decides and is the cart after it', () => {
    const actor = startCartActor(empty);
    expect(cartOf(actor)).toBe(empty);
    let cart = empty;
    for (const message of [put, put, remove]) {
      const decision = decideCart(cart, message);
      if (decision.kind !== 'changed') throw new Error(`${message.type} was to change the cart`);
      cart = decision.cart;
      expect(tellCart(actor, message)).toEqual(decision);
      expect(cartOf(actor)).toEqual(cart);
    }
  });

  it('stays as it is when it refuses, or has nothing to change', () => {
    const actor = startCartActor(empty);
    expect(tellCart(actor, remove).kind).toBe('unchanged');
    expect(tellCart(actor, tooMany).kind).toBe('refused');
    expect(cartOf(actor)).toBe(empty);
    expect(tellCart(actor, put).kind).toBe('changed');
  });

  // Red with: no look at the actor's status after `send`; nobody to see its error, which is uncaught then.
  it('throws what the rule threw, then and ever after, and never says again what it said before', async () => {
    const actor = startCartActor(empty);
    tellCart(actor, put);
    for (const message of [{ type: 'none' } as never, put]) {
      expect(() => tellCart(actor, message)).toThrow(Bug);
      expect(() => tellCart(actor, message)).toThrow('unreachable: {"type":"none"}');
    }
    expect(cartOf(actor).version).toBe(1);
    await new Promise(setImmediate);
  });

  it('that was stopped throws, for it drops what it is told', () => {
    const actor = startCartActor(empty);
    actor.stop();
    expect(() => tellCart(actor, put)).toThrow(Bug);
  });
});
