/**
 * What had been answered before a moment, and what was durable at one. A version that was answered is a floor: whoever calls later is
 * answered with no earlier one (real-time order by version).
 */

import type { Cart } from '../../../../src/shop/carts/cart.ts';
import type { Order } from '../../../../src/shop/orders/order.ts';
import { rowsOf } from '../../../support/rows-of.ts';
import type { CartWritten, Written } from '../database.ts';
import type { Asked } from '../history.ts';
import { isSoleWriter } from '../profile.ts';
import type { World } from '../world.ts';

interface Floor {
  readonly tick: number;
  readonly version: number;
}

export class Rows {
  readonly #world: World;
  readonly #floors = new Map<string, Floor[]>();

  constructor(world: World) {
    this.#world = world;
    const isAlone = isSoleWriter(world.profile);
    for (const asked of world.history) {
      const { answer, answered } = asked;
      if (answer === null || answered === null) continue;
      const { outcome, replayed } = answer;
      // Repeats may tell what a second writer did, of which memory need not know yet.
      if (replayed && !isAlone) continue;
      if ('sku' in outcome) this.#add(`SKU ${outcome.sku.id}`, answered, outcome.sku.version);
      if (outcome.kind === 'availability') {
        for (const { skuId, version } of outcome.items) this.#add(`SKU ${skuId}`, answered, version);
      }
      if ('order' in outcome) this.#addOrder(outcome.order, answered);
      if (outcome.kind === 'cart') {
        const change = cartAnswered(world, outcome.cart, asked);
        if (change !== null) this.#addCart(change, answered);
      }
    }
    // Another owner has answered its own clients.
    for (const [kind, rows] of [
      ['SKU', world.database.skus],
      ['order', world.database.orders],
    ] as const) {
      for (const [id, versions] of rows) {
        for (const { by, tick, row } of versions.values()) {
          if (by === 'another_owner') this.#add(`${kind} ${id}`, tick, row.version);
        }
      }
    }
    for (const change of [...world.database.carts.values()].flat()) {
      if (change.by === 'another_owner') this.#addCart(change, change.tick);
    }
  }

  /** The least version of a SKU that a call at `tick` may be answered with; -1 when it need not even exist. */
  skuFloor(id: string, tick: number): number {
    return this.#floor(`SKU ${id}`, tick);
  }

  orderFloor(id: string, tick: number): number {
    return this.#floor(`order ${id}`, tick);
  }

  /** The least change of a cart, by its place in the cart's history, that a call at `tick` may be answered with; -1 when it need not exist. */
  cartFloor(id: string, tick: number): number {
    return this.#floor(`cart ${id}`, tick);
  }

  /** The versions of an order that a call may be answered with: not below its floor, and durable when it was answered. */
  *orderVersions(id: string, called: number, answered: number): Generator<Order> {
    const floor = this.orderFloor(id, called);
    for (const { row, tick } of this.#world.database.orders.get(id)?.values() ?? []) {
      if (row.version >= floor && tick <= answered) yield row;
    }
  }

  #floor(name: string, tick: number): number {
    let floor = -1;
    for (const it of this.#floors.get(name) ?? []) if (it.tick < tick && it.version > floor) floor = it.version;
    return floor;
  }

  /** An order that was answered with stands for what its turns wrote to SKUs. */
  #addOrder({ id, version }: Order, tick: number): void {
    this.#add(`order ${id}`, tick, version);
    for (const written of this.#world.database.orders.get(id)?.values() ?? []) {
      if (written.row.version > version || written.by === 'other') continue;
      for (const sku of rowsOf(written.facts.skus)) this.#add(`SKU ${sku.id}`, tick, sku.version);
      for (const fact of written.facts.carts) {
        const change = this.#world.database.carts.get(fact.id)?.find(({ facts }) => facts === written.facts);
        if (change !== undefined) this.#addCart(change, tick);
      }
    }
  }

  #addCart(change: CartWritten, tick: number): void {
    this.#add(`cart ${change.id}`, tick, this.#world.database.carts.get(change.id)?.indexOf(change) ?? -1);
  }

  #add(name: string, tick: number, version: number): void {
    const floors = this.#floors.get(name) ?? [];
    if (floors.push({ tick, version }) === 1) this.#floors.set(name, floors);
  }
}

/** The change that made a cart what an answer shows, if it was durable by then. */
export function cartAnswered(world: World, { id, version, createdAt }: Cart, { answered }: Asked): CartWritten | null {
  const changes = world.database.carts.get(id) ?? [];
  const isIt = ({ cart, tick }: CartWritten) =>
    cart?.version === version && cart.createdAt === createdAt && tick <= (answered ?? Number.POSITIVE_INFINITY);
  return changes.findLast(isIt) ?? null;
}

/** The row at a version if it was durable at `tick`. */
export function durable<T>(
  versions: ReadonlyMap<number, Written<T>> | undefined,
  version: number,
  tick: number,
): T | null {
  const written = versions?.get(version);
  return written === undefined || written.tick > tick ? null : written.row;
}
