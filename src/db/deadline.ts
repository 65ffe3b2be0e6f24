/** A deadline for work on the database. */
import type { Database } from './database.ts';

/**
 * Runs work on the database with a deadline. A statement on a dead wire never answers, and holds its place in the pool.
 * Past the deadline all connections are cut, so that what waits on them rejects. A statement that is only slow has been
 * ended by the server before that.
 */
export async function within<T>(
  database: Pick<Database, 'sever'>,
  deadlineMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const late = setTimeout(database.sever, deadlineMs);
  try {
    return await work();
  } finally {
    clearTimeout(late);
  }
}
