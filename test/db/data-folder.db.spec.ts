/** Folders that no database can be opened in: each is refused at once, by name, with what to do. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderUnusable } from '../../src/db/data-folder.ts';
import { lockFolder } from '../../src/db/folder-lock.ts';
import { openDatabase } from '../../src/db/open.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'stock-keeper-folder-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Below `root`: folders by their path, files with what is in them. */
function make(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const refused = async (dataDir: string): Promise<Error> => {
  const error = await openDatabase({ dataDir }).then(
    () => new Error('it was opened'),
    (thrown: unknown) => thrown as Error,
  );
  expect(error, error.message).toBeInstanceOf(FolderUnusable);
  expect(error.message).toContain('cannot hold the database: ');
  expect(error.message).toMatch(/; \w+.*/);
  return error;
};

describe('a folder that is refused', () => {
  it('is a file, or below one', async () => {
    make({ file: '' });
    for (const path of [join(root, 'file'), join(root, 'file', 'deep'), '/dev/null', '/dev/null/x']) {
      expect((await refused(path)).message).toContain('is a file');
    }
  });

  it('is a symbolic link to nowhere, or in a circle', async () => {
    symlinkSync(join(root, 'nowhere'), join(root, 'dangling'));
    symlinkSync(join(root, 'circle'), join(root, 'circle'));
    for (const path of ['dangling', 'dangling/deep']) {
      expect((await refused(join(root, path))).message).toContain('a symbolic link to what is not there');
    }
    expect((await refused(join(root, 'circle'))).message).toContain('in a circle');
  });

  it('has a path that no folder can have', async () => {
    expect((await refused(`${root}/a\0b`)).message).toContain('NUL');
    expect((await refused(join(root, 'n'.repeat(300)))).message).toContain('too long');
    expect((await refused(join(root, ...Array.from({ length: 40 }, () => 'n'.repeat(200))))).message).toContain('long');
  });

  // Red with: `mkdir(…, { recursive: true })`, which tries for ever.
  it.skipIf(process.platform !== 'linux')('is where no folder can be made', async () => {
    for (const path of ['/proc/x', '/proc/x/y']) {
      expect((await refused(path)).message).toContain('cannot be made there');
    }
  });

  it('is that of a PostgreSQL server, or of another version', async () => {
    make({ 'server/PG_VERSION': '16\n', 'older/pglite/PG_VERSION': '17\n', 'newer/pglite/PG_VERSION': '19\n' });
    expect((await refused(join(root, 'server'))).message).toMatch(/PostgreSQL server; set DATABASE_URL/);
    expect((await refused(join(root, 'older'))).message).toContain('of PostgreSQL 17, and this build embeds 18');
    expect((await refused(join(root, 'newer'))).message).toContain('of PostgreSQL 19');
    expect(readdirSync(join(root, 'server'))).not.toContain('pglite');
  });

  it('has a lock that is none', async () => {
    make({ 'folder/keeper.lock/x': '', 'junk/keeper.lock': 'junk'.repeat(3000), 'pid/keeper.pid/x': '' });
    expect((await refused(join(root, 'folder'))).message).toContain('keeper.lock in it cannot be opened');
    expect((await refused(join(root, 'junk'))).message).toContain('keeper.lock in it is damaged');
    expect((await refused(join(root, 'pid'))).message).toContain('keeper.pid in it is a folder');
  });

  it('has a damaged database in it, which is left as it is, and is let go of', async () => {
    make({ 'damaged/pglite/PG_VERSION': '18\n' });
    expect((await refused(join(root, 'damaged'))).message).toMatch(/damaged.*restore a backup/);
    expect(readdirSync(join(root, 'damaged', 'pglite'))).toContain('PG_VERSION');
    await (await lockFolder(join(root, 'damaged'))).release();
  });
});
