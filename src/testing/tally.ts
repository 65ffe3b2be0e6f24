/**
 * Counts what was tried and what the shop answered. A check that found nothing must not be mistaken for one that never
 * ran.
 */
import { AdapterFault } from './adapter.ts';
import type { Retries } from './history.ts';
import type { Call, Told } from './model.ts';

/** What was tried without breaking a law. */
export interface CheckReport {
  readonly seed: number;
  /** Histories that ran. When the time was up, they are fewer than asked for. */
  readonly runs: number;
  /** Calls that were made, without the looks at stock and sales. */
  readonly calls: number;
  /** How often several calls were made at the same time. */
  readonly together: number;
  /** Orders placed, and places refused. Repeats count too. */
  readonly placed: number;
  readonly refused: number;
  /** Orders cancelled, and how many of these were asked to be cancelled again. */
  readonly cancelled: number;
  readonly cancelledTwice: number;
  readonly restarts: number;
  /**
   * Calls by kind and answer, e.g. `{ 'ship done': 80, 'cancel unknown': 3 }`. `unknown`: the call threw, or was cut
   * off.
   */
  readonly answers: Readonly<Record<string, number>>;
  readonly ms: number;
  /** The same in a sentence, for a log. */
  readonly summary: string;
}

/** A call that was made this often and was never done shows that something is missing. */
const NEVER_DONE = 100;

export class Tally {
  #runs = 0;
  #calls = 0;
  #together = 0;
  #cancelled = 0;
  #cancelledTwice = 0;
  readonly #answers = new Map<string, number>();
  /** The last error of each kind of call, without those of crashes. */
  readonly #failed = new Map<Call['kind'], unknown>();

  get runs(): number {
    return this.#runs;
  }

  /** Counts the bursts of one history. */
  count(bursts: readonly (readonly Told[])[]): void {
    this.#runs++;
    const cancels = new Map<string, Told[]>();
    for (const burst of bursts) {
      this.#countBurst(burst);
      for (const told of burst) {
        if (told.call.kind === 'cancel') cancels.set(told.call.order, [...(cancels.get(told.call.order) ?? []), told]);
      }
    }
    for (const told of cancels.values()) {
      if (!told.some(({ answer }) => answer === 'done')) continue;
      this.#cancelled++;
      if (told.length > 1) this.#cancelledTwice++;
    }
  }

  report(seed: number, ms: number): CheckReport {
    const report = {
      seed,
      runs: this.#runs,
      calls: this.#calls,
      together: this.#together,
      placed: this.#of('place done'),
      refused: this.#of('place refused'),
      cancelled: this.#cancelled,
      cancelledTwice: this.#cancelledTwice,
      restarts: this.#of('restart done'),
      answers: Object.fromEntries(this.#answers),
      ms: Math.round(ms),
    };
    return { ...report, summary: summaryOf(report) };
  }

  /** If nothing was done, "nothing broke" says nothing. Throws `AdapterFault` then. */
  refuseHollow(report: CheckReport, retries: Retries): void {
    for (const [kind, cause] of this.#failed) {
      if (this.#of(`${kind} done`) + this.#of(`${kind} refused`) > 0) continue;
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new AdapterFault(`every ${kind} failed, the last with: ${text}`, { cause });
    }
    const refuse = (what: string) => {
      throw new AdapterFault(`${what}, so nothing is known of the shop. Tried: ${report.summary}`);
    };
    if (report.placed === 0) refuse('no order was ever placed');
    if (report.cancelled === 0) refuse('no order was ever cancelled');
    if (retries !== 'none' && report.cancelledTwice === 0) refuse('no order was ever cancelled twice');
    for (const kind of ['confirm', 'expire', 'ship', 'return'] as const) {
      if (this.#of(`${kind} done`) > 0 || this.#of(`${kind} refused`) < NEVER_DONE) continue;
      throw new AdapterFault(`${kind} was refused ${this.#of(`${kind} refused`)} times and never done`);
    }
  }

  #countBurst(burst: readonly Told[]): void {
    this.#calls += burst.length;
    if (burst.length > 1) this.#together++;
    const isCrash = burst.some(({ call }) => call.kind === 'restart');
    for (const { call, answer, error } of burst) {
      const name = `${call.kind} ${answer}`;
      this.#answers.set(name, this.#of(name) + 1);
      if (answer === 'unknown' && !isCrash) this.#failed.set(call.kind, error);
    }
  }

  #of(name: string): number {
    return this.#answers.get(name) ?? 0;
  }
}

function summaryOf(report: Omit<CheckReport, 'summary'>): string {
  const { runs, calls, ms, placed, refused, cancelled, cancelledTwice, together, restarts, seed } = report;
  return [
    `${runs} histories, ${calls} calls in ${ms} ms (seed ${seed})`,
    `${placed} placed, ${refused} refused`,
    `${cancelled} orders cancelled, ${cancelledTwice} of them more than once`,
    `${together} times several calls at once`,
    ...(restarts > 0 ? [`${restarts} restarts`] : []),
  ].join('; ');
}
