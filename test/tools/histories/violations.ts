/** What a checker found wrong, in words; the first ones of each rule, so that a broken run of many operations stays readable. */

/** The most violations told of one rule. */
const TOLD_MAX = 20;

/** The rules, each the first word of its violations. */
export type Rule =
  /** Ledgers have no gaps, end at their rows' versions, and replay to their counters; nothing is oversold. */
  | 'ledger'
  /** Orders and ledgers are two records of the same turns: all lines or none, restored once. */
  | 'order'
  /** What was answered is what the record says of that version. */
  | 'answer'
  /** The same question has the same answer. */
  | 'repeat'
  /** Every movement was asked for, what was acknowledged is there once, what was refused is not. */
  | 'asked'
  /** What was answered before another was asked is not younger than it. */
  | 'real_time'
  /** Turns over several SKUs have one order on all of them. */
  | 'one_order';

export class Violations {
  readonly #found = new Map<Rule, string[]>();
  #count = 0;

  /** `text` is asked for only when it is told. */
  add(rule: Rule, text: () => string): void {
    this.#count++;
    const told = this.#found.get(rule) ?? [];
    this.#found.set(rule, told);
    if (told.length < TOLD_MAX) told.push(`${rule}: ${text()}`);
    else if (told.length === TOLD_MAX) told.push(`${rule}: and more`);
  }

  get count(): number {
    return this.#count;
  }

  /** At most 20 of each rule. */
  get told(): string[] {
    return [...this.#found.values()].flat();
  }
}
