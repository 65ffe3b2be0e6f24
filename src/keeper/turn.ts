/**
 * One turn: a synchronous decision over an order, any number of SKUs and carts, a product and an idempotency key, all of them in memory.
 * The turn hands out what its residents own, sends them messages, and keeps the facts for the journal and the list of whom it saw.
 */
import { type Cart, emptyCart } from '../carts/cart.ts';
import { type CartActor, cartOf, startCartActor, tellCart } from '../carts/cart-actor.ts';
import { type CartDecision, type CartMessage, decideCart } from '../carts/decide.ts';
import type { Entry } from '../journal/journal.ts';
import type { CartFact, Facts, KeyRecord, OrderFact, ProductFact, SkuFact } from '../journal/record.ts';
import { assert } from '../lib/assert.ts';
import { corruptSku } from '../lib/corrupt.ts';
import type { Order } from '../orders/order.ts';
import { OrderActor } from '../orders/order-actor.ts';
import type { OrderMessage, OrderSaid } from '../orders/order-changes.ts';
import { type NewSku, openSku, refusalOf, type StockDecision, type StockMessage } from '../stock/decide.ts';
import type { SkuRefusal } from '../stock/outcomes.ts';
import type { Product } from '../stock/product.ts';
import type { Sku } from '../stock/sku.ts';
import { type SkuActor, skuOf, startSkuActor, tellSku } from '../stock/sku-actor.ts';
import type { Held } from './memory/held.ts';
import type { Memory } from './memory/memory.ts';
import type { Resident } from './memory/residents.ts';
import { countStanding } from './memory/standings.ts';

/** Whoever tells a SKU something has found it, or has it from a stored order or cart. */
const NO_ROW = 'a stored order or cart names it, and it has no row';

const NO_CARTS: CartFact[] = [];

export class Turn {
  /** Time of the turn, milliseconds since the Unix epoch. */
  readonly at: number;
  readonly #memory: Memory;
  readonly #held: Held;
  readonly #skus: SkuFact[] = [];
  #order: OrderFact | null = null;
  #key: KeyRecord | null = null;
  #carts = NO_CARTS;
  #product: ProductFact | null = null;
  readonly #saw: Resident<unknown>[] = [];
  readonly #wrote: Resident<unknown>[] = [];

  /** Units of a SKU that those who wait ahead of this command ask for. */
  readonly ahead: (skuId: string) => number;

  constructor(memory: Memory, held: Held, at: number, ahead: (skuId: string) => number) {
    this.#memory = memory;
    this.#held = held;
    this.at = at;
    this.ahead = ahead;
  }

  /** The SKU as it stands, `null` if there is none. */
  sku(id: string): Sku | null {
    const { owner } = this.#see(this.#held.sku(id));
    return owner === null ? null : skuOf(owner);
  }

  /** Units of a SKU in the standing orders of a customer. */
  standing(customerId: string, skuId: string): number {
    return this.#held.standing(customerId, skuId).units;
  }

  /** The order as it stands, `null` if there is none. */
  order(id: string): Order | null {
    return this.#see(this.#held.order(id)).owner?.order ?? null;
  }

  /** A SKU that a stored order or cart names. Throws `Corrupt` when there is none. */
  namedSku(id: string): Sku {
    const sku = this.sku(id);
    if (sku === null) throw corruptSku(id, NO_ROW);
    return sku;
  }

  /** The cart as it stands, `null` if there is none. */
  cart(id: string): Cart | null {
    const { owner } = this.#see(this.#held.cart(id));
    return owner === null ? null : cartOf(owner);
  }

  /** The entry that changed the cart and is not durable yet, `null` if there is none. */
  cartUnderWay(id: string): Entry | null {
    return this.#held.cart(id).lastEntry;
  }

  /** What a product says of itself, `null` if nothing. */
  product(id: string): Product | null {
    return this.#see(this.#held.product(id)).owner;
  }

  /** What is recorded under the idempotency key, `null` if nothing is. */
  key(key: string): KeyRecord | null {
    return this.#see(this.#held.key(key)).owner;
  }

  /** Why a SKU would refuse a message, `null` if it would not; nothing is sent. Throws `Corrupt` when there is no such SKU. */
  refusalOf(id: string, message: StockMessage): SkuRefusal | null {
    return refusalOf(this.namedSku(id), message);
  }

