/**
 * A turnstile lets a few through at a time; others wait before it, so many and so long at most. Who comes to a full one
 * is turned away at once, and who has waited too long then.
 *
 * Someone is waiting → through (by whoever leaves, in the order in which they came) → gone, or waiting → turned away
 * (by its timer).
 */
import { type Elapsed, systemElapsed } from './clock.ts';
import { Pace } from './pace.ts';
import { retryAfterSeconds } from './retry-after.ts';

export interface TurnstileLimits {
  /** Through at the same time. */
  readonly atOnceMax: number;
  readonly waitingMax: number;
  /** Milliseconds. */
  readonly waitMs: number;
}

/** Turned away: nothing was begun. */
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
  /** What one takes up of the line. */
  readonly #share: number;
  readonly #waiting = new Set<() => void>();
  #through = 0;

  constructor(limits: TurnstileLimits, elapsed: Elapsed = systemElapsed) {
    this.#limits = limits;
    this.#pace = new Pace(elapsed);
    this.#share = 1 / (limits.waitingMax + limits.atOnceMax);
  }

  /** Those that are through and those that wait. */
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
      // The place is handed on: a newcomer must not slip in between.
      const [next] = this.#waiting;
      if (next === undefined) this.#through--;
      else next();
    }
  }

  /** Resolves with a place of one who left. */
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
