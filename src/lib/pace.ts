/**
 * Measures how fast a queue moves. It estimates when the requests in a full queue will be through, and a request that
 * is sent away is told so.
 *
 * It measures what leaves while the queue is at least a quarter full. A short queue says little about how fast a long
 * one moves: one command at a time takes a commit each, but four thousand commands share eight commits. Older
 * measurements count less and less. While nothing leaves, the measured time still runs on. The longer a queue stands
 * still, the longer the wait that is told.
 */
import type { Elapsed } from './clock.ts';

const MEASURED_FROM = 0.25;

/** After this time a measurement counts for a third. */
const MEMORY_MS = 5000;

/**
 * Assumed until something is measured: a full queue is through in under a second. The assumption weighs as much as a
 * measurement of this length.
 */
const BELIEVED_MS = 250;
const BELIEVED_LEFT = 0.3;

export class Pace {
  readonly #elapsed: Elapsed;
  /** How full the queue is; about 1 when it is full. */
  #load = 0;
  #left = BELIEVED_LEFT;
  #measuredMs = BELIEVED_MS;
  #at: number;

  constructor(elapsed: Elapsed) {
    this.#elapsed = elapsed;
    this.#at = elapsed();
  }

  /** A request joins the queue and takes up this share of it. */
  join(share: number): void {
    this.#measure();
    this.#load += share;
  }

  /** A request that took up this share is through. */
  leave(share: number): void {
    if (this.#measure()) this.#left += share;
    this.#shorten(share);
  }

  /** A request that took up this share stopped waiting and was not served. That does not count towards the pace. */
  abandon(share: number): void {
    this.#measure();
    this.#shorten(share);
  }

  /**
   * Milliseconds until everything that is in the queue now is through, plus a tenth. The tenth is there because a
   * client that asks a moment too early is sent away again.
   */
  get drainMs(): number {
    this.#measure();
    return this.#load === 0 ? 0 : (1.1 * this.#load * this.#measuredMs) / this.#left;
  }

  #shorten(share: number): void {
    this.#load = Math.max(0, this.#load - share);
  }

  /** Counts the time since the last look. Returns whether the queue was long enough in that time to measure. */
  #measure(): boolean {
    const now = this.#elapsed();
    const ms = now - this.#at;
    this.#at = now;
    if (this.#load < MEASURED_FROM) return false;
    if (ms > 0) {
      const kept = Math.exp(-ms / MEMORY_MS);
      this.#left *= kept;
      this.#measuredMs = this.#measuredMs * kept + MEMORY_MS * (1 - kept);
    }
    return true;
  }
}
