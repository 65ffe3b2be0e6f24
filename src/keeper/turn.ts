/**
 * One turn, as `shop/turn.ts` says it: a synchronous decision over what the command has pinned in memory.
 * The turn hands out what its residents own, sends them messages, and keeps the facts for the journal and the list of whom it saw.
 */
import { type Cart, emptyCart } from '../carts/cart.ts';
import { type CartActor, cartOf, startCartActor, tellCart } from '../carts/cart-actor.ts';
import { type CartDecision, type CartMessage, decideCart } from '../carts/decide.ts';
import type { Entry } from '../journal/journal.ts';
import type { CartFact, Facts, OrderFact, ProductFact, SkuFact } from '../journal/record.ts';
import { assert } from '../lib/assert.ts';
import { corruptSku } from '../lib/corrupt.ts';
import type { LineRequest, Order } from '../orders/order.ts';
import { OrderActor } from '../orders/order-actor.ts';
import type { OrderMessage, OrderSaid } from '../orders/order-changes.ts';
import type { KeyRecord } from '../shop/idempotency.ts';
import type { KindName, Owner } from '../shop/kinds.ts';
import type { OrderTold, Turn as ShopTurn } from '../shop/turn.ts';
import {
  type LineMessage,
  type NewSku,
  type OwnMessage,
  openSku,
  refusalOf,
  type StockDecision,
  type StockMessage,
} from '../stock/decide.ts';
import type { SkuRefusal } from '../stock/outcomes.ts';
import type { Product } from '../stock/product.ts';
import type { Sku } from '../stock/sku.ts';
import { skuOf, startSkuActor, tellSku } from '../stock/sku-actor.ts';
import type { Behind } from './kept.ts';
import type { Memory } from './memory/memory.ts';
import type { Pins } from './memory/pins.ts';
import type { Resident } from './memory/residents.ts';
import { countStanding } from './memory/standings.ts';

/** A SKU that is told something was found before, or is named by a stored order or cart. */
const NO_ROW = 'a stored order or cart names it, and it has no row';

const NO_CARTS: CartFact[] = [];

export class Turn implements ShopTurn {
  /** Time of the turn, milliseconds since the Unix epoch. */
  readonly at: number;
  readonly #memory: Memory;
  readonly #pins: Pins;
  readonly #behind: Behind;
  readonly #skus: SkuFact[] = [];
  #order: OrderFact | null = null;
  #key: KeyRecord | null = null;
  #carts = NO_CARTS;
  #product: ProductFact | null = null;
  readonly #saw: Resident<unknown>[] = [];
  readonly #wrote: Resident<unknown>[] = [];

  #asked: readonly LineRequest[] | null = null;

  constructor(memory: Memory, pins: Pins, at: number, behind: Behind) {
    this.#memory = memory;
    this.#pins = pins;
    this.at = at;
    this.#behind = behind;
  }

  ahead(skuId: string): number {
    return this.#behind.ahead(skuId);
  }

  asks(lines: readonly LineRequest[]): void {
    this.#asked = lines;
  }

  /** What it asked of stock, `null` when nothing. */
  get asked(): readonly LineRequest[] | null {
    return this.#asked;
  }

  recall(): readonly LineRequest[] | null {
    return this.#behind.kept.lines;
  }

  keep(lines: readonly LineRequest[]): void {
    this.#behind.kept.keep(lines, this.restsOn());
  }

  sku(id: string): Sku | null {
    const { owner } = this.#see('skus', id);
    return owner === null ? null : skuOf(owner);
  }

  standing(customerId: string, skuId: string): number {
    return this.#pins.standing(customerId, skuId).units;
  }

  order(id: string): Order | null {
    return this.#see('orders', id).owner?.order ?? null;
  }

  namedSku(id: string): Sku {
    const sku = this.sku(id);
    if (sku === null) throw corruptSku(id, NO_ROW);
    return sku;
  }

  cart(id: string): Cart | null {
    const { owner } = this.#see('carts', id);
    return owner === null ? null : cartOf(owner);
  }

  product(id: string): Product | null {
    return this.#see('products', id).owner;
  }

