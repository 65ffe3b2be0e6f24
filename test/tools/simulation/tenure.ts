/**
 * Whether a process owns the database, as the keeper is told. A tenure is
 *   certain     the process decides                           → doubtful (by `doubt`)
 *   doubtful    it waits until it is certain again            → certain (by `renew`) | deposed (by `depose`)
 *   deposed     its epoch has ended: it commits nothing       → standby (by `standBy`) | certain, of a new epoch (by `take`)
 *   standby     it knows that another one owns the database   → certain, of a new epoch (by `take`)
 * Another owner writes only while this one is deposed or stands by: it has let the certainty of this one run out before.
 */
import type { Tenure } from '../../../src/journal/record.ts';

export class SimulatedTenure implements Tenure {
  #state: 'certain' | 'doubtful' | 'deposed' | 'standby' = 'certain';
  /** Number of the epoch under which it decides, or decided last. */
  epoch = 1;
  #doubt: PromiseWithResolvers<void> | null = null;

  get role(): 'owner' | 'standby' {
    return this.#state === 'standby' ? 'standby' : 'owner';
  }

  /** Whether a batch finds its epoch ended. */
  get hasEnded(): boolean {
    return this.#state === 'deposed' || this.#state === 'standby';
  }

  certain(): Promise<void> | null {
    if (this.#state === 'certain') return null;
    if (this.#state === 'standby') {
      const refused = Promise.reject(new Error('another process owns the database'));
      refused.catch(() => {});
      return refused;
    }
    if (this.#doubt === null) {
      this.#doubt = Promise.withResolvers();
      this.#doubt.promise.catch(() => {});
    }
    return this.#doubt.promise;
  }

  doubt(): void {
    this.#state = 'doubtful';
  }

  renew(): void {
    this.#state = 'certain';
    this.#doubt?.resolve();
    this.#doubt = null;
  }

  depose(): void {
    this.#state = 'deposed';
  }

  standBy(): void {
    this.#state = 'standby';
    this.#doubt?.reject(new Error('another process owns the database'));
    this.#doubt = null;
  }

  take(): void {
    this.epoch++;
    this.renew();
  }
}
