/** Turns over rows of every kind, made by the rules, for laws that ask a store whether it keeps what was decided. */
import { type Cart, emptyCart, selectedLines } from '../../src/shop/carts/cart.ts';
import { type CartMessage, decideCart } from '../../src/shop/carts/rules.ts';
import type { Fact, Facts } from '../../src/shop/facts.ts';
import { KEY_KEPT_MS, type KeyRecord } from '../../src/shop/idempotency.ts';
import type { Order } from '../../src/shop/orders/order.ts';
import { OrderActor } from '../../src/shop/orders/order-actor.ts';
import type { OrderMessage } from '../../src/shop/orders/order-changes.ts';
import { placeOrder } from '../../src/shop/orders/place.ts';
import { type Product, putProduct } from '../../src/shop/products/product.ts';
import { decideStock, openSku, type StockMessage } from '../../src/shop/skus/rules.ts';
import type { Movement, Sku } from '../../src/shop/skus/sku.ts';
import { NOTHING } from '../support/nothing.ts';
import { AT, cartFact, keyFact, productFact } from './facts.ts';

import { CARTS, CUSTOMERS, KEYS, ORDERS, PRODUCTS, SKUS, type Step, type TurnWish } from './turn-wishes.ts';

/** What turns decided, and the rows that they decided on as the last of them left them. */
export class Turns {
  readonly skus = new Map<string, Sku>();
  readonly orders = new Map<string, Order>();
  readonly carts = new Map<string, Cart>();
  readonly products = new Map<string, Product>();
  readonly keys = new Map<string, KeyRecord>();
  readonly ledger: Movement[] = [];
  readonly #id: (name: string) => string;
  #at = AT;

  /** `prefix` keeps its rows apart from all others in a store. */
  constructor(prefix: string) {
    this.#id = (name) => `${prefix} ${name}`;
  }

