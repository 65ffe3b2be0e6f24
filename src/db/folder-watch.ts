/**
 * Checks that an open embedded database is still where it was. If its files were deleted, they would take what is
 * written to them and keep none of it. If another folder were in its place, two databases would be mixed. A watch of
 * the operating system reports such things late or never, so the folder is looked at: at each statement, before a
 * commit is believed, and every half second.
 */
import { accessSync, constants, type Dir, opendirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Continuity, DatabaseLost } from './continuity.ts';

/** Short enough that an idle process notices within a second. */
const LOOK_MS = 500;

export class FolderWatch {
  readonly #dataDir: string;
  readonly #continuity: Continuity;
  readonly #files: readonly { readonly path: string; readonly inode: string }[];
  /** Kept open, so that no other folder can be given its inode number. The file of the lock is open anyway. */
  readonly #held: Dir;
  readonly #timer: NodeJS.Timeout;

  /** For a folder whose lock is taken and whose database is open. */
  constructor(dataDir: string, continuity: Continuity) {
    this.#dataDir = dataDir;
    this.#continuity = continuity;
    this.#held = opendirSync(join(dataDir, 'pglite'));
    this.#files = ['keeper.lock', 'pglite'].map((name) => {
      const path = join(dataDir, name);
      return { path, inode: inodeOf(path) };
    });
    this.#timer = setInterval(() => this.#lookCloser(), LOOK_MS).unref();
  }

  /** Loses the database when its folder is gone, or when another one is in its place. */
  readonly look = (): void => {
    if (this.#continuity.lost !== null) return;
    try {
      if (this.#files.every(({ path, inode }) => inodeOf(path) === inode)) return;
      this.#lose('was replaced by another one');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      this.#lose(code === 'ENOENT' ? 'was deleted or moved' : `cannot be reached any more (${code})`);
    }
  };

  stop(): void {
    clearInterval(this.#timer);
    this.#held.closeSync();
  }

  #lookCloser(): void {
    this.look();
    if (this.#continuity.lost !== null) return;
    try {
      for (const { path } of this.#files) accessSync(path, constants.W_OK);
    } catch (error) {
      this.#lose(`can no longer be written (${(error as NodeJS.ErrnoException).code})`);
    }
  }

  #lose(what: string): void {
    this.#continuity.lose(
      new DatabaseLost(
        `the folder ${JSON.stringify(this.#dataDir)} of the embedded database ${what} while this process had it ` +
          'open: nothing is answered any more. Put the folder back, or restore a backup of it, see that this process ' +
          'may write it, and start again',
      ),
    );
  }
}

function inodeOf(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true });
  return `${dev} ${ino}`;
}
