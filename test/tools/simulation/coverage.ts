/** How often each fault, answer and rare path occurred: a simulation that never reaches something is to be seen. */
export class Coverage {
  readonly #counts = new Map<string, number>();

  count(name: string, times = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + times);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Name and count, by name. */
  entries(): [string, number][] {
    return [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  add(others: Iterable<readonly [string, number]>): void {
    for (const [name, times] of others) this.count(name, times);
  }
}
