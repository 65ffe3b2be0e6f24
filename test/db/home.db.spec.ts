/** The folder that an embedded database is opened in: a slow opening is told, a database made by half is not in the way of the next start. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { type Home, inFolder } from '../../src/db/home.ts';

let dataDir: string;
let pglite: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'stock-keeper-home-'));
  pglite = join(dataDir, 'pglite');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(dataDir, { recursive: true, force: true });
});

const OPENED = {} as Database;
const noLog = () => {};

/** What the embedded database does with its folder. */
function make(): void {
  mkdirSync(pglite);
  writeFileSync(join(pglite, 'PG_VERSION'), '18\n');
}

async function moveInAndOut(home: Home): Promise<Database> {
  await home.settle();
  await home.leave(async () => {});
  return OPENED;
}

describe('an opening', () => {
  it('that takes more than two seconds is told once, and a quick one is not', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const told: string[] = [];
    const tell = (message: string) => void told.push(message);
    await inFolder(dataDir, tell, (home) => {
      make();
      vi.advanceTimersByTime(1900);
      return moveInAndOut(home);
    });
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
    await inFolder(dataDir, tell, (home) => {
      vi.advanceTimersByTime(60_000);
      return moveInAndOut(home);
    });
    expect(told).toEqual([expect.stringContaining(`the database in ${dataDir} is being opened`)]);
  });

  // An object, as the embedded database throws it when its disk is full.
  it('that fails leaves no half of a new database, and says in words what an errno means', async () => {
    const fail = () => {
      make();
      return Promise.reject({ name: 'ErrnoError', errno: 51 });
    };
    await expect(inFolder(dataDir, noLog, fail)).rejects.toThrow(
      /cannot hold the database: its disk is full; free some/,
    );
    expect(readdirSync(dataDir)).toEqual(['keeper.lock']);
  });

  it('that fails leaves a database that was there', async () => {
    make();
    await expect(inFolder(dataDir, noLog, () => Promise.reject(new Error('no')))).rejects.toThrow('damaged');
    expect(readdirSync(pglite)).toEqual(['PG_VERSION']);
  });

  it('that was killed on the way is begun anew, and one that was not is not', async () => {
    make();
    writeFileSync(join(dataDir, 'keeper.making'), '');
    await inFolder(dataDir, noLog, (home) => {
      expect(existsSync(pglite)).toBe(false);
      make();
      return moveInAndOut(home);
    });
    expect(existsSync(join(dataDir, 'keeper.making'))).toBe(false);
    await inFolder(dataDir, noLog, (home) => {
      expect(existsSync(pglite)).toBe(true);
      return moveInAndOut(home);
    });
  });
});

describe('a folder in whose place another one is', () => {
  it('is let go of without a word into it', async () => {
    await inFolder(dataDir, noLog, async (home) => {
      make();
      await home.settle();
      rmSync(dataDir, { recursive: true });
      mkdirSync(dataDir);
      home.look();
      await home.leave(() => Promise.reject(new Error('it was closed, which writes')));
      return OPENED;
    });
    expect(readdirSync(dataDir)).toEqual([]);
  });
});
