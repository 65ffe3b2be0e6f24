/**
 * How fast a queue moves: who is sent away from a full one is told, by it, when those in front will be through.
 *
 * Measured is what leaves in the time in which the queue is at least a quarter full. A short queue says little about
 * how fast a long one goes: one command at a time takes a commit each, four thousand share eight. What is long ago
 * counts less and less. While nothing leaves, the time goes on: the longer a queue stands still, the longer the wait
 * that is told.
 */
import type { Elapsed } from './clock.ts';

const MEASURED_FROM = 0.25;

/** After this long a measurement counts for a third. */
const MEMORY_MS = 5000;

/**
 * Believed until something is measured: a full queue is through in under a second. It weighs as much as this long a
 * measurement.
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

  /** Someone joins the queue, and takes up this share of it. */
  join(share: number): void {
    this.#measure();
    this.#load += share;
  }

  /** Someone who took up this share is through. */
  leave(share: number): void {
    if (this.#measure()) this.#left += share;
    this.#shorten(share);
  }

  /** Someone who took up this share waits no longer, and was not served: that says nothing good of the pace. */
  abandon(share: number): void {
    this.#measure();
    this.#shorten(share);
  }

  /**
   * Until all that are in the queue now are through, and a tenth more, for who comes a moment too early has come in
   * vain. Milliseconds.
   */
  get drainMs(): number {
    this.#measure();
    return this.#load === 0 ? 0 : (1.1 * this.#load * this.#measuredMs) / this.#left;
  }

  #shorten(share: number): void {
    this.#load = Math.max(0, this.#load - share);
  }

  /** Counts the time since the last look; whether that was one in which the queue was long enough to say something. */
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
