/**
 * Costly reads, one after another. Who asks for the same before its reading has begun shares it, so a crowd costs no
 * more than two; what began before is of no use to a newcomer, for it may be older than what the newcomer knows.
 *
 * A reading is waiting (shared by whoever asks for the same) → begun (by the turnstile; no longer shared) → done, or
 * turned away while it waits.
 */
import { Turnstile, type TurnstileLimits } from './turnstile.ts';

export class SharedReads<T> {
  readonly #turnstile: Turnstile;
  readonly #waiting = new Map<string, Promise<T>>();

  constructor(limits: Omit<TurnstileLimits, 'atOnceMax'>) {
    this.#turnstile = new Turnstile({ ...limits, atOnceMax: 1 });
  }

  /**
   * What `reading` answers, begun after this call. `key` says what is asked for. Rejects with `TurnedAway`, or as the
   * reading does.
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
        // Turned away: it has never begun.
        if (!hasBegun) this.#waiting.delete(key);
      });
    }
    return mine;
  }
}
