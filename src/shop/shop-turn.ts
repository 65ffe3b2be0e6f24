/**
 * The turn that rules see, on top of rows in memory. It reads owners, sends them messages, and writes what became of
 * each row.
 */

import { assert } from '../lib/assert.ts';
import { corruptSku } from '../lib/corrupt.ts';
import { type Cart, emptyCart } from './carts/cart.ts';
import { cartOf, tellCart } from './carts/cart-actor.ts';
import { type CartDecision, type CartMessage, decideCart } from './carts/rules.ts';
import type { LineRequest, Order } from './orders/order.ts';
import type { OrderMessage, OrderSaid } from './orders/order-changes.ts';
import type { Product } from './products/product.ts';
import type { SkuRefusal } from './skus/outcomes.ts';
import {
  type LineMessage,
  type NewSku,
  type OwnMessage,
  openSku,
  refusalOf,
  type StockDecision,
  type StockMessage,
} from './skus/rules.ts';
import type { Sku } from './skus/sku.ts';
import { skuOf, tellSku } from './skus/sku-actor.ts';
import type { OrderTold, Turn } from './turn.ts';
import type { TurnCore } from './turn-core.ts';

/**
 * The reason given when a SKU has no row. A SKU is only sent a message after it was found, or because a stored order or
 * cart names it.
 */
const NO_ROW = 'a stored order or cart names it, and it has no row';

export class ShopTurn implements Turn {
  readonly at: number;
  readonly #core: TurnCore;

  constructor(core: TurnCore) {
    this.#core = core;
    this.at = core.at;
  }

  sku(id: string): Sku | null {
    const owner = this.#core.see('skus', id);
    return owner === null ? null : skuOf(owner);
  }

  namedSku(id: string): Sku {
    const sku = this.sku(id);
    if (sku === null) throw corruptSku(id, NO_ROW);
    return sku;
  }

  refusalOf(id: string, message: StockMessage): SkuRefusal | null {
    return refusalOf(this.namedSku(id), message);
  }

  standing(customerId: string, skuId: string): number {
    return this.#core.standing(customerId, skuId);
  }

  ahead(skuId: string): number {
    return this.#core.ahead(skuId);
  }

  openSku(asked: Omit<NewSku, 'reserved' | 'sales'>): Sku {
    const { sku, movement } = openSku(asked, this.at);
    this.#core.write('skus', { id: sku.id, basis: null, row: sku, isWhole: true, movement });
    return sku;
  }

  tellSku(id: string, message: OwnMessage): StockDecision {
    return this.#tellSku(id, message, null);
  }

  moveStock({ order }: OrderTold, skuId: string, message: LineMessage): StockDecision {
    return this.#tellSku(skuId, message, order.customerId);
  }

  #tellSku(id: string, message: StockMessage, customerId: string | null): StockDecision {
    const owner = this.#core.see('skus', id);
    if (owner === null) throw corruptSku(id, NO_ROW);
    const { version: basis, sales } = skuOf(owner);
    const decision = tellSku(owner, message);
    if (decision.kind === 'moved') {
      const { sku: row, movement } = decision;
      this.#core.countStanding(customerId, id, row.sales - sales);
      this.#core.write('skus', { id, basis, row, isWhole: movement.kind === 'changed', movement });
    }
    return decision;
  }

  order(id: string): Order | null {
    return this.#core.see('orders', id)?.order ?? null;
  }

  placeOrder(order: Order): OrderTold {
    this.#core.write('orders', { id: order.id, basis: null, row: order, isWhole: true });
    return { order };
  }

  tellOrder(id: string, message: OrderMessage): OrderTold & { readonly said: OrderSaid } {
    const owner = this.#core.see('orders', id);
    assert(owner !== null, `order ${id} is present`);
    const before = owner.order;
    const said = owner.tell(message);
    const { order } = owner;
    if (said.changed) {
      this.#core.write('orders', { id, basis: before.version, row: order, isWhole: order.lines !== before.lines });
    }
    return { order, said };
  }

  cart(id: string): Cart | null {
    const owner = this.#core.see('carts', id);
    return owner === null ? null : cartOf(owner);
  }

  tellCart(id: string, message: CartMessage): CartDecision {
    const owner = this.#core.see('carts', id);
    const basis = owner === null ? null : cartOf(owner).version;
    const decision = owner === null ? decideCart(emptyCart(id, this.at), message) : tellCart(owner, message);
    if (decision.kind === 'changed') this.#core.write('carts', { id, basis, row: decision.cart, isWhole: true });
    return decision;
  }

  removeCart(id: string): void {
    const cart = this.cart(id);
    assert(cart !== null, `cart ${id} is present`);
    this.#core.write('carts', { id, basis: cart.version, row: null, isWhole: true });
  }

  product(id: string): Product | null {
    return this.#core.see('products', id);
  }

  putProduct(product: Product): void {
    const { id } = product;
    this.#core.write('products', { id, basis: this.product(id)?.version ?? null, row: product, isWhole: true });
  }

  asks(lines: readonly LineRequest[]): void {
    this.#core.asks(lines);
  }

  recall(): readonly LineRequest[] | null {
    return this.#core.recall();
  }

  keep(lines: readonly LineRequest[]): void {
    this.#core.keep(lines);
  }
}
