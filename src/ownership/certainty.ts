/**
 * How long a process may still believe the last answer it got. Each answer renews certainty. It counts from when the
 * question was asked, and runs out by itself, even while the process is paused.
 */

/** How long one answer makes certain, in milliseconds. */
export const CERTAIN_MS = 1000;

/**
 * Both clocks at one moment, in milliseconds. The elapsed time stands still while a machine sleeps; the time of day can
 * be set.
 */
export interface Moment {
  readonly elapsed: number;
  readonly wall: number;
}

export const now = (): Moment => ({ elapsed: performance.now(), wall: Date.now() });

export class Certainty {
  readonly #now: () => Moment;
  #asked: Moment | null = null;
  /** Set while a caller of `restored` waits. */
  #doubt: PromiseWithResolvers<void> | null = null;

  constructor(clocks: () => Moment = now) {
    this.#now = clocks;
  }

  get holds(): boolean {
    if (this.#asked === null) return false;
    const { elapsed, wall } = this.#now();
    return elapsed - this.#asked.elapsed < CERTAIN_MS && wall - this.#asked.wall < CERTAIN_MS;
  }

  get isAwaited(): boolean {
    return this.#doubt !== null;
  }

  /** The question asked at this moment was answered with yes. */
  renew(asked: Moment): void {
    this.#asked = asked;
    if (this.holds) this.#settle(null);
  }

  /** Runs out now. */
  drop(): void {
    this.#asked = null;
  }

  /** Rejects the promise of every caller that waits. */
  refuse(error: Error): void {
    this.#settle(error);
  }

  /** Resolves when certainty holds again, rejects when it is refused. */
  restored(): Promise<void> {
    if (this.#doubt === null) {
      this.#doubt = Promise.withResolvers();
      // Every caller that awaits it hears of a rejection. It is no fault when none awaits it any more.
      this.#doubt.promise.catch(() => {});
    }
    return this.#doubt.promise;
  }

  #settle(error: Error | null): void {
    const doubt = this.#doubt;
    this.#doubt = null;
    if (error === null) doubt?.resolve();
    else doubt?.reject(error);
  }
}
