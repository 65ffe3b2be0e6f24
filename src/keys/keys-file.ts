/** The keys file on disk: checks who may touch it, and replaces it as a whole. */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { ApiKey } from './api-key.ts';
import { formatKeys, parseKeys } from './key-list.ts';

/** Bytes. A hundred keys take 30 kB. */
const FILE_MAX = 1024 * 1024;

export type KeysFileRead =
  | { readonly kind: 'read'; readonly keys: readonly ApiKey[]; readonly warnings: readonly string[] }
  | { readonly kind: 'absent' }
  /** The sentences go after the name of the file. */
  | { readonly kind: 'wrong'; readonly faults: readonly string[] };

/**
 * Reads the whole file. Anyone who can write it could add a key, so a file that others may write is wrong. Anyone who
 * can read it learns names and roles, but cannot make a key of a digest. That is only a warning, because many places
 * mount secrets readable.
 */
export function readKeysFile(file: string): KeysFileRead {
  let descriptor: number;
  try {
    // Opening a pipe would block.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? { kind: 'absent' } : { kind: 'wrong', faults: [`cannot be opened: ${code}`] };
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { kind: 'wrong', faults: ['is not a file'] };
    if (stats.size > FILE_MAX) return { kind: 'wrong', faults: [`is larger than ${FILE_MAX} bytes`] };
    if (isOpenTo(stats, 0o022)) {
      return { kind: 'wrong', faults: ['may be written by others than its owner, who could add a key: chmod 600'] };
    }
    const read = parseKeys(readFileSync(descriptor, 'utf8'));
    if (!read.ok) return { kind: 'wrong', faults: read.faults };
    const warnings = [
      ...(isOpenTo(stats, 0o044) ? ['may be read by others than its owner: chmod 600'] : []),
      ...(read.keys.length === 0 ? ['has no key: every request is refused'] : []),
    ];
    return { kind: 'read', keys: read.keys, warnings };
  } catch (error) {
    return { kind: 'wrong', faults: [`cannot be read: ${(error as NodeJS.ErrnoException).code}`] };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Replaces the file in one step, for its owner alone. A reader sees either the old keys or the new ones. Throws errors
 * of the file system.
 */
export function writeKeysFile(file: string, keys: readonly ApiKey[]): void {
  const target = placeOf(file);
  const fresh = `${target}.${process.pid}.tmp`;
  const descriptor = openFresh(fresh, target);
  try {
    fchmodSync(descriptor, 0o600);
    const owner = statSync(target, { throwIfNoEntry: false });
    // Root may write it for a service that runs as another user. That user must be able to read it again.
    if (owner !== undefined && owner.uid !== fstatSync(descriptor).uid) fchownSync(descriptor, owner.uid, owner.gid);
    writeFileSync(descriptor, formatKeys(keys));
    fsyncSync(descriptor);
    renameSync(fresh, target);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Errors name the final file, because nobody knows the temporary one. */
function openFresh(fresh: string, target: string): number {
  try {
    return openSync(fresh, 'wx', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const folder = path.dirname(target);
    const why = code === 'ENOENT' ? `there is no folder ${folder}: make it` : `${folder} cannot be written (${code})`;
    throw new Error(`${target} cannot be written: ${why}`, { cause: error });
  }
}

/** Windows keeps its permissions elsewhere. */
const isOpenTo = ({ mode }: Stats, bits: number): boolean => process.platform !== 'win32' && (mode & bits) !== 0;

/** The file to replace. For a symbolic link, that is the file it leads to. */
function placeOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
