/** What is counted of a load: answers as they come, and what they mean for the stock. */
import { percentile } from '../../support/percentile.ts';
import type { LoadResult } from '../way.ts';

const FAULTS_MAX = 5;

export class Tally {
  readonly #latenciesMs: number[] = [];
  readonly #answers = new Map<string, number>();
  readonly #faults: string[] = [];
  #lines = 0;
  #from = Number.POSITIVE_INFINITY;
  #cpu = process.cpuUsage();
  readonly placed = { orders: 0, units: 0 };
  readonly cancelled = { orders: 0, units: 0 };

  /** From now on, answers are measured. */
  measure(): void {
    this.#from = performance.now();
    this.#cpu = process.cpuUsage();
  }

  /** An answer to a call that was due at `dueMs`; `lines` were placed by it. */
  answered(call: 'place' | 'cancel', status: number, dueMs: number, lines: number): void {
    const now = performance.now();
    const name = `${call} ${status}`;
    this.#answers.set(name, (this.#answers.get(name) ?? 0) + 1);
    if (now < this.#from) return;
    this.#latenciesMs.push(now - dueMs);
    this.#lines += lines;
  }

  fault(what: string): void {
    if (this.#faults.length < FAULTS_MAX) this.#faults.push(what);
  }

  /** To be called when all is answered. */
  result(): LoadResult {
    const { user, system } = process.cpuUsage(this.#cpu);
    const at = (share: number) => percentile(this.#latenciesMs, share);
    return {
      answered: this.#latenciesMs.length,
      lines: this.#lines,
      seconds: (performance.now() - this.#from) / 1000,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      p999Ms: at(0.999),
      answers: Object.fromEntries(this.#answers),
      placed: this.placed,
      cancelled: this.cancelled,
      faults: this.#faults,
      loadCpuSeconds: (user + system) / 1e6,
    };
  }
}
