import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Counted, count, summary } from './reporter.ts';

const test = (state: 'passed' | 'failed' | 'skipped' | 'pending'): Counted => ({
  type: 'test',
  result: () => ({ state }),
});
const group = (type: 'suite' | 'module', children: Counted[], errors: unknown[] = []): Counted => ({
  type,
  children,
  errors: () => errors,
});

describe('counting', () => {
  it('looks into suites of suites', () => {
    const inner = group('suite', [test('passed'), test('failed')]);
    const module = group('module', [test('passed'), group('suite', [inner, test('skipped')])]);
    expect(count([module, group('module', [test('passed')])], 0)).toEqual({ passed: 3, failed: 1, skipped: 1 });
  });

  it('takes a file that does not load, a failed hook and an error outside of any test for failures', () => {
    const modules = [
      group('module', [], ['cannot load']),
      group('module', [group('suite', [test('skipped')], ['hook'])]),
    ];
    expect(count(modules, 1)).toEqual({ passed: 0, failed: 3, skipped: 1 });
  });
});

describe('the last line', () => {
  it('names what was skipped only if something was', () => {
    expect(summary({ passed: 2, failed: 0, skipped: 0 }, 0)).toBe('2 passed, 0 failed');
    expect(summary({ passed: 2, failed: 1, skipped: 3 }, 1)).toBe('2 passed, 1 failed, 3 skipped');
  });

  it('never reads as a success when the run is none', () => {
    expect(summary({ passed: 2, failed: 0, skipped: 0 }, 1)).toBe('2 passed, 1 failed');
  });
});

describe('a real run', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'stock-keeper-reporter-'));
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(files: Record<string, string>): { status: number | null; lastLine: string; progress: string[] } {
    const home = mkdtempSync(path.join(folder, 'run-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(home, name), text);
    const reporters = ['default', fileURLToPath(new URL('./reporter.ts', import.meta.url))];
    const config = { test: { reporters, include: ['*.spec.mjs'] } };
    writeFileSync(path.join(home, 'vitest.config.mjs'), `export default ${JSON.stringify(config)}`);
    const cli = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const file = path.join(home, 'progress');
    const env = { ...process.env, TEST_PROGRESS_FILE: file };
    const ended = spawnSync(process.execPath, [cli, 'run', '--root', home], { encoding: 'utf8', env });
    const progress = readFileSync(file, 'utf8').trimEnd().split('\n');
    return { status: ended.status, lastLine: ended.stdout.trimEnd().split('\n').at(-1) ?? '', progress };
  }

  it('ends in its true counts, with a file that does not load, a failed hook and an unhandled rejection among its files', () => {
    const { progress, ...ended } = run({
      // Written for the reporter to count: a test that passes, one that fails, and one that is skipped on purpose.
      'mixed.spec.mjs': `import { it, expect } from 'vitest'; it('is', () => {}); it('is not', () => expect(1).toBe(2)); it.skip('is put off', () => {});`,
      'broken.spec.mjs': `import './missing.mjs';`,
      'hook.spec.mjs': `import { beforeAll, it } from 'vitest'; beforeAll(() => { throw new Error('no'); }); it('never runs', () => {});`,
      'stray.spec.mjs': `import { it } from 'vitest'; it('leaves an error behind', () => { Promise.reject(new Error('stray')); });`,
    });
    expect(ended).toEqual({ status: 1, lastLine: '2 passed, 4 failed, 2 skipped' });
    // The events as they happened, without the error that belongs to no test.
    const told = (what: string) => progress.filter((line) => line.startsWith(`${what} `));
    expect(['began', 'ended', 'passed', 'skipped', 'failed'].map((what) => told(what).length)).toEqual([4, 4, 2, 2, 3]);
    expect(told('failed').toSorted()).toEqual([
      expect.stringMatching(/^failed broken\.spec\.mjs: .*missing\.mjs/),
      expect.stringMatching(/^failed hook\.spec\.mjs: no$/),
      expect.stringMatching(/^failed mixed\.spec\.mjs > is not: expected 1 to be 2/),
    ]);
    expect(progress.at(-1)).toBe(`summary ${ended.lastLine}`);
  });

  it('is a failure when there is nothing to run', () => {
    expect(run({})).toMatchObject({ status: 1, lastLine: '0 passed, 1 failed' });
  });
});
