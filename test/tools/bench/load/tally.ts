/**
 * What is counted in a load.
 * States: warming_up → measuring → over, changed by whoever runs the load (`begin`, `end`).
 */
import { percentile } from '../../../support/percentile.ts';
import type { LoadResult } from '../way.ts';
import type { AskedOrder } from './workloads.ts';

export type Call = 'place' | 'cancel';

const FAULTS_MAX = 5;

export class Tally {
  state: 'warming_up' | 'measuring' | 'over' = 'warming_up';
  /** When it began and ended to be measured, milliseconds of `performance.now`. */
  beganMs = Number.POSITIVE_INFINITY;
  endedMs = Number.POSITIVE_INFINITY;
  /** Orders refused for lack of stock. */
  refused = 0;
  readonly placed = { orders: 0, units: 0 };
  readonly cancelled = { orders: 0, units: 0 };
  readonly #sellsOut: boolean;
  readonly #answers: Readonly<Record<Call, Map<number, number>>> = { place: new Map(), cancel: new Map() };
  readonly #faults: string[] = [];
  readonly #latenciesMs: number[] = [];
  #answered = 0;
  #lines = 0;
  #cpuSeconds = 0;

  /** `sellsOut`: a refusal for lack of stock is an answer like any other. */
  constructor(sellsOut: boolean) {
    this.#sellsOut = sellsOut;
  }

  begin(): void {
    this.state = 'measuring';
    this.beganMs = performance.now();
    this.#cpuSeconds = cpuSeconds();
  }

  end(): void {
    this.state = 'over';
    this.endedMs = performance.now();
    this.#cpuSeconds = cpuSeconds() - this.#cpuSeconds;
  }

  /** Notes an answer, and whether it counts among the measured ones. `text` says more of one that makes no sense. */
  answer(call: Call, status: number, latencyMs: number, measured: boolean, text: string): void {
    const counts = this.#answers[call];
    counts.set(status, (counts.get(status) ?? 0) + 1);
    if (status === 409) this.refused++;
    if (!this.#isExpected(call, status)) this.fault(`${call} was answered ${status} ${text}`.trimEnd());
    if (!measured) return;
    this.#latenciesMs.push(latencyMs);
    // Sent away undecided: it took its time, but nothing came of it.
    if (status !== 503) this.#answered++;
  }

  /** Notes an order that was answered as placed. */
  placedOrder(order: AskedOrder, measured: boolean): void {
    this.placed.orders++;
    this.placed.units += order.units;
    if (measured) this.#lines += order.lines.length;
  }

  /** Notes an order of which at least one cancel was answered 200. */
  cancelledOrder(order: AskedOrder): void {
    this.cancelled.orders++;
    this.cancelled.units += order.units;
  }

  fault(words: string): void {
    if (this.#faults.length < FAULTS_MAX) this.#faults.push(words);
  }

  /** To be called when it is over and nothing is unanswered. Percentiles are exact: of all latencies, by nearest rank; 0 of none. */
  result(): LoadResult {
    const at = (share: number): number => (this.#latenciesMs.length === 0 ? 0 : percentile(this.#latenciesMs, share));
    const answers = Object.entries(this.#answers).flatMap(([call, counts]) =>
      Array.from(counts, ([status, count]) => [`${call} ${status}`, count] as const),
    );
    return {
      answered: this.#answered,
      lines: this.#lines,
      seconds: (this.endedMs - this.beganMs) / 1000,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      p999Ms: at(0.999),
      answers: Object.fromEntries(answers),
      placed: this.placed,
      cancelled: this.cancelled,
      faults: this.#faults,
      loadCpuSeconds: this.#cpuSeconds,
    };
  }

  #isExpected(call: Call, status: number): boolean {
    if (status === 503) return true;
    if (call === 'cancel') return status === 200;
    return status === 201 || (status === 409 && this.#sellsOut);
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
