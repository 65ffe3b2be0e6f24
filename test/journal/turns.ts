/**
 * Any history of turns over rows of every kind, made by the rules, for laws that ask a store whether it keeps what was decided. The shop is
 * small, so that turns meet on one row and a batch holds several of them.
 */
import fc from 'fast-check';
import { type Cart, emptyCart, selectedLines } from '../../src/shop/carts/cart.ts';
import { type CartMessage, decideCart } from '../../src/shop/carts/rules.ts';
import type { Fact, Facts } from '../../src/shop/facts.ts';
import { KEY_KEPT_MS, type KeyRecord } from '../../src/shop/idempotency.ts';
import type { LineRequest, Order } from '../../src/shop/orders/order.ts';
import { OrderActor } from '../../src/shop/orders/order-actor.ts';
import type { OrderMessage } from '../../src/shop/orders/order-changes.ts';
import { placeOrder } from '../../src/shop/orders/place.ts';
import { type Product, putProduct } from '../../src/shop/products/product.ts';
import { decideStock, openSku, type SkuChanges, type StockMessage } from '../../src/shop/skus/rules.ts';
import type { Movement, Sku } from '../../src/shop/skus/sku.ts';
import { NOTHING } from '../support/nothing.ts';
import { AT, cartFact, keyFact, productFact } from './facts.ts';

const SKUS = ['a', 'b'] as const;
const ORDERS = ['o', 'p'] as const;
const CARTS = ['c', 'd'] as const;
const PRODUCTS = ['p', 'q'] as const;
const KEYS = ['k', 'l'] as const;
const CUSTOMERS = ['ann', 'bob'] as const;

type Untimed<T> = T extends unknown ? Omit<T, 'at'> : never;

type Step =
  | { readonly kind: 'open'; readonly skuId: string; readonly onHand: number }
  | { readonly kind: 'sku'; readonly skuId: string; readonly message: Untimed<StockMessage> }
  | {
      readonly kind: 'place';
      readonly orderId: string;
      readonly lines: readonly LineRequest[];
      readonly isOnline: boolean;
      readonly customerId: string | null;
      /** A cart that is bought in the same turn. */
      readonly cartId: string | null;
    }
  | { readonly kind: 'order'; readonly orderId: string; readonly message: Untimed<OrderMessage> }
  | { readonly kind: 'cart'; readonly cartId: string; readonly message: Untimed<CartMessage> }
  | { readonly kind: 'merge' | 'sweep'; readonly cartId: string }
  | { readonly kind: 'product'; readonly id: string; readonly name: string; readonly description: string | null }
  | { readonly kind: 'nothing' };

/** A turn: what it does, the key that its answer is recorded under, how long after the turn before it comes, and whether the batch ends with it. */
export interface TurnWish {
  readonly step: Step;
  readonly key: string | null;
  readonly wait: number;
  readonly isLast: boolean;
}

const skuId = fc.constantFrom(...SKUS);
const orderId = fc.constantFrom(...ORDERS);
const cartId = fc.constantFrom(...CARTS);
const units = fc.integer({ min: 1, max: 3 });
const lines = fc.uniqueArray(fc.record({ skuId, quantity: units }), {
  minLength: 1,
  selector: (line) => line.skuId,
});
const text = fc.constantFrom('x', 'ü "\\');
const textOrNone = fc.constantFrom(null, 'x', 'y');

/** Every field that can be changed: a new one does not compile until it stands here too. */
const EVERY_CHANGE = {
  name: text,
  price: fc.nat({ max: 3 }),
  productId: textOrNone,
  safetyStock: fc.nat({ max: 2 }),
  backorderLimit: fc.nat({ max: 2 }),
  maxPerOrder: fc.constantFrom(null, 8, 9),
  maxPerCustomer: fc.constantFrom(null, 8, 9),
} satisfies { [Field in keyof Required<SkuChanges>]: fc.Arbitrary<SkuChanges[Field]> };

const changes = fc.record(EVERY_CHANGE, { requiredKeys: [] }) as fc.Arbitrary<SkuChanges>;

const skuMessage: fc.Arbitrary<Untimed<StockMessage>> = fc.oneof(
  fc.record({ type: fc.constant('receive' as const), quantity: units, reason: textOrNone, reference: textOrNone }),
  fc.record({
    type: fc.constant('adjust' as const),
    by: fc.record({ onHand: fc.integer({ min: 4, max: 20 }) }),
    reason: text,
  }),
  { weight: 2, arbitrary: fc.record({ type: fc.constant('change' as const), changes }) },
);

const orderMessage: fc.Arbitrary<Untimed<OrderMessage>> = fc.oneof(
  fc.record({ type: fc.constant('confirm' as const) }),
  fc.record({ type: fc.constant('cancel' as const), reason: textOrNone }),
  fc.record({ type: fc.constant('ship' as const), blocked: fc.constant(null) }),
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('reduce' as const), skuId, quantity: fc.nat({ max: 2 }) }),
  },
  fc.record({ type: fc.constant('return' as const), lines, restock: fc.boolean(), blocked: fc.constant(null) }),
  fc.record({ type: fc.constant('expire' as const) }),
);

const cartMessage: fc.Arbitrary<Untimed<CartMessage>> = fc.oneof(
  fc.record({
    type: fc.constant('put' as const),
    skuId,
    quantity: units,
    selected: fc.constantFrom(null, true, false),
  }),
  fc.record({ type: fc.constant('remove' as const), skuId }),
  fc.record({ type: fc.constant('select_all' as const), selected: fc.boolean() }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('open' as const), skuId, onHand: fc.constantFrom(0, 12) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('sku' as const), skuId, message: skuMessage }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      orderId,
      lines,
      isOnline: fc.boolean(),
      customerId: fc.constantFrom(null, ...CUSTOMERS),
      cartId: fc.constantFrom(null, ...CARTS),
    }),
  },
  { weight: 7, arbitrary: fc.record({ kind: fc.constant('order' as const), orderId, message: orderMessage }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cart' as const), cartId, message: cartMessage }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('merge' as const, 'sweep' as const), cartId }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('product' as const),
      id: fc.constantFrom(...PRODUCTS),
      name: text,
      description: textOrNone,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('nothing' as const) }) },
);

/** Begins with both SKUs, now and then without stock. */
export const turnWishes: fc.Arbitrary<readonly TurnWish[]> = fc
  .tuple(
    fc.constantFrom(12, 12, 12, 0),
    fc.array(
      fc.record({
        step,
        key: fc.constantFrom(null, null, ...KEYS),
        wait: fc.oneof({ weight: 30, arbitrary: fc.nat({ max: 400 }) }, fc.constantFrom(30_000, KEY_KEPT_MS)),
        isLast: fc.nat({ max: 5 }).map((nth) => nth === 0),
      }),
      { minLength: 20, maxLength: 60, size: 'max' },
    ),
  )
  .map(([onHand, wishes]) => [...SKUS.map((id) => openingOf(id, onHand)), ...wishes]);

function openingOf(skuId: string, onHand: number): TurnWish {
  return { step: { kind: 'open', skuId, onHand }, key: null, wait: 0, isLast: false };
}

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
