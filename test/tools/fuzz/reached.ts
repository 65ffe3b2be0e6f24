/** Which of the documented answers a run has seen. */
import type { Call } from './api.ts';

/** No request alone brings these about: keys that are asked for, limits by rate, a bug, a full door or a database that is away. */
const OUT_OF_REACH = [401, 403, 429, 500, 503];

export class Reached {
  readonly #calls: readonly Call[];
  readonly #seen = new Map<string, number>();

  constructor(calls: readonly Call[]) {
    this.#calls = calls;
  }

  note({ name }: Call, status: number, code: string): void {
    for (const key of new Set([`${name} ${status}`, `${name} ${status} ${code}`.trim()]))
      this.#seen.set(key, (this.#seen.get(key) ?? 0) + 1);
  }

  /** Documented statuses that were not seen, `POST /orders 413`. */
  unseenStatuses(): string[] {
    return this.#documented().flatMap(({ key, codes }) => (this.#seen.has(key) || codes === null ? [] : [key]));
  }

  /** Documented problems that were not seen, of statuses that were. */
  unseenProblems(): string[] {
    return this.#documented().flatMap(({ key, codes }) =>
      codes === null || !this.#seen.has(key)
        ? []
        : codes.map((code) => `${key} ${code}`).filter((one) => !this.#seen.has(one)),
    );
  }

  /** One line a call: how often each status was seen. */
  table(): string[] {
    return this.#calls.map(({ name, answers }) => {
      const seen = [...answers.keys()]
        .filter((status) => !OUT_OF_REACH.includes(status))
        .map((status) => `${status}×${this.#seen.get(`${name} ${status}`) ?? 0}`);
      return `${name.padEnd(34)} ${seen.join('  ')}`;
    });
  }

  #documented(): { readonly key: string; readonly codes: readonly string[] | null }[] {
    return this.#calls.flatMap(({ name, answers }) =>
      [...answers].map(([status, { codes }]) => ({
        key: `${name} ${status}`,
        codes: OUT_OF_REACH.includes(status) ? null : codes,
      })),
    );
  }
}
