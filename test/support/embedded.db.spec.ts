import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { embeddedFolder, openEmbedded } from './embedded.ts';

const COUNT = 'select count(*)::int as count from epochs';
const WRITE = "insert into epochs values (1, '00000000-0000-4000-8000-000000000001', 'a test', 7, now())";

it('is migrated, empty, and nobody else’s', async () => {
  const [one, other] = [await openEmbedded(), await openEmbedded()];
  for (const database of [one, other]) onTestFinished(database.close);
  await one.query(WRITE, []);
  expect(await one.query(COUNT, [])).toEqual([{ count: 1 }]);
  expect(await other.query(COUNT, [])).toEqual([{ count: 0 }]);
});

it('needs no migration any more, and is gone with its stack', async () => {
  await using stack = new AsyncDisposableStack();
  const dataDir = await embeddedFolder(stack);
  const said: string[] = [];
  const database = await openDatabase({ dataDir }, { log: (line) => said.push(line) });
  await database.close();
  // On a slow machine there is also a line that says that the folder takes a long time.
  expect(said.filter((line) => line.startsWith('migration'))).toEqual([]);
  expect(existsSync(path.join(dataDir, 'pglite'))).toBe(true);
  await stack.disposeAsync();
  expect(existsSync(dataDir)).toBe(false);
});
