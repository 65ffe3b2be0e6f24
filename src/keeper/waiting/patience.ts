/**
 * How one request waits for stock: whether it may, when it takes, keeps and gives up its place in the line, and what
 * wakes it. Its askers are in `askers.ts`: it waits as long as one of them listens.
 *
 * A patience is
 *   fresh    nothing was refused for lack of stock → waiting (by `wait`, in the turn that refused it)
 *   waiting  it has a place in the line            → over (by `end`)
 */
import type { Entry } from '../../journal/journal.ts';
import { assert } from '../../lib/assert.ts';
import type { Alarm, Clock } from '../../lib/clock.ts';
import { type Command, ruleOf } from '../../shop/commands.ts';
import type { Idempotency } from '../../shop/idempotency.ts';
import type { LineRequest } from '../../shop/orders/order.ts';
import type { Outcome } from '../../shop/outcome.ts';
import { Kept } from '../kept.ts';
import { Askers, type Ear } from './askers.ts';
import type { Named, Waiter, Woken } from './waiter.ts';
import type { WaitingLine } from './waiting-line.ts';

/** The clock that waiting is timed by, and the alarm that fires when a time is up. */
export interface WaitingTime {
  readonly clock: Clock;
  readonly alarm: Alarm;
}

type Shortage = Extract<Outcome, { kind: 'insufficient_stock' }>;

/**
 * What becomes of a request whose turn was refused for lack of stock: it waits, it may not wait (any more), or the line
 * is full or closed.
 */
export type Waiting = 'waits' | 'refused' | 'line_full' | 'line_closed';

export class Patience {
  readonly kept = new Kept();
  readonly askers: Askers;
  readonly #line: WaitingLine;
  readonly #command: Command;
  readonly #idempotency: Idempotency | null;
  readonly #time: WaitingTime;
  readonly #wasSeen: boolean;
  #waiter: Waiter | null = null;
  #woken: Promise<Woken> | null = null;

  /** `wasSeen`: the request waited in line before. */
  constructor(
    line: WaitingLine,
    command: Command,
    idempotency: Idempotency | null,
    time: WaitingTime,
    wasSeen: boolean,
  ) {
    this.#line = line;
    this.#command = command;
    this.#idempotency = idempotency;
    this.#time = time;
    this.#wasSeen = wasSeen;
    this.askers = new Askers(time, () => this.#askersChanged());
  }

  /** Units of a SKU that the waiters ahead ask for. */
  ahead(skuId: string): number {
    return this.#line.ahead(skuId, this.#waiter);
  }

  /** The request waits in line, or did, so others may know its order id. */
  get isSeen(): boolean {
    return this.#wasSeen || this.#waiter !== null;
  }

  /** No asker waits for the answer any more, so nothing may be decided for it. */
  get isDropped(): boolean {
    return this.#waiter !== null && this.askers.areGone;
  }

  /** Adds an asker. The request waits as long as one of its askers does. */
  attend(waitMs: number, signal: AbortSignal | null, ear: Ear): void {
    this.askers.attend(waitMs, signal, ear);
    this.#waitUntil(waitMs);
  }

  /**
   * Called in the turn that refused the request the units in `asked`. Takes its place, or keeps the one it has. The
   * askers whose time is up hear the refusal, which rests on entries.
   */
  wait(outcome: Shortage, asked: readonly LineRequest[], restsOn: readonly Entry[]): Waiting {
    if (!this.askers.areListening) return 'refused';
    if (this.#line.isClosed) return 'line_closed';
    if (this.#waiter === null) {
      if (this.#line.isFull) return 'line_full';
      this.#waiter = this.#join(asked);
      this.askers.beginToWait();
      this.#waitUntil(this.askers.waitMs);
    }
    const shortOf = outcome.shortages.map(({ skuId }) => skuId);
    this.#woken = this.#line.sleep(this.#waiter, asked, shortOf);
    this.askers.sendAway({ outcome, replayed: false }, restsOn);
    return 'waits';
  }

  /** Resolves when something may have changed for it. */
  async woken(): Promise<Woken> {
    const why = (await this.#woken) ?? 'again';
    // Its askers may have gone since it was woken.
    return this.isDropped ? 'dropped' : why;
  }

  /** Its turn took what it asked for, in this entry. */
  served(asked: readonly LineRequest[], entry: Entry): void {
    if (this.#waiter !== null) this.#line.serve(this.#waiter, asked, entry);
  }

  /**
   * Gives up its place. Returns the SKUs in whose lines a waiter behind it may now have enough; none when it was
   * served.
   */
  end(): readonly string[] {
    if (this.#waiter === null) return [];
    this.#line.leave(this.#waiter);
    return this.#waiter.entry?.state === 'durable' ? [] : this.#waiter.skuIds;
  }

  #join(asked: readonly LineRequest[]): Waiter {
    const at = this.#time.clock();
    const { waits, needs } = ruleOf(this.#command);
    assert(waits !== undefined, `${this.#command.kind} may wait for stock`);
    const { orderId, customerId } = waits(this.#command);
    const names: Named[] = [...needs(this.#command)];
    if (this.#idempotency !== null) names.push({ kind: 'keys', id: this.#idempotency.key });
    return this.#line.join({ orderId, customerId, names, since: at, until: at }, asked);
  }

  #waitUntil(waitMs: number): void {
    const waiter = this.#waiter;
    if (waiter !== null) waiter.until = Math.max(waiter.until, this.#time.clock() + waitMs);
  }

  /** The time of an asker is up, or it is gone. A waiter that is awake learns of it in its next turn. */
  #askersChanged(): void {
    const waiter = this.#waiter;
    if (waiter === null) return;
    if (!this.askers.areGone) this.#line.wake(waiter, 'again');
    else if (waiter.awaken !== null) this.#line.wake(waiter, 'dropped');
    // Its turn may be long in coming. Those behind it need not wait for that.
    else this.#line.giveWay(waiter);
  }
}
