/**
 * The open loop: requests are due at a fixed rate, whoever has been answered. Latency runs from when a request was due, so that one which had
 * to wait for a free channel, or for the load itself, shows how long (no coordinated omission).
 *
 * Running → draining (over: what was due before is still sent) → ended; stopped, without sending the rest, when it is `lateMsMax` behind.
 */
import type { Asker, Channel } from './channel.ts';
import type { Loop } from './loop.ts';
import type { Tally } from './tally.ts';
import type { AskedOrder, Asking } from './workloads.ts';

/** A request that is not sent by then will not be: the rate is more than is answered. */
export const LATE_MS_MAX = 5000;
const TICK_MS = 1;

export function openLoop(
  channels: readonly Channel[],
  asking: Asking,
  ratePerSecond: number,
  tally: Tally,
  lateMsMax: number = LATE_MS_MAX,
): Loop {
  const loop = new OpenLoop(channels, asking, ratePerSecond, tally, lateMsMax);
  return { start: () => loop.start(), ranOut: loop.ranOut.promise, ended: loop.ended.promise };
}

class OpenLoop implements Asker {
  readonly ranOut = Promise.withResolvers<void>();
  readonly ended = Promise.withResolvers<void>();
  readonly #asking: Asking;
  readonly #ratePerSecond: number;
  readonly #tally: Tally;
  readonly #lateMsMax: number;
  /** In the order in which they became free, so that all are used. */
  readonly #free: Channel[];
  readonly #sent = new Map<Channel, { readonly order: AskedOrder; readonly dueMs: number }>();
  #startMs = 0;
  #next = 0;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(channels: readonly Channel[], asking: Asking, ratePerSecond: number, tally: Tally, lateMsMax: number) {
    this.#free = [...channels];
    this.#asking = asking;
    this.#ratePerSecond = ratePerSecond;
    this.#tally = tally;
    this.#lateMsMax = lateMsMax;
  }

  start(): void {
    this.#startMs = performance.now();
    this.#timer = setInterval(() => this.#sendWhatIsDue(), TICK_MS);
  }

  answered(channel: Channel, status: number): void {
    const sent = this.#sent.get(channel);
    if (sent === undefined) return;
    this.#sent.delete(channel);
    const { order, dueMs } = sent;
    // By when it was due: what was due in the measured time counts, however late it was answered.
    const measured = dueMs >= this.#tally.beganMs && dueMs < this.#tally.endedMs;
    this.#tally.answer('place', status, performance.now() - dueMs, measured, channel.text);
    if (status === 201) this.#tally.placedOrder(order, measured);
    this.#free.push(channel);
    this.#sendWhatIsDue();
  }

  broken(channel: Channel, why: string): void {
    this.#sent.delete(channel);
    this.#tally.fault(why);
    this.#stop();
  }

  #sendWhatIsDue(): void {
    const now = performance.now();
    while (!this.#stopped && this.#dueMs() <= now && this.#dueMs() < this.#tally.endedMs) {
      if (now - this.#dueMs() > this.#lateMsMax) {
        this.#tally.fault(`cannot keep up with ${this.#ratePerSecond} requests a second`);
        this.#stop();
        break;
      }
      const channel = this.#free.shift();
      if (channel === undefined) return;
      this.#send(channel, this.#dueMs());
    }
    if (this.#stopped || this.#dueMs() >= this.#tally.endedMs) this.#endIfAnswered();
  }

  /** When the request after the last one sent is due. */
  #dueMs(): number {
    return this.#startMs + (this.#next * 1000) / this.#ratePerSecond;
  }

  #send(channel: Channel, dueMs: number): void {
    const order = this.#asking.orders[this.#asking.next(this.#tally.state === 'warming_up') ?? -1];
    if (order === undefined) {
      this.#free.push(channel);
      this.#stop();
      return;
    }
    this.#next++;
    this.#sent.set(channel, { order, dueMs });
    channel.place(order, this);
  }

  #stop(): void {
    this.#stopped = true;
    this.ranOut.resolve();
    this.#endIfAnswered();
  }

  #endIfAnswered(): void {
    if (this.#sent.size > 0) return;
    clearInterval(this.#timer);
    this.ended.resolve();
  }
}
