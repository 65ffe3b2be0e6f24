/**
 * How one command waits for stock: whether it may, when its place in the line is taken, kept and given up, and what wakes it.
 *
 * A patience is
 *   fresh    nothing was refused for lack of stock → waiting (by `wait`, in the turn that refused it)
 *   waiting  it has a place in the line            → over (by `end`)
 */
import type { Entry } from '../journal/journal.ts';
import type { Alarm, Clock } from '../lib/clock.ts';
import { addTogether, type LineRequest } from '../orders/order.ts';
import type { Command, Idempotency, Outcome } from './command.ts';
import type { Picked } from './decide-cart.ts';
import type { Waiter, Woken } from './waiter.ts';
import type { WaitingLine } from './waiting-line.ts';

/** What those who wait are told the time by, and woken by when it is up. */
export interface WaitingTime {
  readonly clock: Clock;
  readonly alarm: Alarm;
}

/** What a turn that was refused for lack of stock comes to: it waits, may not any more or never might, or finds the line full or closed. */
export type Waiting = 'waits' | 'refused' | 'line_full' | 'line_closed';

export class Patience {
  readonly picked: Picked = { lines: null, standsOn: null, now: [] };
  readonly #line: WaitingLine;
  readonly #command: Command;
  readonly #idempotency: Idempotency | null;
  readonly #signal: AbortSignal | null;
  readonly #time: WaitingTime;
  readonly #waitMs: number;
  #waiter: Waiter | null = null;
  #woken: Promise<Woken> | null = null;
  #last: Woken = 'again';
  #disarm: () => void = () => {};

  /** `signal` is aborted when nobody waits for the answer any more. */
  constructor(
    line: WaitingLine,
    command: Command,
    idempotency: Idempotency | null,
    signal: AbortSignal | null,
    time: WaitingTime,
  ) {
    this.#line = line;
    this.#command = command;
    this.#idempotency = idempotency;
    this.#signal = signal;
    this.#time = time;
    this.#waitMs = command.kind === 'place' || command.kind === 'checkout' ? (command.waitSeconds ?? 0) * 1000 : 0;
  }

  /** Units of a SKU that those ahead ask for. */
  ahead(skuId: string): number {
    return this.#line.size === 0 ? 0 : this.#line.ahead(skuId, this.#waiter);
  }

  /** It waits in line, or did. */
  get hasPlace(): boolean {
    return this.#waiter !== null;
  }

  /** Nobody waits for the answer any more: nothing may be decided for it. */
  get isDropped(): boolean {
    return this.#waiter !== null && this.#signal?.aborted === true;
  }

  /** In the turn that refused it: takes its place, or keeps the one it has. */
  wait(outcome: Extract<Outcome, { kind: 'insufficient_stock' }>): Waiting {
    if (this.#waitMs === 0 || this.#last !== 'again' || this.#signal?.aborted === true) return 'refused';
    if (this.#line.isClosed) return 'line_closed';
    if (this.#waiter === null) {
      if (this.#line.isFull) return 'line_full';
      this.#waiter = this.#join();
    }
    const shortOf = outcome.shortages.map(({ skuId }) => skuId);
    this.#woken = this.#line.sleep(this.#waiter, this.#asked('now'), shortOf);
    return 'waits';
  }

  /** Resolves when something may have changed for it. */
  async woken(): Promise<Woken> {
    const why = (await this.#woken) ?? 'again';
    // Since it was woken, its time may have run out, or its client have gone.
    if (this.#last === 'again') this.#last = why;
    return this.#last;
  }

  /** Its turn took what it asks for, in this entry. */
  served(entry: Entry): void {
    if (this.#waiter !== null) this.#line.serve(this.#waiter, this.#asked('now'), entry);
  }

  /** Gives up its place. The SKUs in whose lines somebody behind it may now have enough; none when it was served. */
  end(): readonly string[] {
    if (this.#waiter === null) return [];
    this.#disarm();
    this.#line.leave(this.#waiter);
    return this.#waiter.entry?.state === 'durable' ? [] : this.#waiter.skuIds;
  }

  #join(): Waiter {
    const at = this.#time.clock();
    const orderId = 'orderId' in this.#command ? this.#command.orderId : '';
    const customerId = 'customerId' in this.#command ? this.#command.customerId : null;
    const idempotencyKey = this.#idempotency?.key ?? null;
    const cartId = 'cartId' in this.#command ? this.#command.cartId : null;
    const who = { orderId, customerId, cartId, idempotencyKey, since: at, until: at + this.#waitMs };
    const waiter = this.#line.join(who, this.#asked('first'));
    const wake = (why: Woken) => {
      // It may be awake: then its next turn is the last.
      this.#last = why;
      this.#line.wake(waiter, why);
    };
    const dropped = () => {
      const isAwake = waiter.awaken === null;
      wake('dropped');
      // It may be long on its way to its turn, in which it learns of it: those behind need not wait for that.
      if (isAwake) this.#line.giveWay(waiter);
    };
    const off = this.#time.alarm(this.#waitMs, () => wake('late'));
    this.#signal?.addEventListener('abort', dropped, { once: true });
    this.#disarm = () => {
      off();
      this.#signal?.removeEventListener('abort', dropped);
    };
    return waiter;
  }

  /** What it asks for: when it took its place, or now; a cart may have been changed meanwhile. */
  #asked(when: 'first' | 'now'): readonly LineRequest[] {
    const command = this.#command;
    if (command.kind === 'place') return addTogether(command.lines);
    return when === 'now' ? this.picked.now : (this.picked.lines ?? []);
  }
}
