/**
 * Costly reads, one at a time. A caller that asks for the same before its reading has begun shares that reading, so a
 * crowd costs at most two readings. A newcomer cannot share one that has begun, because its result may be older than
 * what the newcomer already knows.
 *
 * The states of a reading: waiting (shared by all that ask for the same) → begun (by the turnstile; no longer shared) →
 * done, or turned away while it waits.
 */
import { Turnstile, type TurnstileLimits } from './turnstile.ts';

export class SharedReads<T> {
  readonly #turnstile: Turnstile;
  readonly #waiting = new Map<string, Promise<T>>();

  constructor(limits: Omit<TurnstileLimits, 'atOnceMax'>) {
    this.#turnstile = new Turnstile({ ...limits, atOnceMax: 1 });
  }

  /**
   * The result of a `reading` that begins after this call. `key` says what is asked for. Rejects with `TurnedAway`, or
   * as the reading does.
   */
  read(key: string, reading: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) return waiting;
    let hasBegun = false;
    const begin = () => {
      hasBegun = true;
      this.#waiting.delete(key);
      return reading();
    };
    const mine = this.#turnstile.pass(begin);
    if (!hasBegun) {
      this.#waiting.set(key, mine);
      mine.catch(() => {
        // It was turned away before it began.
        if (!hasBegun) this.#waiting.delete(key);
      });
    }
    return mine;
  }
}
