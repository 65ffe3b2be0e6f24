/** The command itself, on its own PostgreSQL, as short as it can be; and the naive shop when nothing races. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { ShopClient } from '../../support/shop-client.ts';
import { outcomeOf, type Read } from './race.ts';
import { RACES } from './races.ts';
import { naiveProcesses } from './shops.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
/** Under a machine that does ten other things. */
const TIMEOUT_MS = 180_000;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const demo = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });

describe('a short demonstration', () => {
  it(
    'finds the keeper right in every race, and ends by itself',
    async () => {
      const { code, stdout, stderr } = await demo('--rounds', '2');
      expect(stderr).toBe('');
      const right = /^Stock Keeper: 0 of 2 rounds went wrong \(the two requests overlapped in \d\)$/gm;
      expect(stdout.match(right), stdout).toHaveLength(RACES.length);
      for (const [at, { name, title }] of RACES.entries()) {
        expect(stdout).toContain(`\n${at + 1}. ${title}\n`);
        expect(stdout).toMatch(new RegExp(`^${at + 1}\\. ${name} +\\d of 2 +0 of 2$`, 'm'));
      }
      // Two rounds may go well for anyone.
      const shown = stdout.includes('The naive shop lost every race, Stock Keeper none.');
      expect(stdout.includes('By chance the naive shop was right')).toBe(!shown);
      expect(code).toBe(shown ? 0 : 1);
    },
    TIMEOUT_MS,
  );
});

describe('a command line that makes no sense', () => {
  it('is refused before anything is started', async () => {
    const { code, stdout, stderr } = await demo('--rounds', 'many');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--rounds is "many"');
    expect(stderr).toContain('npm run demo --');
  });
});

describe('the naive shop, asked one thing after another', () => {
  it(
    'is right: it loses races, and nothing else',
    async () => {
      await using ends = new AsyncDisposableStack();
      const start = await naiveProcesses(inject('postgres').serverUrl, ends);
      const client = ends.use(new ShopClient(await start(), 1));
      const read: Read = async <T>(path: string) => JSON.parse((await client.get(path)).text) as T;
      for (const race of RACES) {
        for (const request of race.prepare(race.name)) expect((await client.ask(request)).status).toBeLessThan(300);
        const [first, second] = race.ask(race.name);
        const replies = [await client.ask(first), await client.ask(second)];
        expect(await outcomeOf(race, read, race.name, replies)).toMatchObject({ wrong: null });
      }
    },
    TIMEOUT_MS,
  );
});
