/** What follows for those in memory, and for those who wait, when the journal says what became of entries. */
import type { Aftermath, Entry, Verdict } from '../journal/journal.ts';
import type { Resident } from './memory/residents.ts';

const AFTERMATH: Aftermath = {
  /** Who was changed by an entry that is durable has nothing under way any more: it lets go of the entry. */
  durable(entries) {
    for (const entry of entries) {
      for (const resident of writtenBy(entry)) if (resident.lastEntry === entry) resident.lastEntry = null;
    }
  },
  /** Memory that lost its commit is thrown away, never repaired. */
  lost(entries) {
    for (const entry of entries) {
      for (const resident of writtenBy(entry)) resident.home.evict(resident);
    }
  },
};

/** `lostToo` is told of lost entries as well, when their memory is gone. */
export function aftermathOf(lostToo: Aftermath['lost']): Aftermath {
  return {
    durable: AFTERMATH.durable,
    lost(entries) {
      AFTERMATH.lost(entries);
      lostToo(entries);
    },
  };
}

const writtenBy = (entry: Entry) => entry.writes as readonly Resident<unknown>[];

/** What became of entries. Nearly always it is one: `Promise.all` would make four more objects for it. */
export async function verdictsOf(entries: readonly Entry[]): Promise<readonly Verdict[]> {
  const [only, ...others] = entries;
  if (only !== undefined && others.length === 0) return [await only.settled];
  return Promise.all(entries.map((entry) => entry.settled));
}
