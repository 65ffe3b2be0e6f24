/** How many files a process may have open. Sockets count as files. */

/** Files for everything but clients: the database (the embedded one has its tables open), logs, and the rest. */
const OTHERS = 256;

interface Limits {
  /** Not on Windows. */
  readonly userLimits?: { readonly open_files?: { readonly soft?: number | 'unlimited' } };
}

/**
 * Infinite where the system sets no limit or reports none. Call before anything is connected, because the report lists
 * every connection.
 */
export function openFilesMax(): number {
  const report = process.report?.getReport() as Limits | undefined;
  const max = Number(report?.userLimits?.open_files?.soft);
  return max > 0 ? max : Number.POSITIVE_INFINITY;
}

/** How many of these files may be client connections; half of them when there are few. */
export const connectionsWithin = (filesMax: number): number => Math.max(filesMax - OTHERS, Math.floor(filesMax / 2));
