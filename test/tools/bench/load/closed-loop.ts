/**
 * The closed loop: each caller asks again as soon as it is answered, until it is over.
 * Callers are asking or idle; an idle one has nothing more to ask, or lost its channel, and stays idle.
 */
import type { Asker, Channel } from './channel.ts';
import type { Loop } from './loop.ts';
import { Pair, twoByTwo } from './pair.ts';
import type { Tally } from './tally.ts';
import type { AskedOrder, Asking } from './workloads.ts';

export function closedLoop(channels: readonly Channel[], asking: Asking, tally: Tally): Loop {
  const ranOut = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const next = (): AskedOrder | null => {
    const index = tally.state === 'over' ? null : asking.next(tally.state === 'warming_up');
    return index === null ? null : (asking.orders[index] ?? null);
  };
  let busy = 0;
  const idle = (): void => {
    busy--;
    ranOut.resolve();
    if (busy === 0) ended.resolve();
  };
  const callers = asking.cancelsTwice
    ? twoByTwo(channels).map((pair) => new Pair(pair, next, tally, idle))
    : channels.map((channel) => new Caller(channel, next, tally, idle));
  return {
    start() {
      busy = callers.length;
      for (const caller of callers) caller.start();
    },
    ranOut: ranOut.promise,
    ended: ended.promise,
  };
}

/** Places orders on one channel. */
class Caller implements Asker {
  readonly #channel: Channel;
  readonly #next: () => AskedOrder | null;
  readonly #tally: Tally;
  readonly #idle: () => void;
  #order: AskedOrder | null = null;

  constructor(channel: Channel, next: () => AskedOrder | null, tally: Tally, idle: () => void) {
    this.#channel = channel;
    this.#next = next;
    this.#tally = tally;
    this.#idle = idle;
  }

  start(): void {
    this.#order = this.#next();
    if (this.#order === null) this.#idle();
    else this.#channel.place(this.#order, this);
  }

  answered(channel: Channel, status: number): void {
    const measured = this.#tally.state === 'measuring';
    this.#tally.answer('place', status, performance.now() - channel.sentMs, measured, channel.text);
    if (status === 201 && this.#order !== null) this.#tally.placedOrder(this.#order, measured);
    this.start();
  }

  broken(_channel: Channel, why: string): void {
    this.#tally.fault(why);
    this.#idle();
  }
}
