/** What clients want of carts: few carts, so that several write one at once, and checkouts of them that are asked for again. */
import type { Checkout } from '../../../src/shop/carts/checkout.ts';
import type { Command } from '../../../src/shop/commands.ts';
import type { World } from './world.ts';

type Kind = 'read_cart' | 'put_line' | 'remove_line' | 'select_all' | 'merge_carts' | 'checkout';

const WEIGHTS: Readonly<Record<Kind, number>> = {
  read_cart: 3,
  put_line: 14,
  remove_line: 3,
  select_all: 2,
  merge_carts: 3,
  checkout: 9,
};

export class CartRequests {
  readonly #world: World;
  /** By order id, so that the same one is asked for again. */
  readonly #asked = new Map<string, Checkout>();

  constructor(world: World) {
    this.#world = world;
  }

  /** `n` makes a name that nobody else has. */
  next(n: number): Command {
    const { random } = this.#world;
    const kind = random.weighted(WEIGHTS);
    const cartId = this.#cartId();
    const skuId = random.chance(0.02) ? 'nowhere' : random.pick(this.#world.skuIds() as [string, ...string[]]);
    switch (kind) {
      case 'read_cart':
        return { kind, cartId };
      case 'put_line':
        return {
          kind,
          cartId,
          skuId,
          quantity: random.integer(1, 4),
          selected: random.pick([null, null, true, false]),
        };
      case 'remove_line':
        return { kind, cartId, skuId };
      case 'select_all':
        return { kind, cartId, selected: random.chance(0.7) };
      case 'merge_carts':
        return { kind, cartId, from: this.#cartId() };
      case 'checkout':
        return this.#checkout(cartId, n);
    }
  }

  #cartId(): string {
    const { random, profile } = this.#world;
    return `c${random.integer(1, profile.carts)}`;
  }

  /** Mostly what was asked for under this id before: the same request again. */
  #checkout(cartId: string, n: number): Checkout {
    const { random, profile } = this.#world;
    // Now and then an order that is, or will be, placed without a cart.
    const orderId = random.chance(0.05)
      ? `o${random.integer(1, profile.orders)}`
      : `b${random.integer(1, profile.orders)}`;
    const earlier = this.#asked.get(orderId);
    if (earlier !== undefined && random.chance(0.5)) return earlier;
    const asked: Omit<Checkout, 'kind' | 'orderId' | 'fingerprint' | 'idIsNew' | 'waitSeconds'> = {
      cartId,
      payment: random.pick(['online', 'online', 'cash_on_delivery']),
      customerId: this.#world.customerId(),
      freight: random.pick([0, 0, 5]),
      expiresInSeconds: random.pick([1, 1, 2, 3, 900]),
    };
    const fingerprint = JSON.stringify(asked);
    const waitSeconds = this.#world.waitSeconds();
    // Somebody who has not thought of an id.
    if (earlier !== undefined || random.chance(0.1)) {
      return { kind: 'checkout', ...asked, orderId: `new-${n}`, fingerprint, idIsNew: true, waitSeconds };
    }
    const checkout: Checkout = { kind: 'checkout', ...asked, orderId, fingerprint, waitSeconds };
    this.#asked.set(orderId, checkout);
    return checkout;
  }
}
