/**
 * One process per data folder. PGlite takes no lock of its own, and two processes on one folder silently lose rows.
 *
 * The lock is an exclusive transaction of SQLite on `keeper.lock`: a file lock of the operating system, which ends with
 * its process, so a killed keeper leaves nothing stale behind. `keeper.pid` beside it is for people: it says which
 * process holds the lock.
 */
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faultOf, makeFolder } from './data-folder.ts';

/** Another process, or this one, has the folder open. */
export class FolderHeld extends Error {
  override readonly name = 'FolderHeld';
}

export interface FolderLock {
  release(): Promise<void>;
  /** As `release`, but touches nothing in the folder, because another folder may be in its place. */
  abandon(): void;
}

/**
 * Creates the folder if it is missing and takes its lock. Throws `FolderHeld`, which names the process that has the
 * lock, and `FolderUnusable`, which says what is wrong with the folder.
 */
export async function lockFolder(dataDir: string): Promise<FolderLock> {
  await makeFolder(dataDir);
  // Imported here because Node 22 warns on stderr that this module is experimental: only users of a folder see that.
  const { DatabaseSync } = await import('node:sqlite');
  const pidFile = join(dataDir, 'keeper.pid');
  let file: InstanceType<typeof DatabaseSync> | null = null;
  try {
    file = new DatabaseSync(join(dataDir, 'keeper.lock'), { timeout: 0 });
    file.exec('begin exclusive');
    await writeFile(pidFile, `${JSON.stringify({ pid: process.pid, since: new Date().toISOString() })}\n`);
  } catch (error) {
    file?.close();
    if (isBusy(error)) {
      throw new FolderHeld(
        `the folder ${dataDir} is in use by ${holderOf(dataDir)}: end that one, or take another folder`,
        {
          cause: error,
        },
      );
    }
    throw faultOf(dataDir, error);
  }
  const open = file;
  const abandon = () => {
    if (open.isOpen) open.close();
  };
  return {
    async release() {
      if (!open.isOpen) return;
      // The file is only for people. Left behind, it does no harm.
      await rm(pidFile, { force: true }).catch(() => {});
      abandon();
    },
    abandon,
  };
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && (error as { errcode?: unknown }).errcode === SQLITE_BUSY;
}

/** From `keeper.pid`, which its holder may not have written yet. */
function holderOf(dataDir: string): string {
  try {
    const { pid, since } = JSON.parse(readFileSync(join(dataDir, 'keeper.pid'), 'utf8')) as {
      pid: number;
      since: string;
    };
    return `process ${pid} since ${since}`;
  } catch {
    return 'another process that has just started';
  }
}
