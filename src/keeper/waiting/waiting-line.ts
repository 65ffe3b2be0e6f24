/**
 * The waiting line: requests for more than is available. Each stands in the line of every SKU it names, in the order of
 * arrival.
 *
 * The rule: a request may take from a SKU only what those ahead of it in that SKU's line leave, `quantity ≤ available −
 * Σ quantity of those ahead`. For a request that has just come, all waiters are ahead of it. So no request is ever
 * delayed by one that came later. Small requests do not starve a large one. A request that waits for another SKU keeps
 * no more from others than it asks for.
 *
 * A waiter is
 *   asleep  in its place, until something may have changed for it → awake (by `stir`, `wakeNamed`, `wakeAll`, `wake`)
 *   awake   on its way to a turn                                  → asleep (by `sleep`, in the turn that refused it) |
 *           served | gone
 *   served  its turn took what it asks for; counts as ahead of nobody while that may become durable → awake (its entry
 *           was lost) | gone
 *   gone    for good (by `leave`)
 */
import type { Entry } from '../../journal/journal.ts';
import { assert } from '../../lib/assert.ts';
import type { Facts } from '../../shop/facts.ts';
import { KIND_NAMES } from '../../shop/kind-names.ts';
import type { LineRequest } from '../../shop/orders/order.ts';
import { available } from '../../shop/skus/sku.ts';
import type { KeeperLimits } from '../limits.ts';
import { type Named, nameOf, needsOf, unitsOf, type Waiter, type Woken } from './waiter.ts';

type WaitingLimits = Pick<KeeperLimits, 'waitersMax' | 'waitingLinesMax'>;