  /** Sends a message to a SKU's actor, after the order that it is of was told. Throws `Corrupt` when a stored order cannot be true of it. */
  tellSku(id: string, message: StockMessage): StockDecision {
    const resident = this.#see(this.#held.sku(id));
    if (resident.owner === null) throw corruptSku(id, NO_ROW);
    const { version: basis, sales } = skuOf(resident.owner);
    const decision = tellSku(resident.owner, message);
    if (decision.kind === 'moved') {
      const customerId = this.#order?.order.customerId ?? null;
      countStanding(this.#memory.standings, customerId, resident, decision.sku.sales - sales);
      this.#wrote.push(resident);
      this.#skus.push({ basis, sku: decision.sku, movement: decision.movement });
    }
    return decision;
  }

  openSku(asked: Omit<NewSku, 'reserved' | 'sales'>): Sku {
    const resident: Resident<SkuActor> = this.#see(this.#held.sku(asked.id));
    const { sku, movement } = openSku(asked, this.at);
    this.#memory.skus.create(resident, startSkuActor(sku));
    this.#wrote.push(resident);
    this.#skus.push({ basis: null, sku, movement });
    return sku;
  }

  /** Sends a message to an order's actor. */
  tellOrder(id: string, message: OrderMessage): OrderSaid {
    const resident = this.#see(this.#held.order(id));
    assert(resident.owner !== null, `order ${id} is present`);
    const before = resident.owner.order;
    const said = resident.owner.tell(message);
    if (said.changed) {
      const { order } = resident.owner;
      this.#wrote.push(resident);
      this.#order = { basis: before.version, order, linesChanged: order.lines !== before.lines };
    }
    return said;
  }

  placeOrder(order: Order): void {
    const resident = this.#see(this.#held.order(order.id));
    this.#memory.orders.create(resident, new OrderActor(order));
    this.#wrote.push(resident);
    this.#order = { basis: null, order, linesChanged: true };
  }

  /** Sends a message to a cart's actor; a cart that is not there comes into being when the message changes it. */
  tellCart(id: string, message: CartMessage): CartDecision {
    const resident = this.#see(this.#held.cart(id));
    const { owner } = resident;
    const decision = owner === null ? decideCart(emptyCart(id, this.at), message) : tellCart(owner, message);
    if (decision.kind !== 'changed') return decision;
    const { cart } = decision;
    if (owner === null) this.#memory.carts.create(resident, startCartActor(cart));
    this.#wroteCart(resident, { id, basis: owner === null ? null : cart.version - 1, cart });
    return decision;
  }

  /** Makes an end of a cart that is there. */
  removeCart(id: string): void {
    const resident = this.#see(this.#held.cart(id));
    assert(resident.owner !== null, `cart ${id} is present`);
    const { version } = cartOf(resident.owner);
    this.#memory.carts.remove(resident);
    this.#wroteCart(resident, { id, basis: version, cart: null });
  }

  #wroteCart(resident: Resident<CartActor>, fact: CartFact): void {
    this.#wrote.push(resident);
    this.#carts = [...this.#carts, fact];
  }

  /** Sets what a product says of itself. */
  putProduct(product: Product): void {
    const resident = this.#see(this.#held.product(product.id));
    const basis = resident.owner?.version ?? null;
    if (resident.state === 'absent') this.#memory.products.create(resident, product);
    else resident.owner = product;
    this.#wrote.push(resident);
    this.#product = { basis, product };
  }

  /** Records the first answer under an idempotency key, over one that is no longer kept. */
  recordKey(record: KeyRecord): void {
    const resident = this.#see(this.#held.key(record.key));
    if (resident.state === 'absent') this.#memory.keys.create(resident, record);
    else resident.owner = record;
    this.#wrote.push(resident);
    this.#key = record;
  }

  /** Whether the turn decided anything that must be made durable. */
  get hasFacts(): boolean {
    return this.#wrote.length > 0;
  }

  get facts(): Facts {
    return { skus: this.#skus, order: this.#order, key: this.#key, carts: this.#carts, product: this.#product };
  }

  get wrote(): readonly Resident<unknown>[] {
    return this.#wrote;
  }

  get saw(): readonly Resident<unknown>[] {
    return this.#saw;
  }

  /** Entries on their way to the database that the answer rests on, when the turn has no facts of its own. */
  restsOn(): readonly Entry[] {
    const entries = new Set<Entry>();
    for (const { lastEntry } of this.#saw) {
      if (lastEntry !== null) entries.add(lastEntry);
    }
    return [...entries];
  }

  #see<T>(resident: Resident<T>): Resident<T> {
    this.#saw.push(resident as Resident<unknown>);
    return resident;
  }
}
