/**
 * Two channels that cancel together: each places an order, then both cancel the first one at once, then both the second. No channel
 * waits for longer than its partner's answer. One without a partner sends the two cancels one after the other.
 *
 * Placing → cancelling, once for each order placed → placing …; idle, for good, when there is no more to place or a channel is broken.
 */
import type { Asker, Channel } from './channel.ts';
import type { Tally } from './tally.ts';
import type { AskedOrder } from './workloads.ts';

interface PlacedOrder {
  readonly order: AskedOrder;
  readonly location: string;
  cancelled: boolean;
}

export class Pair implements Asker {
  readonly #channels: readonly Channel[];
  readonly #next: () => AskedOrder | null;
  readonly #tally: Tally;
  readonly #idle: () => void;
  /** What each channel is placing. */
  readonly #placing = new Map<Channel, AskedOrder>();
  /** Each order as often as all channels are to cancel it. */
  readonly #toCancel: PlacedOrder[] = [];
  #cancelling: PlacedOrder | null = null;
  #unanswered = 0;
  #broken = false;

  constructor(channels: readonly Channel[], next: () => AskedOrder | null, tally: Tally, idle: () => void) {
    this.#channels = channels;
    this.#next = next;
    this.#tally = tally;
    this.#idle = idle;
  }

  start(): void {
    this.#cancelling = this.#broken ? null : (this.#toCancel.shift() ?? null);
    if (this.#cancelling !== null) this.#cancel(this.#cancelling);
    else this.#place();
  }

  answered(channel: Channel, status: number, location: string | null): void {
    const measured = this.#tally.state === 'measuring';
    const call = this.#cancelling === null ? 'place' : 'cancel';
    this.#tally.answer(call, status, performance.now() - channel.sentMs, measured, channel.text);
    if (this.#cancelling === null) this.#placed(channel, status, location, measured);
    else if (status === 200 && !this.#cancelling.cancelled) {
      this.#cancelling.cancelled = true;
      this.#tally.cancelledOrder(this.#cancelling.order);
    }
    this.#whenAllAnswered();
  }

  broken(_channel: Channel, why: string): void {
    this.#tally.fault(why);
    this.#broken = true;
    this.#whenAllAnswered();
  }

  #place(): void {
    this.#placing.clear();
    for (const channel of this.#channels) {
      const order = this.#broken ? null : this.#next();
      if (order !== null) this.#placing.set(channel, order);
    }
    this.#unanswered = this.#placing.size;
    if (this.#unanswered === 0) this.#idle();
    for (const [channel, order] of this.#placing) channel.place(order, this);
  }

  #cancel({ location }: PlacedOrder): void {
    this.#unanswered = this.#channels.length;
    for (const channel of this.#channels) channel.cancel(location, this);
  }

  #placed(channel: Channel, status: number, location: string | null, measured: boolean): void {
    const order = this.#placing.get(channel);
    if (status !== 201 || order === undefined) return;
    this.#tally.placedOrder(order, measured);
    if (location === null) {
      this.#tally.fault('an order was placed without a location');
      return;
    }
    const placed = { order, location, cancelled: false };
    this.#toCancel.push(placed);
    if (this.#channels.length === 1) this.#toCancel.push(placed);
  }

  #whenAllAnswered(): void {
    this.#unanswered--;
    if (this.#unanswered === 0) this.start();
  }
}

/** Channels two by two; the last one alone when they are odd. */
export function twoByTwo(channels: readonly Channel[]): Channel[][] {
  const pairs: Channel[][] = [];
  for (let first = 0; first < channels.length; first += 2) pairs.push(channels.slice(first, first + 2));
  return pairs;
}