export class WaitingLine {
  readonly #limits: WaitingLimits;
  #isClosed = false;
  /** In the order of arrival. */
  readonly #all = new Set<Waiter>();
  readonly #bySku = new Map<string, Waiter[]>();
  readonly #byName = new Map<string, Set<Waiter>>();
  #arrivals = 0;
  /** Places in the lines of all SKUs. */
  #places = 0;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#all.size;
  }

  get isFull(): boolean {
    return this.#all.size >= this.#limits.waitersMax || this.#places >= this.#limits.waitingLinesMax;
  }

  /** When the first waiter's time is up, in milliseconds since the Unix epoch. */
  get firstUntil(): number {
    return Math.min(...Array.from(this.#all, ({ until }) => until));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Wakes all waiters to tell them that the keeper is closing. Nobody may wait any more. */
  close(): void {
    this.#isClosed = true;
    this.wakeAll('closing');
  }

  /**
   * Units of a SKU that those ahead of a waiter ask for. `null` is a request that is not in the line: all are ahead of
   * it.
   */
  ahead(skuId: string, waiter: Waiter | null): number {
    let units = 0;
    for (const other of this.#bySku.get(skuId) ?? []) {
      if (waiter !== null && other.arrival >= waiter.arrival) break;
      units += unitsOf(other, skuId);
    }
    return units;
  }

  /** Takes a place at the end of the line of every SKU that is asked for. */
  join(
    who: Pick<Waiter, 'orderId' | 'customerId' | 'names' | 'since' | 'until'>,
    asked: readonly LineRequest[],
  ): Waiter {
    assert(!this.isFull, 'whoever joins the line has looked whether it is full');
    const needs = needsOf(asked);
    const arrival = this.#arrivals++;
    const waiter: Waiter = { ...who, arrival, skuIds: [], needs, shortOf: new Set(), entry: null, awaken: null };
    this.#all.add(waiter);
    this.#standInLines(waiter);
    for (const named of waiter.names) {
      const name = nameOf(named);
      this.#byName.set(name, (this.#byName.get(name) ?? new Set()).add(waiter));
    }
    return waiter;
  }

  /**
   * Called in the turn that refused it. The waiter keeps its place, asks for `asked` from now on, and is asleep until
   * the promise resolves.
   */
  sleep(waiter: Waiter, asked: readonly LineRequest[], shortOf: readonly string[]): Promise<Woken> {
    assert(this.#all.has(waiter) && waiter.awaken === null, 'who goes to sleep is in the line, and awake');
    waiter.shortOf = new Set(shortOf);
    waiter.entry = null;
    this.#askFor(waiter, asked);
    return new Promise((resolve) => {
      waiter.awaken = resolve;
    });
  }

  /** Called in the turn that took all of `asked` for it, in this entry. */
  serve(waiter: Waiter, asked: readonly LineRequest[], entry: Entry): void {
    this.#askFor(waiter, asked);
    waiter.entry = entry;
  }

  /** A changed cart may ask for less than before. The difference is there for those behind. */
  #askFor(waiter: Waiter, asked: readonly LineRequest[]): void {
    const before = waiter.needs;
    waiter.needs = needsOf(asked);
    this.#standInLines(waiter);
    for (const [skuId, units] of before) if (unitsOf(waiter, skuId) < units) this.stir(skuId, null);
  }

  /**
   * The waiter stands in every line by arrival. That holds also for a line that it joins only now, because the change
   * of its cart was lost and it picked its lines anew. Two waiters that each stood ahead of the other in one line would
   * wait for each other.
   */
  #standInLines(waiter: Waiter): void {
    for (const skuId of waiter.needs.keys()) {
      if (waiter.skuIds.includes(skuId)) continue;
      waiter.skuIds.push(skuId);
      this.#places++;
      const line = this.#bySku.get(skuId) ?? [];
      const behind = line.findIndex(({ arrival }) => arrival > waiter.arrival);
      line.splice(behind < 0 ? line.length : behind, 0, waiter);
      this.#bySku.set(skuId, line);
    }
  }

  wake(waiter: Waiter, why: Woken): void {
    const { awaken } = waiter;
    waiter.awaken = null;
    awaken?.(why);
  }

  /** Gives up its place. The caller must stir the waiters behind it, unless it was served. */
  leave(waiter: Waiter): void {
    if (!this.#all.delete(waiter)) return;
    this.#places -= waiter.skuIds.length;
    for (const skuId of waiter.skuIds) {
      const left = (this.#bySku.get(skuId) ?? []).filter((other) => other !== waiter);
      if (left.length === 0) this.#bySku.delete(skuId);
      else this.#bySku.set(skuId, left);
    }
    for (const name of waiter.names.map(nameOf)) {
      const waiters = this.#byName.get(name);
      waiters?.delete(waiter);
      if (waiters?.size === 0) this.#byName.delete(name);
    }
  }

  /** Gives up its place and wakes those behind, because what is there for them is not known here. */
  giveWay(waiter: Waiter): void {
    this.leave(waiter);
    for (const skuId of waiter.skuIds) this.stir(skuId, null);
  }

  /**
   * `available` units of a SKU are there; `null` when not known. Wakes each waiter that was short of it and now may
   * have enough.
   */
  stir(skuId: string, available: number | null): void {
    let left = available ?? Number.POSITIVE_INFINITY;
    for (const waiter of this.#bySku.get(skuId) ?? []) {
      if (left <= 0) return;
      const units = unitsOf(waiter, skuId);
      if (units <= left && waiter.shortOf.has(skuId)) this.wake(waiter, 'again');
      left -= units;
    }
  }

  /** Wakes the waiters that may be concerned by what a turn decided. */
  stirBy(facts: Facts): void {
    const placed = facts.orders.find(({ basis }) => basis === null)?.row ?? null;
    for (const { row: sku, movement } of facts.skus) {
      if (sku === null) continue;
      this.stir(sku.id, available(sku));
      // On the new terms, some may have nothing left to wait for. They must not keep units from those behind.
      if (movement?.kind === 'changed') this.#wakeAt(sku.id, () => true);
      else if (placed !== null && sku.maxPerCustomer !== null)
        this.#wakeAt(sku.id, ({ customerId }) => customerId === placed.customerId);
    }
    this.#wakeNamed(facts);
  }

  #wakeAt(skuId: string, isConcerned: (waiter: Waiter) => boolean): void {
    for (const waiter of this.#bySku.get(skuId) ?? []) if (isConcerned(waiter)) this.wake(waiter, 'again');
  }

  /** What a turn had decided is lost, so what its SKUs have available is not known. */
  stirByLoss(facts: Facts): void {
    for (const { id } of facts.skus) this.stir(id, null);
    this.#wakeNamed(facts);
  }

  /** A waiter that names a row which was changed has its answer, or a different one: an order, a cart, a key. */
  #wakeNamed(facts: Facts): void {
    if (this.#byName.size === 0) return;
    for (const kind of KIND_NAMES) for (const { id } of facts[kind]) this.#wakeAll({ kind, id });
  }

  #wakeAll(named: Named): void {
    for (const waiter of this.#byName.get(nameOf(named)) ?? []) this.wake(waiter, 'again');
  }

  wakeAll(why: Woken): void {
    for (const waiter of this.#all) this.wake(waiter, why);
  }

  /** The waiters for a SKU, in the order of their places. */
  of(skuId: string): readonly Waiter[] {
    return (this.#bySku.get(skuId) ?? []).filter((waiter) => unitsOf(waiter, skuId) > 0);
  }

  /** The waiter for an order to be placed; the first of them, when it was asked for more than once. */
  forOrder(orderId: string): Waiter | null {
    const [first] = this.#byName.get(nameOf({ kind: 'orders', id: orderId })) ?? [];
    return first ?? null;
  }
}
