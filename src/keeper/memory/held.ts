/** What one command holds in memory until its turn: at most one order, one idempotency key and one product, any number of SKUs and carts, and what a customer has of SKUs. */
import type { Cart } from '../../carts/cart.ts';
import { type CartActor, cartOf } from '../../carts/cart-actor.ts';
import type { KeyRecord } from '../../journal/record.ts';
import { assert } from '../../lib/assert.ts';
import type { Order } from '../../orders/order.ts';
import type { OrderActor } from '../../orders/order-actor.ts';
import type { Product } from '../../stock/product.ts';
import type { Sku } from '../../stock/sku.ts';
import { type SkuActor, skuOf } from '../../stock/sku-actor.ts';
import type { Memory } from './memory.ts';
import type { Resident, Residents } from './residents.ts';
import { type Standing, standingId } from './standings.ts';

export class Held {
  readonly #memory: Memory;
  readonly #skus = new Map<string, Resident<SkuActor>>();
  #order: Resident<OrderActor> | null = null;
  #key: Resident<KeyRecord> | null = null;
  readonly #standings = new Map<string, Resident<Standing>>();
  readonly #carts = new Map<string, Resident<CartActor>>();
  #product: Resident<Product> | null = null;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  wantSku(id: string): void {
    this.#skus.set(id, again(this.#memory.skus, id, this.#skus.get(id) ?? null));
  }

  /** What a customer has of a SKU that is in memory: read anew when it was read beside another resident of the SKU. */
  wantStanding(customerId: string, skuId: string): void {
    const { standings } = this.#memory;
    const id = standingId(customerId, skuId);
    const held = again(standings, id, this.#standings.get(id) ?? null);
    this.#standings.set(id, held);
    if (held.owner === null || held.owner.sku === this.sku(skuId)) return;
    standings.evict(held);
    this.#standings.set(id, again(standings, id, held));
  }

  wantOrder(id: string): void {
    this.#order = again(this.#memory.orders, id, this.#order);
  }

  /** An order whose id was made for this command: it is absent without being looked for. */
  wantNewOrder(id: string): void {
    if (this.#order === null || this.#order.state === 'gone') this.#order = this.#memory.orders.pinAbsent(id);
  }

  wantKey(key: string): void {
    this.#key = again(this.#memory.keys, key, this.#key);
  }

  wantCart(id: string): void {
    this.#carts.set(id, again(this.#memory.carts, id, this.#carts.get(id) ?? null));
  }

  wantProduct(id: string): void {
    this.#product = again(this.#memory.products, id, this.#product);
  }

  sku(id: string): Resident<SkuActor> {
    return inMemory(this.#skus.get(id));
  }

  order(id: string): Resident<OrderActor> {
    assert(this.#order?.id === id, `order ${id} was asked for`);
    return inMemory(this.#order);
  }

  /** The SKU as far as it is in memory already. */
  loadedSku(id: string): Sku | null {
    const owner = this.#skus.get(id)?.owner ?? null;
    return owner === null ? null : skuOf(owner);
  }

  standing(customerId: string, skuId: string): Standing {
    const { owner } = inMemory(this.#standings.get(standingId(customerId, skuId)));
    assert(owner !== null && owner.sku === this.sku(skuId), 'what a customer has was read beside the SKU');
    return owner;
  }

  /** The order as far as it is in memory already. */
  loadedOrder(id: string): Order | null {
    return this.#order?.id === id ? (this.#order.owner?.order ?? null) : null;
  }

  key(key: string): Resident<KeyRecord> {
    assert(this.#key?.id === key, 'the idempotency key was asked for');
    return inMemory(this.#key);
  }

  cart(id: string): Resident<CartActor> {
    return inMemory(this.#carts.get(id));
  }

  /** The cart as far as it is in memory already. */
  loadedCart(id: string): Cart | null {
    const owner = this.#carts.get(id)?.owner ?? null;
    return owner === null ? null : cartOf(owner);
  }

  product(id: string): Resident<Product> {
    assert(this.#product?.id === id, `product ${id} was asked for`);
    return inMemory(this.#product);
  }

  /** The loads still under way; empty when all that is held is in memory. */
  loading(): Promise<void>[] {
    const loads: Promise<void>[] = [];
    for (const resident of this.#all()) if (resident.loading !== null) loads.push(resident.loading);
    return loads;
  }

  release(): void {
    for (const resident of this.#all()) resident.home.unpin(resident);
    this.#skus.clear();
    this.#order = null;
    this.#key = null;
    this.#standings.clear();
    this.#carts.clear();
    this.#product = null;
  }

  *#all(): Generator<Resident<unknown>> {
    yield* this.#skus.values() as Iterable<Resident<unknown>>;
    if (this.#order !== null) yield this.#order as Resident<unknown>;
    if (this.#key !== null) yield this.#key as Resident<unknown>;
    yield* this.#standings.values() as Iterable<Resident<unknown>>;
    yield* this.#carts.values() as Iterable<Resident<unknown>>;
    if (this.#product !== null) yield this.#product as Resident<unknown>;
  }
}

/** Holds a resident, anew when the one held has left memory. */
function again<T>(residents: Residents<T>, id: string, held: Resident<T> | null): Resident<T> {
  if (held !== null && held.state !== 'gone') return held;
  if (held !== null) residents.unpin(held);
  return residents.pin(id);
}

function inMemory<T>(resident: Resident<T> | undefined): Resident<T> {
  assert(resident?.state === 'present' || resident?.state === 'absent', 'what a turn needs is in memory');
  return resident;
}
