/**
 * Embedded databases for tests, migrated and empty. A fresh folder costs seconds of processor time, and a copy a tenth
 * of that. So there is one template. It is made on first use and copied from then on, also by later runs and by every
 * process of a run:
 *
 *     const dataDir = await embeddedFolder(stack);                 // for `database: { dataDir }`, or DATA_DIR of a service
 *     const database = await openEmbedded();                       // in place of `openDatabase({ memory: true })`
 *
 * Only a test of how a fresh folder is made needs an empty one. Every copy holds what the migrations wrote, byte for
 * byte the same.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Database } from '../../src/db/database.ts';
import { type DatabaseOptions, openDatabase } from '../../src/db/open.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** `npm ci` removes it. */
const CACHE = path.join(ROOT, 'node_modules', '.cache', 'stock-keeper');
/**
 * Everything that decides the contents of a fresh database: the migrations with what they import, and the versions of
 * all packages.
 */
const DECIDES = ['src/db', 'src/lib', 'package-lock.json'];
const OLD_MS = 24 * 60 * 60_000;

/** Copies the template to `dataDir`, which must be empty or not exist. */
export async function copyEmbedded(dataDir: string): Promise<void> {
  copy(await template(), dataDir);
}

/**
 * A data folder of its own. It is removed when the stack is disposed of, after everything that was put on the stack
 * later.
 */
export async function embeddedFolder(stack: Pick<AsyncDisposableStack, 'defer'>): Promise<string> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'stock-keeper-embedded-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  await copyEmbedded(dataDir);
  return dataDir;
}

/** A database of its own, removed when it is closed. */
export async function openEmbedded(options: DatabaseOptions = {}): Promise<Database> {
  const stack = new AsyncDisposableStack();
  const dataDir = await embeddedFolder(stack);
  const database = await openDatabase({ dataDir }, options);
  return {
    ...database,
    close: async () => {
      await database.close();
      await stack.disposeAsync();
    },
  };
}

let made: Promise<string> | undefined;

/** The folder of the template. Nobody may open a database in it. */
function template(): Promise<string> {
  made ??= makeTemplate();
  return made;
}

async function makeTemplate(): Promise<string> {
  const folder = path.join(CACHE, `embedded-${fingerprint()}`);
  if (existsSync(folder)) return folder;
  removeOld();
  // Made in another folder and renamed, so that two processes at once never see half of it.
  const aside = path.join(CACHE, `making-${randomUUID()}`);
  mkdirSync(aside, { recursive: true });
  try {
    const database = await openDatabase({ dataDir: aside });
    await database.close();
    renameSync(aside, folder);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const file of DECIDES.flatMap(filesOf)) hash.update(`${file}\0`).update(readFileSync(path.join(ROOT, file)));
  return hash.digest('hex').slice(0, 32);
}

function filesOf(name: string): string[] {
  if (!statSync(path.join(ROOT, name)).isDirectory()) return [name];
  const entries = readdirSync(path.join(ROOT, name), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name).slice(ROOT.length))
    .sort();
}

/** Removes templates of other sources. Templates from today stay, because a running test may be copying them. */
function removeOld(): void {
  if (!existsSync(CACHE)) return;
  for (const name of readdirSync(CACHE)) {
    const folder = path.join(CACHE, name);
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > OLD_MS) rmSync(folder, { recursive: true, force: true });
  }
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
}
