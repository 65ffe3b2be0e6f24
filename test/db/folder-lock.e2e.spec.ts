/** One process per folder: PGlite itself would let a second one in and lose rows. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderHeld, lockFolder } from '../../src/db/folder-lock.ts';
import { openDatabase } from '../../src/db/open.ts';
import { copyEmbedded } from '../support/embedded.ts';

let above: string;
let dataDir: string;

beforeEach(async () => {
  above = await mkdtemp(join(tmpdir(), 'stock-keeper-lock-'));
  dataDir = join(above, 'deep', 'data');
});

afterEach(() => rm(above, { recursive: true, force: true }));

async function holder(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'hold-folder.ts'), dataDir], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  if (child.stdout === null) throw new Error('no stdout');
  await once(child.stdout, 'data');
  return child;
}

async function end(child: ChildProcess, signal?: 'SIGKILL'): Promise<void> {
  const gone = once(child, 'exit');
  if (signal === undefined) child.stdin?.end();
  else child.kill(signal);
  await gone;
}

describe('a folder that another process holds', () => {
  it('is refused with the id of that process and since when', async () => {
    const child = await holder();
    const refused = openDatabase({ dataDir });
    await expect(refused).rejects.toThrow(FolderHeld);
    await expect(refused).rejects.toThrow(new RegExp(`in use by process ${child.pid} since \\d{4}-\\d\\d-\\d\\dT`));
    expect(existsSync(join(dataDir, 'pglite'))).toBe(false);
    await end(child);
  });

  it('is free once that process has let go', async () => {
    await end(await holder());
    const lock = await lockFolder(dataDir);
    await lock.release();
  });

  it('is free once that process was killed, with its words still lying there', async () => {
    const child = await holder();
    await end(child, 'SIGKILL');
    expect(await readFile(join(dataDir, 'keeper.pid'), 'utf8')).toContain(`"pid":${child.pid}`);
    const lock = await lockFolder(dataDir);
    expect(JSON.parse(await readFile(join(dataDir, 'keeper.pid'), 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  it('is refused also when nothing readable says who it is', async () => {
    const child = await holder();
    await writeFile(join(dataDir, 'keeper.pid'), '{"pid":');
    await expect(lockFolder(dataDir)).rejects.toThrow('in use by another process');
    await end(child);
  });
});

describe('a folder that this process holds', () => {
  it('is refused a second time, serves on, and is free after closing, with what was written', async () => {
    await copyEmbedded(dataDir);
    const first = await openDatabase({ dataDir });
    await expect(openDatabase({ dataDir })).rejects.toThrow(`in use by process ${process.pid} since`);
    await first.query("insert into epochs values (1, '00000000-0000-4000-8000-000000000001', 'a test', 7, now())", []);
    await first.close();
    await first.close();
    expect(existsSync(join(dataDir, 'keeper.pid'))).toBe(false);
    const second = await openDatabase({ dataDir });
    expect(await second.query('select batch::text from epochs', [])).toEqual([{ batch: '7' }]);
    await second.close();
  });

  it('is free when opening failed', async () => {
    await mkdir(dataDir, { recursive: true });
    await writeFile(join(dataDir, 'pglite'), 'a file where the database should be');
    await expect(openDatabase({ dataDir })).rejects.toThrow();
    const lock = await lockFolder(dataDir);
    await lock.release();
  });
});
