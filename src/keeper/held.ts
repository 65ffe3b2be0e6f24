/** What one command holds in memory until its turn: at most one order, one idempotency key, and any number of SKUs. */
import type { KeyRecord } from '../journal/record.ts';
import { assert } from '../lib/assert.ts';
import type { Order } from '../orders/order.ts';
import type { OrderActor } from '../orders/order-actor.ts';
import type { SkuActor } from '../stock/sku-actor.ts';
import type { Memory } from './memory.ts';
import type { Resident, Residents } from './residents.ts';

export class Held {
  readonly #memory: Memory;
  readonly #skus = new Map<string, Resident<SkuActor>>();
  #order: Resident<OrderActor> | null = null;
  #key: Resident<KeyRecord> | null = null;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  wantSku(id: string): void {
    this.#skus.set(id, again(this.#memory.skus, id, this.#skus.get(id) ?? null));
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

  sku(id: string): Resident<SkuActor> {
    return inMemory(this.#skus.get(id));
  }

  order(id: string): Resident<OrderActor> {
    assert(this.#order?.id === id, `order ${id} was asked for`);
    return inMemory(this.#order);
  }

  /** The order as far as it is in memory already. */
  loadedOrder(id: string): Order | null {
    return this.#order?.id === id ? (this.#order.owner?.order ?? null) : null;
  }

  key(key: string): Resident<KeyRecord> {
    assert(this.#key?.id === key, 'the idempotency key was asked for');
    return inMemory(this.#key);
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
  }

  *#all(): Generator<Resident<unknown>> {
    yield* this.#skus.values() as Iterable<Resident<unknown>>;
    if (this.#order !== null) yield this.#order as Resident<unknown>;
    if (this.#key !== null) yield this.#key as Resident<unknown>;
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
