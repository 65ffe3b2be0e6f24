/** Runs seeds one after another and sums up what they met. An error that nobody awaits counts against the seed that is running. */
import { Coverage } from './coverage.ts';
import { type Run, simulate } from './simulate.ts';

export interface Summary {
  readonly seeds: number;
  readonly events: number;
  /** The longest that any call waited for its answer, milliseconds of virtual time. */
  readonly longestMs: number;
  readonly coverage: readonly (readonly [string, number])[];
  /** Worlds in which a law was broken. */
  readonly broken: readonly Pick<Run, 'seed' | 'violations'>[];
}

/** `count` seeds from `from` on; with `untilBroken` no more after the first that breaks a law. */
export async function runSeeds(from: number, count: number, untilBroken = false): Promise<Summary> {
  const coverage = new Coverage();
  const broken: Pick<Run, 'seed' | 'violations'>[] = [];
  const astray: string[] = [];
  const note = (error: unknown) =>
    astray.push(`nobody awaited ${error instanceof Error ? error.stack : String(error)}`);
  process.on('unhandledRejection', note);
  let events = 0;
  let longestMs = 0;
  let seed = from;
  for (; seed < from + count && !(untilBroken && broken.length > 0); seed++) {
    const run = await simulate(seed);
    coverage.add(run.coverage);
    events += run.events;
    longestMs = Math.max(longestMs, run.longestMs);
    const violations = [...run.violations, ...astray.splice(0)];
    if (violations.length > 0) broken.push({ seed, violations });
  }
  process.off('unhandledRejection', note);
  return { seeds: seed - from, events, longestMs, coverage: coverage.entries(), broken };
}

/** The sum of two. */
export function together(a: Summary, b: Summary): Summary {
  const coverage = new Coverage();
  coverage.add(a.coverage);
  coverage.add(b.coverage);
  return {
    seeds: a.seeds + b.seeds,
    events: a.events + b.events,
    longestMs: Math.max(a.longestMs, b.longestMs),
    coverage: coverage.entries(),
    broken: [...a.broken, ...b.broken],
  };
}

export const NOTHING_YET: Summary = { seeds: 0, events: 0, longestMs: 0, coverage: [], broken: [] };
