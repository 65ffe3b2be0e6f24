/** What a command needs could not be brought into memory: for now, or because what is stored cannot be true. */
import { Corrupt, quarantinedName } from '../../lib/corrupt.ts';

/** A further attempt may overcome it. */
export class LoadFailed extends Error {
  override readonly name = 'LoadFailed';
}

/** Waits for all loads. Throws `Corrupt` when a row cannot be true, `LoadFailed` when one could not be read. */
export async function allLoaded(loads: readonly Promise<void>[]): Promise<void> {
  try {
    await Promise.all(loads);
  } catch (cause) {
    if (cause instanceof Corrupt) throw cause;
    throw new LoadFailed('the database could not be read', { cause });
  }
}

/**
 * Whether a fault is certain. Memory may be behind another writer, so a fault that a turn finds in it counts only if
 * rows read anew show a fault of the same SKU or order again. A fault of another one does not count, because that one
 * has not been read anew.
 */
export function isCertain(error: unknown, earlier: Error | null): error is Corrupt {
  if (!(error instanceof Corrupt)) return false;
  if (error.isStored) return true;
  return earlier instanceof Corrupt && quarantinedName(earlier.quarantined) === quarantinedName(error.quarantined);
}
