/**
 * Turns over several SKUs happen at one moment, so there is one order of them all that agrees with the versions of every SKU. What saw several
 * SKUs at one moment (a list, shortages) stands in that order too: that is a snapshot. A circle shows that there is none. O(n log n).
 */
import type { Violations } from './violations.ts';

/** Versions that one moment made, or saw: behind that movement and before the next. */
export interface Moment {
  readonly versions: readonly { readonly skuId: string; readonly version: number }[];
  readonly made: boolean;
  readonly told: () => string;
}

/** The most moments named of a circle. */
const NAMED_MAX = 4;

/** `moments` of one SKU alone may be left out: they close no circle. */
export function checkOneOrder(moments: readonly Moment[], violations: Violations): void {
  const after = moments.map((): number[] => []);
  const before = new Uint32Array(moments.length);
  const link = (from: number, to: number) => {
    if (from === to) return;
    after[from]?.push(to);
    before[to] = (before[to] ?? 0) + 1;
  };
  for (const line of bySku(moments).values()) linkLine(line, link);

  const free = moments.flatMap((_, i) => (before[i] === 0 ? [i] : []));
  let ordered = 0;
  for (let i = free.pop(); i !== undefined; i = free.pop()) {
    ordered++;
    for (const next of after[i] ?? []) {
      before[next] = (before[next] ?? 0) - 1;
      if (before[next] === 0) free.push(next);
    }
  }
  if (ordered === moments.length) return;
  violations.add('one_order', () => {
    const circle = circleIn(after, before);
    const named = circle.slice(0, NAMED_MAX).map((i) => moments[i] as Moment);
    const skus = [
      ...new Set(named.flatMap(({ versions }) => versions.map(({ skuId, version }) => `${skuId}@${version}`))),
    ];
    return `no one order of ${circle.length} turns over several SKUs, each before the next and the last before the first: ${named.map((moment) => moment.told()).join('; ')} (${skus.join(', ')})`;
  });
}

interface Stop {
  readonly at: number;
  readonly version: number;
  readonly made: boolean;
}

function bySku(moments: readonly Moment[]): Map<string, Stop[]> {
  const lines = new Map<string, Stop[]>();
  for (const [at, { versions, made }] of moments.entries()) {
    for (const { skuId, version } of versions) {
      const line = lines.get(skuId);
      if (line === undefined) lines.set(skuId, [{ at, version, made }]);
      else line.push({ at, version, made });
    }
  }
  return lines;
}

/** What saw a version comes behind what made it and before what made the next; what saw the same has no order among itself. */
function linkLine(line: Stop[], link: (from: number, to: number) => void): void {
  line.sort((a, b) => a.version - b.version || Number(b.made) - Number(a.made));
  let made: number | null = null;
  let sights: number[] = [];
  for (const stop of line) {
    if (stop.made) {
      for (const sight of sights) link(sight, stop.at);
      if (made !== null) link(made, stop.at);
      made = stop.at;
      sights = [];
    } else {
      if (made !== null) link(made, stop.at);
      sights.push(stop.at);
    }
  }
}

/** A circle among those that could not be ordered: from any of them, go on to one that could not either until one comes again. */
function circleIn(after: readonly (readonly number[])[], before: Uint32Array): number[] {
  const came = new Map<number, number>();
  const into = after.map((): number[] => []);
  for (const [i, nexts] of after.entries()) if ((before[i] ?? 0) > 0) for (const next of nexts) into[next]?.push(i);
  const path: number[] = [];
  let i = before.findIndex((count) => count > 0);
  while (!came.has(i)) {
    came.set(i, path.length);
    path.push(i);
    // Each of them waits for another one of them.
    i = into[i]?.find((from) => (before[from] ?? 0) > 0) ?? i;
  }
  return path.slice(came.get(i)).reverse();
}
