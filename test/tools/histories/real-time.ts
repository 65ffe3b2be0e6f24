/**
 * Real-time order, on one thing that has versions at a time: what was answered before another was asked is not younger than it, and nobody
 * sees what nobody has asked for yet. O(n log n).
 */
import type { Violations } from './violations.ts';

/** Somebody saw a version, or made it, at some moment from `invoked` to `completed`. */
export interface Sight {
  readonly version: number;
  readonly invoked: number;
  /** `Infinity` for what was never answered: nothing rests on it. */
  readonly completed: number;
  /** Made by this one: it is above all that was seen before, not only as high. */
  readonly made: boolean;
  readonly told: () => string;
}

export class RealTime {
  readonly #sights = new Map<string, Sight[]>();

  /** `thing` is named in violations, e.g. `SKU tea`. */
  see(thing: string, sight: Sight): void {
    const sights = this.#sights.get(thing);
    if (sights === undefined) this.#sights.set(thing, [sight]);
    else sights.push(sight);
  }

  check(violations: Violations): void {
    for (const [thing, sights] of this.#sights) {
      checkFloor(thing, sights, violations);
      checkCeiling(thing, sights, violations);
    }
  }
}

/** Nobody sees less than was answered before they asked. */
function checkFloor(thing: string, sights: readonly Sight[], violations: Violations): void {
  const answered = sights.toSorted((a, b) => a.completed - b.completed);
  let next = 0;
  let floor: Sight | null = null;
  for (const sight of sights.toSorted((a, b) => a.invoked - b.invoked)) {
    for (let other = answered[next]; other !== undefined && other.completed < sight.invoked; other = answered[++next]) {
      if (floor === null || other.version > floor.version) floor = other;
    }
    if (floor === null || floor.version < sight.version || (floor.version === sight.version && !sight.made)) continue;
    const before = floor;
    violations.add('real_time', () => {
      const did = sight.made ? 'made' : 'saw';
      return `${thing}: ${sight.told()} ${did} version ${sight.version}, and version ${before.version} was answered before: ${before.told()}`;
    });
  }
}

/** Nobody sees a version before somebody asked for it, or for one below it. */
function checkCeiling(thing: string, sights: readonly Sight[], violations: Violations): void {
  const byVersion = sights.toSorted((a, b) => a.version - b.version || Number(b.made) - Number(a.made));
  let last: Sight | null = null;
  for (const sight of byVersion) {
    if (last !== null && sight.completed < last.invoked) {
      const cause = last;
      violations.add('real_time', () => {
        const rests = `version ${cause.version} had not been asked for: ${cause.told()}`;
        return `${thing}: ${sight.told()} saw version ${sight.version} when ${rests}`;
      });
    }
    if (sight.made && (last === null || sight.invoked > last.invoked)) last = sight;
  }
}
