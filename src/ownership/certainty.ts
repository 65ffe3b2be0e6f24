/**
 * For how long a process may still believe what it was last told. Certainty is renewed by each answer, counts from when
 * the question was asked, and runs out by itself: while the process is paused, too.
 */

/** How long one answer makes certain. */
export const CERTAIN_MS = 1000;

/** Both clocks at one moment: the elapsed time stands still while a machine sleeps, the time of day can be set. */
export interface Moment {
  readonly elapsed: number;
  readonly wall: number;
}

export const now = (): Moment => ({ elapsed: performance.now(), wall: Date.now() });

export class Certainty {
  readonly #now: () => Moment;
  #asked: Moment | null = null;
  /** Set while somebody waits. */
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

  /** What was asked at this moment was answered with yes. */
  renew(asked: Moment): void {
    this.#asked = asked;
    if (this.holds) this.#settle(null);
  }

  /** Runs out now. */
  drop(): void {
    this.#asked = null;
  }

  /** Who waits gives up. */
  refuse(error: Error): void {
    this.#settle(error);
  }

  /** Resolves when it holds again, rejects when it is refused. */
  restored(): Promise<void> {
    if (this.#doubt === null) {
      this.#doubt = Promise.withResolvers();
      // Whoever waits hears of it; that nobody may be waiting any more is no fault.
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
