/** What a command needs could not be brought into memory: for now, or because what is stored cannot be true. */
import { Corrupt, quarantinedName } from '../../lib/corrupt.ts';

/** A further attempt may overcome it. */
export class LoadFailed extends Error {
  override readonly name = 'LoadFailed';
}

/** Waits for all. Throws `Corrupt` when a row cannot be true, `LoadFailed` when one could not be read. */
export async function allLoaded(loads: readonly Promise<void>[]): Promise<void> {
  try {
    await Promise.all(loads);
  } catch (cause) {
    if (cause instanceof Corrupt) throw cause;
    throw new LoadFailed('the database could not be read', { cause });
  }
}

/**
 * Memory may be behind another writer: what a turn finds wrong in it counts when rows read anew say so again, of the
 * same SKU or order. Another one that it trips over has not been read anew.
 */
export function isCertain(error: unknown, earlier: Error | null): error is Corrupt {
  if (!(error instanceof Corrupt)) return false;
  if (error.isStored) return true;
  return earlier instanceof Corrupt && quarantinedName(earlier.quarantined) === quarantinedName(error.quarantined);
}
