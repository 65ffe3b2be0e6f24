/** The carts of the library. */
import { CALLS } from '../api/calls.ts';
import type { CartLineBody } from '../api/carts/requests.ts';
import type { Given, KeyedAndVersioned, Versioned } from './ask-options.ts';
import type { Desk } from './desk.ts';
import { Listings } from './listings.ts';
import type * as Outcomes from './outcomes.ts';

export class Carts extends Listings {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    super(desk);
    this.#desk = desk;
  }

  async readCart(cartId: string): Promise<Outcomes.CartOutcome> {
    return this.#desk.ask('readCart', CALLS.readCart, { id: cartId }, {});
  }

  /** Sets a line of a cart, which comes into being with its first one. Reserves nothing. */
  async putLine(
    cartId: string,
    skuId: string,
    line: Given<typeof CartLineBody>,
    options: Versioned = {},
  ): Promise<Outcomes.PutLineOutcome> {
    return this.#desk.ask('putLine', CALLS.putLine, { id: cartId, skuId }, line, options);
  }

  /** Removes a line of a cart, if it is there. */
  async removeLine(cartId: string, skuId: string, options: Versioned = {}): Promise<Outcomes.ChangeCartOutcome> {
    return this.#desk.ask('removeLine', CALLS.removeLine, { id: cartId, skuId }, {}, options);
  }

  /** Selects all lines of a cart, or none. */
  async selectAll(cartId: string, selected: boolean, options: Versioned = {}): Promise<Outcomes.ChangeCartOutcome> {
    return this.#desk.ask('selectAll', CALLS.selectAll, { id: cartId }, { selectAll: selected }, options);
  }

  /** Adds the lines of the cart `from`, and empties it: asked again it adds nothing. */
  async mergeCarts(cartId: string, from: string, options: KeyedAndVersioned = {}): Promise<Outcomes.MergeCartsOutcome> {
    return this.#desk.ask('mergeCarts', CALLS.mergeCarts, { id: cartId }, { from }, options);
  }
}
