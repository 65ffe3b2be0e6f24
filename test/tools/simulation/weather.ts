/** What becomes of each call to the database, decided by chance from the faults that this world has. */
import type { Coverage } from './coverage.ts';
import type { Fault, Profile } from './profile.ts';
import type { Random } from './random.ts';

/** How a commit ends. `late` is answered unknown and written afterwards. */
export type CommitFate = 'done' | 'aborted' | 'unknown_done' | 'unknown_not_done' | 'late';
export type LoadFate = 'done' | 'fails_before' | 'fails_after';

/** What becomes of a call: milliseconds until it takes effect, and from then until it is answered. */
export interface Fate<T> {
  readonly kind: T;
  readonly toMs: number;
  readonly backMs: number;
}

/** The longest that a call hangs, milliseconds: the store has a deadline for each. */
export const HANG_MS = 12_000;

export class Weather {
  /** From here on nothing fails any more. */
  #isOver = false;
  /** Commits abort until then, as when transactions of others get in the way. */
  #burstUntil = 0;
  readonly #faults: Profile['faults'];
  readonly #random: Random;
  readonly #coverage: Coverage;

  constructor(faults: Profile['faults'], random: Random, coverage: Coverage) {
    this.#faults = faults;
    this.#random = random;
    this.#coverage = coverage;
  }

  clearUp(): void {
    this.#isOver = true;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  commit(now: number): Fate<CommitFate> {
    const kind = this.#commitKind(now);
    if (kind !== 'done') this.#coverage.count(`fault: commit ${kind}`);
    const { toMs, backMs } = this.#times();
    if (kind === 'done' || kind === 'aborted') return { kind, toMs, backMs };
    if (!this.#strikes('commit_hangs', 0.5)) return { kind, toMs, backMs };
    this.#coverage.count('fault: commit hangs');
    return { kind, toMs, backMs: this.#random.integer(500, HANG_MS) };
  }

  load(): Fate<LoadFate> {
    const times = this.#times();
    if (this.#strikes('load_hangs', 0.03)) {
      this.#coverage.count('fault: load hangs');
      return { kind: 'fails_before', toMs: times.toMs, backMs: this.#random.integer(500, HANG_MS) };
    }
    if (!this.#strikes('load_fails', 0.12)) return { kind: 'done', ...times };
    this.#coverage.count('fault: load fails');
    return { kind: this.#random.pick(['fails_before', 'fails_after']), ...times };
  }

  #commitKind(now: number): CommitFate {
    if (now < this.#burstUntil && !this.#isOver) return this.#random.chance(0.8) ? 'aborted' : 'done';
    if (this.#strikes('serialization_burst', 0.04)) {
      this.#coverage.count('fault: serialization burst');
      this.#burstUntil = now + this.#random.integer(5, 400);
      return 'aborted';
    }
    if (this.#strikes('aborted', 0.1)) return 'aborted';
    if (this.#strikes('unknown_done', 0.08)) return 'unknown_done';
    if (this.#strikes('unknown_not_done', 0.06)) return 'unknown_not_done';
    if (this.#strikes('commit_late', 0.08)) return 'late';
    return 'done';
  }

  #times(): { toMs: number; backMs: number } {
    const isSlow = this.#strikes('slow', 0.1);
    if (isSlow) this.#coverage.count('fault: slow');
    const most = isSlow ? 400 : 4;
    return { toMs: this.#random.integer(0, most), backMs: this.#random.integer(0, most) };
  }

  #strikes(fault: Fault, probability: number): boolean {
    return !this.#isOver && this.#faults.has(fault) && this.#random.chance(probability);
  }
}