  /** What is recorded under the idempotency key, `null` if nothing is. */
  key(key: string): KeyRecord | null {
    return this.#see('keys', key).owner;
  }

  refusalOf(id: string, message: StockMessage): SkuRefusal | null {
    return refusalOf(this.namedSku(id), message);
  }

  tellSku(id: string, message: OwnMessage): StockDecision {
    return this.#tellSku(id, message, null);
  }

  moveStock({ order }: OrderTold, skuId: string, message: LineMessage): StockDecision {
    return this.#tellSku(skuId, message, order.customerId);
  }

  #tellSku(id: string, message: StockMessage, customerId: string | null): StockDecision {
    const resident = this.#see('skus', id);
    if (resident.owner === null) throw corruptSku(id, NO_ROW);
    const { version: basis, sales } = skuOf(resident.owner);
    const decision = tellSku(resident.owner, message);
    if (decision.kind === 'moved') {
      countStanding(this.#memory.standings, customerId, resident, decision.sku.sales - sales);
      this.#wrote.push(resident);
      this.#skus.push({ basis, sku: decision.sku, movement: decision.movement });
    }
    return decision;
  }

  openSku(asked: Omit<NewSku, 'reserved' | 'sales'>): Sku {
    const resident = this.#see('skus', asked.id);
    const { sku, movement } = openSku(asked, this.at);
    this.#memory.residents.skus.create(resident, startSkuActor(sku));
    this.#wrote.push(resident);
    this.#skus.push({ basis: null, sku, movement });
    return sku;
  }

  tellOrder(id: string, message: OrderMessage): OrderTold & { readonly said: OrderSaid } {
    const resident = this.#see('orders', id);
    assert(resident.owner !== null, `order ${id} is present`);
    const before = resident.owner.order;
    const said = resident.owner.tell(message);
    const { order } = resident.owner;
    if (said.changed) {
      this.#wrote.push(resident);
      this.#order = { basis: before.version, order, linesChanged: order.lines !== before.lines };
    }
    return { order, said };
  }

  placeOrder(order: Order): OrderTold {
    const resident = this.#see('orders', order.id);
    this.#memory.residents.orders.create(resident, new OrderActor(order));
    this.#wrote.push(resident);
    this.#order = { basis: null, order, linesChanged: true };
    return { order };
  }

  tellCart(id: string, message: CartMessage): CartDecision {
    const resident = this.#see('carts', id);
    const { owner } = resident;
    const decision = owner === null ? decideCart(emptyCart(id, this.at), message) : tellCart(owner, message);
    if (decision.kind !== 'changed') return decision;
    const { cart } = decision;
    if (owner === null) this.#memory.residents.carts.create(resident, startCartActor(cart));
    this.#wroteCart(resident, { id, basis: owner === null ? null : cart.version - 1, cart });
    return decision;
  }

  removeCart(id: string): void {
    const resident = this.#see('carts', id);
    assert(resident.owner !== null, `cart ${id} is present`);
    const { version } = cartOf(resident.owner);
    this.#memory.residents.carts.remove(resident);
    this.#wroteCart(resident, { id, basis: version, cart: null });
  }

  #wroteCart(resident: Resident<CartActor>, fact: CartFact): void {
    this.#wrote.push(resident);
    this.#carts = [...this.#carts, fact];
  }

  putProduct(product: Product): void {
    const resident = this.#see('products', product.id);
    const basis = resident.owner?.version ?? null;
    if (resident.state === 'absent') this.#memory.residents.products.create(resident, product);
    else resident.owner = product;
    this.#wrote.push(resident);
    this.#product = { basis, product };
  }

  /** Records the first answer under an idempotency key, over one that is no longer kept. */
  recordKey(record: KeyRecord): void {
    const resident = this.#see('keys', record.key);
    if (resident.state === 'absent') this.#memory.residents.keys.create(resident, record);
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

  #see<K extends KindName>(kind: K, id: string): Resident<Owner<K>> {
    const resident = this.#pins.resident(kind, id);
    this.#saw.push(resident as Resident<unknown>);
    return resident;
  }
}
