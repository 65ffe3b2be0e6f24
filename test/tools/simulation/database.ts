/**
 * The simulated database: the store in memory, and the history of every row in it. It outlives the processes that write to it.
 */

import type { Batch, CommitResult } from '../../../src/journal/record.ts';
import type { Cart } from '../../../src/shop/carts/cart.ts';
import type { Facts } from '../../../src/shop/facts.ts';
import type { Order } from '../../../src/shop/orders/order.ts';
import type { Sku } from '../../../src/shop/skus/sku.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { rowsOf } from '../../support/rows-of.ts';
import type { Timeline } from './timeline.ts';

/**
 * `keeper`: a commit that it waited for. `another_owner`: of the epoch between two of this process. `other`: a second writer behind its back,
 * or a commit that was over for the keeper long ago.
 */
export type WrittenBy = 'keeper' | 'another_owner' | 'other';

/** One version of a row. */
export interface Written<T> {
  readonly row: T;
  readonly by: WrittenBy;
  /** When it became durable, on the timeline's ticks. */
  readonly tick: number;
  /** The same, milliseconds. */
  readonly ms: number;
  /** All that the same turn wrote. */
  readonly facts: Facts;
}

/** One change of a cart. Carts come and go, so their versions alone do not order them. */
export interface CartWritten extends Omit<Written<Cart | null>, 'row'> {
  readonly id: string;
  /** `null` where there was none, or is none any more. */
  readonly before: Cart | null;
  readonly cart: Cart | null;
}

export class Database {
  readonly store = new MemoryStore();
  /** By id, then by version. */
  readonly skus = new Map<string, Map<number, Written<Sku>>>();
  readonly orders = new Map<string, Map<number, Written<Order>>>();
  /** By id, in the order in which they were written. */
  readonly carts = new Map<string, CartWritten[]>();
  readonly #timeline: Timeline;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Writes a batch, fenced, now. */
  async commit(batch: Batch, by: WrittenBy): Promise<CommitResult> {
    const result = await this.store.commit(batch);
    if (result.kind !== 'committed') return result;
    const tick = this.#timeline.tick();
    const ms = this.#timeline.now;
    for (const facts of this.store.batches.at(-1) ?? []) {
      for (const sku of rowsOf(facts.skus)) remember(this.skus, sku, { row: sku, by, tick, ms, facts });
      for (const order of rowsOf(facts.orders)) remember(this.orders, order, { row: order, by, tick, ms, facts });
      for (const { id, row: cart } of facts.carts) {
        const written = this.carts.get(id) ?? [];
        written.push({ id, before: written.at(-1)?.cart ?? null, cart, by, tick, ms, facts });
        this.carts.set(id, written);
      }
    }
    return result;
  }
}

function remember<T extends { readonly id: string; readonly version: number }>(
  rows: Map<string, Map<number, Written<T>>>,
  { id, version }: T,
  written: Written<T>,
): void {
  const versions = rows.get(id) ?? new Map<number, Written<T>>();
  rows.set(id, versions.set(version, written));
}
