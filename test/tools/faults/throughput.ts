/** How fast clients were served before a fault, and how soon they are served about as fast again. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Trial } from './fault.ts';

/** Back means this share of what it was. */
const SHARE = 0.8;
/** Back within this time of the fault's end. */
const WITHIN_MS = 10_000;
/** Over so long a time is counted. */
const WINDOW_MS = 500;
const STEP_MS = 50;

export class Throughput {
  readonly #count: () => number;
  #perSecond = 0;

  /** `count` answers how many requests have been served so far. */
  constructor(count: () => number) {
    this.#count = count;
  }

  /** Served per second before the fault. */
  get before(): number {
    return this.#perSecond;
  }

  /** Measures, while all is well, for this long. */
  async measure(ms: number): Promise<void> {
    const [count, began] = [this.#count(), performance.now()];
    await pause(ms);
    this.#perSecond = ((this.#count() - count) * 1000) / (performance.now() - began);
  }

  /** To be called when the fault has ended: tells the trial when the throughput was back. */
  async recovery(trial: Trial): Promise<void> {
    const began = performance.now();
    const samples: { readonly at: number; readonly count: number }[] = [];
    for (;;) {
      const [at, count] = [performance.now(), this.#count()];
      samples.push({ at, count });
      const first = samples.findLast((sample) => at - sample.at >= WINDOW_MS);
      // It was back when the window that showed it began.
      if (first !== undefined && (count - first.count) * 1000 >= SHARE * this.#perSecond * (at - first.at)) {
        return trial.recovered(Math.max(0, first.at - began));
      }
      if (at - began > WITHIN_MS + WINDOW_MS) return trial.recovered(null);
      await pause(STEP_MS);
    }
  }
}
