/** The carts of the library. */
import {
  CartLineBody,
  CartLineParams,
  CartParams,
  MergeBody,
  mergeCarts,
  NewCartLineParams,
  NewCartParams,
  SelectBody,
} from '../api/carts/requests.ts';
import { type Given, KeyedAndVersioned, Versioned } from './ask-options.ts';
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
    const { id } = this.#desk.read('readCart', CartParams, { id: cartId });
    return this.#desk.tell('readCart', { kind: 'read_cart', cartId: id });
  }

  /** Sets a line of a cart, which comes into being with its first one. Reserves nothing. */
  async putLine(
    cartId: string,
    skuId: string,
    line: Given<typeof CartLineBody>,
    options: Versioned = {},
  ): Promise<Outcomes.PutLineOutcome> {
    const named = this.#desk.read('putLine', NewCartLineParams, { id: cartId, skuId });
    const { quantity, selected = null } = this.#desk.read('putLine', CartLineBody, line);
    const command = { kind: 'put_line', cartId: named.id, skuId: named.skuId, quantity, selected } as const;
    return this.#desk.tell('putLine', command, this.#desk.read('putLine', Versioned, options));
  }

  /** Removes a line of a cart, if it is there. */
  async removeLine(cartId: string, skuId: string, options: Versioned = {}): Promise<Outcomes.ChangeCartOutcome> {
    const named = this.#desk.read('removeLine', CartLineParams, { id: cartId, skuId });
    const at = this.#desk.read('removeLine', Versioned, options);
    return this.#desk.tell('removeLine', { kind: 'remove_line', cartId: named.id, skuId: named.skuId }, at);
  }

  /** Selects all lines of a cart, or none. */
  async selectAll(cartId: string, selected: boolean, options: Versioned = {}): Promise<Outcomes.ChangeCartOutcome> {
    const { id } = this.#desk.read('selectAll', CartParams, { id: cartId });
    const { selectAll } = this.#desk.read('selectAll', SelectBody, { selectAll: selected });
    const at = this.#desk.read('selectAll', Versioned, options);
    return this.#desk.tell('selectAll', { kind: 'select_all', cartId: id, selected: selectAll }, at);
  }

  /** Adds the lines of the cart `from`, and empties it: asked again it adds nothing. */
  async mergeCarts(cartId: string, from: string, options: KeyedAndVersioned = {}): Promise<Outcomes.MergeCartsOutcome> {
    const { id } = this.#desk.read('mergeCarts', NewCartParams, { id: cartId });
    const body = this.#desk.read('mergeCarts', MergeBody, { from });
    return this.#desk.ask(
      'mergeCarts',
      () => mergeCarts(id, body),
      this.#desk.read('mergeCarts', KeyedAndVersioned, options),
    );
  }
}