  /** Of every row that there may be. */
  get ids() {
    const all = (names: readonly string[]) => names.map(this.#id);
    const pairs = CUSTOMERS.flatMap((customerId) => SKUS.map((id) => [this.#id(customerId), this.#id(id)] as const));
    return {
      skus: all(SKUS),
      orders: all(ORDERS),
      carts: all(CARTS),
      products: all(PRODUCTS),
      keys: all(KEYS),
      standings: pairs,
    };
  }

  /** Decides the turn; what it leaves behind, `null` for nothing. */
  decide({ step, key, wait }: TurnWish): Facts | null {
    this.#at += wait;
    const decided = this.#decided(step);
    const record = decided === null || key === null ? null : this.#recorded(this.#id(key));
    if (decided === null || (record === null && step.kind === 'nothing')) return null;
    const facts = { ...NOTHING, ...decided, keys: record === null ? [] : [keyFact(record)] };
    this.#apply(facts);
    return facts;
  }

  #recorded(key: string): KeyRecord | null {
    const earlier = this.keys.get(key);
    if (earlier !== undefined && earlier.at > this.#at - KEY_KEPT_MS) return null;
    return { key, fingerprint: `f${this.#at}`, outcome: `{"at":${this.#at}}`, at: this.#at };
  }

  /** `null` where the rules refuse it, or it changes nothing. */
  #decided(step: Step): Partial<Facts> | null {
    switch (step.kind) {
      case 'open':
        return this.#opened(this.#id(step.skuId), step.onHand);
      case 'sku':
        return this.#told([
          { skuId: this.#id(step.skuId), message: { ...step.message, at: this.#at } as StockMessage },
        ]);
      case 'place':
        return this.#placed(step);
      case 'order':
        return this.#changed(step);
      case 'cart': {
        const { message } = step;
        const said = 'skuId' in message ? { ...message, skuId: this.#id(message.skuId) } : message;
        return this.#carted([[this.#id(step.cartId), { ...said, at: this.#at } as CartMessage]]);
      }
      case 'merge':
        return this.#merged(this.#id(step.cartId));
      case 'sweep': {
        const cart = this.carts.get(this.#id(step.cartId));
        return cart === undefined ? null : { carts: [cartFact(cart.id, cart.version, null)] };
      }
      case 'product': {
        const stored = this.products.get(this.#id(step.id)) ?? null;
        const product = putProduct(stored, { ...step, id: this.#id(step.id) }, this.#at);
        return product === stored ? null : { products: [productFact(stored?.version ?? null, product)] };
      }
      case 'nothing':
        return {};
    }
  }

  #opened(id: string, onHand: number): Partial<Facts> | null {
    if (this.skus.has(id)) return null;
    const limits = { safetyStock: 0, backorderLimit: 0, maxPerOrder: null, maxPerCustomer: null };
    const opened = openSku({ id, productId: null, name: 'n', price: 7, currency: 'EUR', onHand, ...limits }, this.#at);
    return { skus: [{ id, basis: null, row: opened.sku, isWhole: true, movement: opened.movement }] };
  }

  #told(messages: readonly { readonly skuId: string; readonly message: StockMessage }[]): Partial<Facts> | null {
    const skus: Fact<'skus'>[] = [];
    for (const { skuId: id, message } of messages) {
      const sku = this.skus.get(id);
      const decision = sku === undefined ? null : decideStock(sku, message);
      if (sku === undefined || decision?.kind !== 'moved') return null;
      const { sku: row, movement } = decision;
      skus.push({ id, basis: sku.version, row, isWhole: movement.kind === 'changed', movement });
    }
    return { skus };
  }

  #placed({ orderId: name, lines, isOnline, customerId, cartId }: Extract<Step, { kind: 'place' }>) {
    const request = {
      orderId: this.#id(name),
      lines: lines.map((line) => ({ ...line, skuId: this.#id(line.skuId) })),
      payment: isOnline ? ('online' as const) : ('cash_on_delivery' as const),
      customerId: customerId === null ? null : this.#id(customerId),
      ...{ freight: 5, expiresInSeconds: 30, fingerprint: 'f' },
    };
    const shop = { sku: (id: string) => this.skus.get(id) ?? null, standing: () => 0, ahead: () => 0 };
    const decided = placeOrder(request, shop, this.#at);
    if (this.orders.has(request.orderId) || 'refusal' in decided) return null;
    const { placed: order } = decided;
    const reserve = { type: 'reserve', orderId: order.id, at: this.#at } as const;
    const told = this.#told(
      order.lines.map(({ skuId: id, quantity }) => ({ skuId: id, message: { ...reserve, quantity } })),
    );
    const cart = cartId === null ? undefined : this.carts.get(this.#id(cartId));
    const bought =
      cart && this.#carted([[cart.id, { type: 'bought', lines: selectedLines(cart), at: this.#at } as const]]);
    return { ...told, ...bought, orders: [{ id: order.id, basis: null, row: order, isWhole: true }] };
  }

  #changed({ orderId: name, message }: Extract<Step, { kind: 'order' }>): Partial<Facts> | null {
    const before = this.orders.get(this.#id(name));
    if (before === undefined) return null;
    const actor = new OrderActor(before);
    const named = {
      ...message,
      ...('skuId' in message && { skuId: this.#id(message.skuId) }),
      ...('lines' in message && { lines: message.lines.map((line) => ({ ...line, skuId: this.#id(line.skuId) })) }),
    };
    const said = actor.tell({ ...named, at: this.#at } as OrderMessage);
    const told = this.#told(said.stock);
    if (!said.changed || told === null) return null;
    const isWhole = actor.order.lines !== before.lines;
    return { ...told, orders: [{ id: before.id, basis: before.version, row: actor.order, isWhole }] };
  }

  #carted(messages: readonly (readonly [string, CartMessage])[]): Partial<Facts> | null {
    const carts: Fact<'carts'>[] = [];
    for (const [id, message] of messages) {
      const before = this.carts.get(id);
      const decision = decideCart(before ?? emptyCart(id, this.#at), message);
      if (decision.kind !== 'changed') return null;
      carts.push(cartFact(id, before?.version ?? null, decision.cart));
    }
    return { carts };
  }

  #merged(from: string): Partial<Facts> | null {
    const other = this.carts.get(from);
    const into = CARTS.map(this.#id).find((id) => id !== from);
    if (other === undefined || into === undefined) return null;
    return this.#carted([
      [into, { type: 'take_in', lines: other.lines, at: this.#at }],
      [from, { type: 'hand_over', at: this.#at }],
    ]);
  }

  #apply({ skus, orders, carts, products, keys }: Facts): void {
    for (const { movement = null } of skus) if (movement !== null) this.ledger.push(movement);
    set(this.skus, skus);
    set(this.orders, orders);
    set(this.carts, carts);
    set(this.products, products);
    set(this.keys, keys);
  }
}

function set<T>(rows: Map<string, T>, facts: readonly { readonly id: string; readonly row: T | null }[]): void {
  for (const { id, row } of facts) {
    if (row === null) rows.delete(id);
    else rows.set(id, row);
  }
}
