/** What happens to residents, and to the waiting line, when the journal says what became of entries. */
import type { Aftermath, Entry, Verdict } from '../journal/journal.ts';
import type { Resident } from './memory/residents.ts';

const AFTERMATH: Aftermath = {
  /** A durable entry is no longer under way, so the residents that it changed let go of it. */
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

/** `lostToo` is called with lost entries as well, after their memory has been thrown away. */
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

/** The verdict on each entry. It is nearly always one entry, and `Promise.all` would make four more objects for it. */
export async function verdictsOf(entries: readonly Entry[]): Promise<readonly Verdict[]> {
  const [only, ...others] = entries;
  if (only !== undefined && others.length === 0) return [await only.settled];
  return Promise.all(entries.map((entry) => entry.settled));
}
