/**
 * A turnstile lets a few callers through at a time. The others wait before it; their number and their time are limited.
 * A caller that meets a full turnstile is turned away at once. A caller that has waited too long is turned away then.
 *
 * The states of a caller: waiting → through (let in by a caller that leaves, in the order of arrival) → gone, or
 * waiting → turned away (by its timer).
 */
import { type Elapsed, systemElapsed } from './clock.ts';
import { Pace } from './pace.ts';
import { retryAfterSeconds } from './retry-after.ts';

export interface TurnstileLimits {
  /** How many may be through at the same time. */
  readonly atOnceMax: number;
  readonly waitingMax: number;
  /** Milliseconds. */
  readonly waitMs: number;
}

/** Turned away; nothing was begun. */
export class TurnedAway extends Error {
  override readonly name = 'TurnedAway';
  readonly retryAfterSeconds: number;

  constructor(seconds: number) {
    super(`too many wait already, ask again in ${seconds} s`);
    this.retryAfterSeconds = seconds;
  }
}

export class Turnstile {
  readonly #limits: TurnstileLimits;
  readonly #pace: Pace;
  /** The share of the line that one caller takes up. */
  readonly #share: number;
  readonly #waiting = new Set<() => void>();
  #through = 0;

  constructor(limits: TurnstileLimits, elapsed: Elapsed = systemElapsed) {
    this.#limits = limits;
    this.#pace = new Pace(elapsed);
    this.#share = 1 / (limits.waitingMax + limits.atOnceMax);
  }

  /** How many are through and how many wait. */
  get load(): { readonly through: number; readonly waiting: number } {
    return { through: this.#through, waiting: this.#waiting.size };
  }

  /** Does the work when its turn comes. Rejects with `TurnedAway`, or as the work does. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting.size >= this.#limits.waitingMax) throw this.#turnAway();
    this.#pace.join(this.#share);
    if (this.#through < this.#limits.atOnceMax) this.#through++;
    else await this.#turn();
    try {
      return await work();
    } finally {
      this.#pace.leave(this.#share);
      // The place is handed on directly, so that a newcomer cannot slip in between.
      const [next] = this.#waiting;
      if (next === undefined) this.#through--;
      else next();
    }
  }

  /** Resolves with the place of a caller that left. */
  #turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const next = () => {
        clearTimeout(late);
        this.#waiting.delete(next);
        resolve();
      };
      const late = setTimeout(() => {
        this.#waiting.delete(next);
        this.#pace.abandon(this.#share);
        reject(this.#turnAway());
      }, this.#limits.waitMs);
      this.#waiting.add(next);
    });
  }

  #turnAway(): TurnedAway {
    return new TurnedAway(retryAfterSeconds(this.#pace.drainMs));
  }
}
