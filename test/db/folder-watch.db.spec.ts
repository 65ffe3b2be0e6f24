/** A folder that goes away under an open database, which is noticed before a commit is believed, and within a second when nothing is asked. */
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Continuity, DatabaseLost } from '../../src/db/continuity.ts';
import { databaseOf, type SqlOrm } from '../../src/db/database.ts';
import { FolderWatch } from '../../src/db/folder-watch.ts';

let above: string;
let dataDir: string;
let continuity: Continuity;
let watch: FolderWatch;

beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'stock-keeper-watch-'));
  dataDir = join(above, 'data');
  fill();
  continuity = new Continuity();
  watch = new FolderWatch(dataDir, continuity);
});
afterEach(() => {
  watch.stop();
  rmSync(above, { recursive: true, force: true });
});

function fill(): void {
  mkdirSync(join(dataDir, 'pglite'), { recursive: true });
  writeFileSync(join(dataDir, 'keeper.lock'), '');
}

const HAPPENS: readonly (readonly [what: string, happen: () => void, told: RegExp])[] = [
  ['is deleted', () => rmSync(dataDir, { recursive: true }), /was deleted or moved/],
  ['is moved', () => renameSync(dataDir, join(above, 'elsewhere')), /was deleted or moved/],
  ['loses its database', () => rmSync(join(dataDir, 'pglite'), { recursive: true }), /was deleted or moved/],
  [
    'is replaced by a copy',
    () => {
      renameSync(dataDir, join(above, 'elsewhere'));
      cpSync(join(above, 'elsewhere'), dataDir, { recursive: true });
    },
    /was replaced/,
  ],
  // The operating system gives the number of a folder again, unless it is held open.
  [
    'is made anew in the same place',
    () => {
      rmSync(join(dataDir, 'pglite'), { recursive: true });
      fill();
    },
    /was replaced/,
  ],
  [
    'becomes a file',
    () => {
      rmSync(dataDir, { recursive: true });
      writeFileSync(dataDir, '');
    },
    /cannot be reached any more \(ENOTDIR\)/,
  ],
];

describe('a folder that', () => {
  it('stays is no loss, whatever is written into it', () => {
    writeFileSync(join(dataDir, 'pglite', 'more'), '');
    watch.look();
    expect(continuity.lost).toBeNull();
  });

  it.each(HAPPENS)('%s is lost at the next look, with what to do', (_, happen, told) => {
    happen();
    watch.look();
    expect(continuity.lost).toBeInstanceOf(DatabaseLost);
    expect(continuity.lost?.message).toMatch(told);
    expect(continuity.lost?.message).toMatch(/Put the folder back, or restore a backup/);
  });

  it('is deleted is noticed when nothing is asked', async () => {
    rmSync(dataDir, { recursive: true });
    await vi.waitFor(() => expect(continuity.lost).not.toBeNull(), { timeout: 20_000 });
  });
});

describe('a statement', () => {
  const statement = { run: async () => ({ rows: [] as unknown[] }) };
  const connection = { executeQuery: () => statement.run() };
  const kysely = {
    ...connection,
    connection: () => ({ execute: (work: (on: typeof connection) => unknown) => work(connection) }),
  };
  const orm = { em: { fork: () => ({ getKysely: () => kysely }) } } as unknown as SqlOrm;
  const open = () =>
    databaseOf(orm, {
      kind: 'pglite',
      continuity,
      openLockSession: null,
      sever: () => {},
      look: watch.look,
      close: async () => {},
    });

  it('is not sent to a folder that is gone', async () => {
    const database = open();
    await database.send('commit', [], () => {});
    rmSync(dataDir, { recursive: true });
    statement.run = () => Promise.reject(new Error('it was sent'));
    await expect(database.send('commit', [], () => {})).rejects.toThrow(DatabaseLost);
    await expect(database.query('select', [])).rejects.toThrow(DatabaseLost);
    expect(() => database.em()).toThrow(DatabaseLost);
  });

  // Red with: no look behind the statement. Its files take what is written, and keep nothing.
  it('is not believed when the folder went while it was carried out', async () => {
    const database = open();
    statement.run = async () => {
      rmSync(dataDir, { recursive: true });
      return { rows: [] };
    };
    await expect(database.send('commit', [], () => {})).rejects.toThrow(DatabaseLost);
  });
});
