/**
 * Looks at the waiting line after each event: who stands where since when. A waiter is never passed by one who came later, is asked for by
 * somebody who still waits for the answer, and does not wait while enough is free for it.
 */

import type { Waiter } from '../../../src/keeper/waiting/waiter.ts';
import { available } from '../../../src/shop/skus/sku.ts';
import { isPlacement, requestName } from './history.ts';
import { isSoleWriter } from './profile.ts';
import type { World } from './world.ts';

/** One waiter, as it was seen from outside. */
export interface Stay {
  readonly orderId: string;
  /** When it was first seen, on the timeline's ticks. */
  readonly from: number;
  /** What it asked for when it was first seen, by SKU, and the least that it has asked for since. */
  readonly asked: ReadonlyMap<string, number>;
  readonly needs: Map<string, number>;
  /** When it was first seen in the line of a SKU. */
  readonly stoodFrom: Map<string, number>;
  /** Who came before it has a smaller one. */
  readonly arrival: number;
}

export class LineWatch {
  readonly #world: World;
  readonly #stays = new Map<Waiter, Stay>();

  constructor(world: World) {
    this.#world = world;
  }

  get stays(): readonly Stay[] {
    return [...this.#stays.values()];
  }

  /** How many stand in the line for an order now. */
  standing(orderId: string): number {
    const { process } = this.#world;
    if (process === null || !process.isAlive) return 0;
    const waiters = [...this.#world.database.skus.keys()].flatMap((skuId) => process.keeper.waiting.of(skuId));
    return new Set(waiters.filter((waiter) => requestName(waiter.orderId) === requestName(orderId))).size;
  }

  /** To be called when all that an event set going has run. */
  look(): void {
    const { process, timeline } = this.#world;
    // Closing gives up who takes too long: it is answered, and may be on its way yet.
    if (process === null || !process.isAlive || process.isClosing || process.keeper.load.waiting === 0) return;
    const tick = timeline.tick();
    const standing = new Map<Waiter, Stay>();
    for (const skuId of this.#world.database.skus.keys()) {
      let before = -1;
      for (const waiter of process.keeper.waiting.of(skuId)) {
        const stay = this.#stayOf(waiter, tick);
        standing.set(waiter, stay);
        if (stay.arrival < before) this.#world.violation(`W1: ${stay.orderId} lost its place in the line of ${skuId}`);
        before = Math.max(before, stay.arrival);
        if (!stay.stoodFrom.has(skuId)) stay.stoodFrom.set(skuId, tick);
        stay.needs.set(skuId, stay.needs.get(skuId) ?? waiter.needs.get(skuId) ?? 0);
        for (const [id, least] of stay.needs) stay.needs.set(id, Math.min(least, waiter.needs.get(id) ?? 0));
      }
    }
    this.#askedBySomebody([...standing.keys()]);
    this.#onePlaceEach([...standing.keys()]);
    this.#notForNothing();
  }

  #stayOf(waiter: Waiter, tick: number): Stay {
    const found = this.#stays.get(waiter);
    if (found !== undefined) return found;
    this.#world.coverage.count('path: waits in the line');
    const { orderId, arrival, needs } = waiter;
    const stay: Stay = { orderId, from: tick, asked: needs, needs: new Map(), stoodFrom: new Map(), arrival };
    this.#stays.set(waiter, stay);
    const name = requestName(orderId);
    const places = this.stays.filter((other) => requestName(other.orderId) === name).length;
    const asks = this.#world.history.filter(
      ({ command }) => isPlacement(command) && requestName(command.orderId) === name,
    ).length;
    if (places > asks) this.#world.violation(`W1: ${orderId} gave up its place and took another one`);
    return stay;
  }

  /** Who was dropped, or answered, stands in no line. */
  #askedBySomebody(standing: readonly Waiter[]): void {
    const byName = Map.groupBy(standing, ({ orderId }) => requestName(orderId));
    for (const [orderId, waiters] of byName) {
      const count = waiters.length;
      // Whoever began may be gone, and others wait on for the cart that it buys.
      const carts = waiters.flatMap(({ names }) => names.filter(({ kind }) => kind === 'carts'));
      const ofCarts = carts.map(({ id }) => this.#world.openAsks(`cart ${id}`));
      const asks = Math.max(this.#world.openAsks(orderId), ...ofCarts);
      if (asks > count) this.#world.coverage.count('path: several wait in one place');
      if (count > asks) this.#world.violation(`W2: ${count} wait for ${orderId}, of which ${asks} are waited for`);
    }
  }

  /** Whoever asks again for what waits joins it. */
  #onePlaceEach(waiters: readonly Waiter[]): void {
    const names = waiters.flatMap((waiter) => [
      `order ${requestName(waiter.orderId)}`,
      ...waiter.names.flatMap(({ kind, id }) => (kind === 'keys' ? [`key ${id}`] : [])),
    ]);
    for (const name of names.filter((one, at) => names.indexOf(one) !== at)) {
      this.#world.violation(`W6: ${name} has more than one place in the line`);
    }
  }

  /** Where nothing is under way memory is what is stored, and whoever has enough has had its turn. */
  #notForNothing(): void {
    const { process, database, profile, tainted } = this.#world;
    if (process === null || !process.isAtRest || !isSoleWriter(profile) || tainted.size > 0) return;
    const left = new Map<string, number>();
    const blocked = new Map<Waiter, string>();
    const waiting = new Set<Waiter>();
    for (const skuId of this.#world.database.skus.keys()) {
      const row = database.store.skuRows.get(skuId);
      left.set(skuId, row === undefined ? 0 : available(row));
      for (const waiter of process.keeper.waiting.of(skuId)) {
        const units = waiter.needs.get(skuId) ?? 0;
        const free = left.get(skuId) ?? 0;
        waiting.add(waiter);
        if (units > free) blocked.set(waiter, skuId);
        left.set(skuId, free - units);
      }
    }
    for (const waiter of waiting) {
      if (!blocked.has(waiter)) this.#world.violation(`W3: ${waiter.orderId} waits, and there is enough for it`);
    }
  }
}
