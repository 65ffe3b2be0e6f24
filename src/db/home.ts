/**
 * Where an embedded database lives: in memory, or in a folder that is locked, watched and released together with it.
 */
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Continuity } from './continuity.ts';
import { faultOf, openingFaultOf, refuseFolder } from './data-folder.ts';
import type { Database } from './database.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { FolderWatch } from './folder-watch.ts';

/** A database that takes longer than this to open is logged. */
const SLOW_MS = 2_000;

/** The place of one database: entered → settled in (by `settle`, once the database has answered) → left. */
export interface Home {
  readonly continuity: Continuity;
  readonly look: () => void;
  settle(): Promise<void>;
  /** Calls `close`, unless that would write into a folder that is not ours. */
  leave(close: () => Promise<void>): Promise<void>;
}

export function inMemory(): Home {
  return { continuity: new Continuity(), look: () => {}, settle: async () => {}, leave: (close) => close() };
}

/**
 * Takes the folder for as long as the database that `open` opens in it is open. Rejects with `FolderHeld` and
 * `FolderUnusable`, and with the errors of `open` once the database has answered. After a rejection the folder is
 * released.
 */
export async function inFolder(
  dataDir: string,
  log: ((message: string) => void) | undefined,
  open: (home: Home) => Promise<Database>,
): Promise<Database> {
  const lock = await lockFolder(dataDir);
  const slow = setTimeout(() => log?.(`the database in ${dataDir} is being opened: a new one takes a while`), SLOW_MS);
  const home = new FolderHome(dataDir, lock);
  try {
    await home.enter();
    return await open(home);
  } catch (error) {
    throw await home.flee(error);
  } finally {
    clearTimeout(slow);
  }
}

class FolderHome implements Home {
  readonly continuity = new Continuity();
  readonly #dataDir: string;
  readonly #lock: FolderLock;
  /** A file that exists while a database is being made. */
  readonly #making: string;
  #watch: FolderWatch | null = null;

  constructor(dataDir: string, lock: FolderLock) {
    this.#dataDir = dataDir;
    this.#lock = lock;
    this.#making = join(dataDir, 'keeper.making');
  }

  get look(): () => void {
    return () => this.#watch?.look();
  }

  async enter(): Promise<void> {
    // A process was killed while it made this database. No request was ever answered from it.
    if (existsSync(this.#making)) await this.#remove();
    refuseFolder(this.#dataDir);
    if (!existsSync(join(this.#dataDir, 'pglite'))) await writeFile(this.#making, '');
  }

  async settle(): Promise<void> {
    await rm(this.#making, { force: true });
    this.#watch = new FolderWatch(this.#dataDir, this.continuity);
  }

  async leave(close: () => Promise<void>): Promise<void> {
    this.#watch?.stop();
    if (this.continuity.lost !== null) return this.#lock.abandon();
    try {
      await close();
    } finally {
      await this.#lock.release();
    }
  }

  /**
   * Leaves after `error`, and returns the error in an operator's words. Removes half a database, which would be in the
   * way of the next start.
   */
  async flee(error: unknown): Promise<Error> {
    const fault = (this.#watch === null ? openingFaultOf : faultOf)(this.#dataDir, error);
    this.#watch?.stop();
    if (existsSync(this.#making)) await this.#remove().catch(() => {});
    await this.#lock.release();
    return fault;
  }

  async #remove(): Promise<void> {
    await rm(join(this.#dataDir, 'pglite'), { recursive: true, force: true });
    await rm(this.#making, { force: true });
  }
}
