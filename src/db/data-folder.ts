/**
 * The folder of an embedded database: makes it when it is missing, and says what is wrong with it in an operator's
 * words.
 */
import { lstatSync, readFileSync, statfsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** The folder cannot hold the database. The message says why, and what to do. */
export class FolderUnusable extends Error {
  override readonly name = 'FolderUnusable';
}

/** Major version of the PostgreSQL that is embedded in this build. */
const MAJOR = '18';

/** A database without any rows takes 40 MB. */
const FRESH_BYTES = 48 * 2 ** 20;
/** When less than this is free, any failure is taken for lack of room. */
const FULL_BYTES = 2 ** 20;

const FREE_SOME = 'free some room, or set DATA_DIR to a folder on another disk';
const GIVE_LEAVE =
  'give the folder and all in it to the user that runs this process, or set DATA_DIR to a folder of that user';
const NAME_ANOTHER = 'set DATA_DIR to a folder';

/** What is wrong and what to do, by error code of the operating system. */
const FAULTS: Readonly<Record<string, readonly [what: string, todo: string]>> = {
  EACCES: ['this process may not write it', GIVE_LEAVE],
  EPERM: ['this process may not write it', GIVE_LEAVE],
  EROFS: ['it is read-only', 'mount it for writing, or set DATA_DIR to a folder that can be written'],
  ENOSPC: ['its disk is full', FREE_SOME],
  EDQUOT: ['the quota of its disk is used up', FREE_SOME],
  ENOTDIR: ['it, or a part of its path, is a file', NAME_ANOTHER],
  ENAMETOOLONG: ['its path is too long', 'set DATA_DIR to a shorter path'],
  ELOOP: ['its path goes in a circle of symbolic links', NAME_ANOTHER],
  ENOENT: ['it is not there, and cannot be made there', 'set DATA_DIR to a folder on a disk'],
  ERR_INVALID_ARG_VALUE: ['its path has a NUL in it', NAME_ANOTHER],
  EMFILE: ['this process may open no more files', 'raise its limit (ulimit -n)'],
  ENFILE: ['the machine has no more files to open', 'raise its limit'],
  EISDIR: ['keeper.pid in it is a folder', 'take it away while no Stock Keeper runs'],
  CANTOPEN: ['keeper.lock in it cannot be opened', `take it away while no Stock Keeper runs, or ${GIVE_LEAVE}`],
  NOTADB: ['keeper.lock in it is damaged', 'take it away while no Stock Keeper runs'],
  EIO: ['its disk fails', 'look into the log of the operating system, and restore a backup on another disk'],
};

/** Error numbers of the embedded database's own operating system, and of SQLite, which holds the lock. */
const WASI: Readonly<Record<number, string>> = {
  2: 'EACCES',
  19: 'EDQUOT',
  29: 'EIO',
  33: 'EMFILE',
  41: 'ENFILE',
  51: 'ENOSPC',
  63: 'EPERM',
  69: 'EROFS',
};
const SQLITE: Readonly<Record<number, string>> = {
  3: 'EACCES',
  8: 'EROFS',
  10: 'EIO',
  13: 'ENOSPC',
  14: 'CANTOPEN',
  26: 'NOTADB',
};

/**
 * Makes the folder and its missing parents, one after another. Node's own recursive way tries for ever where none can
 * be made, as in `/proc`. Throws `FolderUnusable`.
 */
export async function makeFolder(dataDir: string): Promise<void> {
  const missing: string[] = [];
  try {
    for (let at = resolve(dataDir); !(await isFolder(at)); at = dirname(at)) missing.push(at);
    for (const folder of missing.reverse()) await mkdir(folder).catch(unlessThere);
  } catch (error) {
    throw faultOf(dataDir, error);
  }
}

/** Looks at what is in the folder. Throws `FolderUnusable` where no database could be opened or made. */
export function refuseFolder(dataDir: string): void {
  if (versionIn(dataDir) !== null) {
    throw unusable(dataDir, [
      'it is the data folder of a PostgreSQL server',
      'set DATABASE_URL to that server, or DATA_DIR to another folder',
    ]);
  }
  const found = versionIn(join(dataDir, 'pglite'));
  if (found !== null && found !== MAJOR) {
    throw unusable(dataDir, [
      `its database is of PostgreSQL ${found}, and this build embeds ${MAJOR}`,
      'start the Stock Keeper that made it, or set DATA_DIR to another folder',
    ]);
  }
  if (found === null && roomOn(dataDir) < FRESH_BYTES) {
    throw unusable(dataDir, [
      `its disk has no room for a new database, which takes ${FRESH_BYTES / 2 ** 20} MB and then grows`,
      FREE_SOME,
    ]);
  }
}

/** The meaning of an error that came while the folder was used. An error that already says it is returned as it is. */
export function faultOf(dataDir: string, error: unknown): Error {
  if (error instanceof FolderUnusable) return error;
  const known = FAULTS[codeOf(error)] ?? (roomOn(dataDir) < FULL_BYTES ? FAULTS['ENOSPC'] : undefined);
  if (known !== undefined) return unusable(dataDir, known, error);
  return error instanceof Error ? error : new Error(JSON.stringify(error), { cause: error });
}

/** As `faultOf`, for an error of an embedded database that does not even open. */
export function openingFaultOf(dataDir: string, error: unknown): Error {
  const fault = faultOf(dataDir, error);
  if (fault instanceof FolderUnusable) return fault;
  const damaged = `its database is damaged, or is none (${fault.message})`;
  return unusable(dataDir, [damaged, 'restore a backup of the folder, or set DATA_DIR to another one'], error);
}

function codeOf(error: unknown): string {
  const { code, errno, errcode } = (error ?? {}) as { code?: unknown; errno?: unknown; errcode?: unknown };
  if (typeof errcode === 'number') return SQLITE[errcode & 0xff] ?? '';
  // Errors of Node have a code. Errors of the embedded database have only the number.
  if (typeof code !== 'string' && typeof errno === 'number') return WASI[errno] ?? '';
  return String(code);
}

function unusable(dataDir: string, [what, todo]: readonly [string, string], cause?: unknown): FolderUnusable {
  return new FolderUnusable(`the folder ${JSON.stringify(dataDir)} cannot hold the database: ${what}; ${todo}`, {
    ...(cause === undefined ? {} : { cause }),
  });
}

async function isFolder(at: string): Promise<boolean> {
  try {
    if ((await stat(at)).isDirectory()) return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (lstatSync(at, { throwIfNoEntry: false }) === undefined) return false;
    throw unusable(at, ['it is a symbolic link to what is not there', 'make what it leads to, or set it right']);
  }
  throw Object.assign(new Error(`${at} is a file`), { code: 'ENOTDIR' });
}

function unlessThere(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}

/** The PostgreSQL version of the database in a folder; `null` where there is no database. */
function versionIn(folder: string): string | null {
  try {
    return readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  } catch {
    return null;
  }
}

/** Bytes that this process may still write; infinite where the file system does not say. */
function roomOn(folder: string): number {
  try {
    const { bavail, bsize, blocks } = statfsSync(folder);
    return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
