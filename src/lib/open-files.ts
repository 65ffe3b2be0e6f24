/** How many files a process may have open, its sockets among them. */

/** What is left to the database (the embedded one has its tables open), logs, and whatever else is not a client. */
const OTHERS = 256;

interface Limits {
  /** Not on Windows. */
  readonly userLimits?: { readonly open_files?: { readonly soft?: number | 'unlimited' } };
}

/**
 * Infinite where the system sets no limit, or does not say. To be called before anything is connected: it tells of
 * every connection otherwise.
 */
export function openFilesMax(): number {
  const report = process.report?.getReport() as Limits | undefined;
  const max = Number(report?.userLimits?.open_files?.soft);
  return max > 0 ? max : Number.POSITIVE_INFINITY;
}

/** How many of them may be connections of clients: half of a few. */
export const connectionsWithin = (filesMax: number): number => Math.max(filesMax - OTHERS, Math.floor(filesMax / 2));
