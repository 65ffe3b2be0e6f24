/** The check of a change, run with an `npm` that does what a test wants. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const RUN = fileURLToPath(new URL('../../.ci/run', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stock-keeper-ci-'));
  for (const name of ['.ci', 'bin']) mkdirSync(path.join(folder, name));
  cpSync(RUN, path.join(folder, '.ci', 'run'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * `test` is the shell code of `npm test`. Returns what the check printed, its exit status, and what npm was asked for.
 */
function run(test: string, limitSeconds: number, check = 'exit 0') {
  const npm = path.join(folder, 'bin', 'npm');
  const note = 'note() { echo "$@" >>"$TEST_PROGRESS_FILE"; }';
  writeFileSync(npm, `#!/bin/bash\n${note}\necho "npm $*"\ncase $1 in test) ${test} ;; run) ${check} ;; esac\n`);
  chmodSync(npm, 0o755);
  const { status, stdout } = spawnSync(path.join(folder, '.ci', 'run'), {
    encoding: 'utf8',
    env: { PATH: `${path.dirname(npm)}:${process.env['PATH']}`, CI_LIMIT_SECONDS: String(limitSeconds) },
  });
  const lines = stdout.trimEnd().split('\n');
  return { status, lines, asked: lines.filter((line) => line.startsWith('npm ')), lastLine: lines.at(-1) };
}

const PATIENT = 600;

it('does what a developer does, and ends in the counts of the tests', () => {
  const { status, asked, lastLine } = run('note summary 7 passed, 0 failed; exit 0', PATIENT);
  expect(asked).toEqual(['npm ci --no-audit --no-fund', 'npm run check', 'npm test']);
  expect([status, lastLine]).toEqual([0, '7 passed, 0 failed']);
});

it.each([
  ['tests that fail', 'note summary 7 passed, 2 failed, 1 skipped; exit 1', '7 passed, 2 failed, 1 skipped'],
  ['a bad end behind a good count', 'note summary 7 passed, 0 failed; exit 3', '7 passed, 1 failed'],
  ['tests that end without a count', 'note passed a; exit 0', '1 passed, 1 failed'],
])('fails with %s', (_what, test, lastLine) => {
  const ended = run(test, PATIENT);
  expect(ended.status).not.toBe(0);
  expect(ended.lastLine).toBe(lastLine);
});

it('fails without a test when what is before them fails', () => {
  const { status, asked, lastLine } = run('note summary 7 passed, 0 failed', PATIENT, 'exit 5');
  expect([status, asked.length, lastLine]).toEqual([5, 2, '0 passed, 1 failed']);
});

it('tells what failed, what was still running, and that time was up when the tests hang', () => {
  const story = [
    ['began', 'test/one.spec.ts'],
    ['began', 'test/two.spec.ts'],
    ['passed', 'test/one.spec.ts > is right'],
    ['failed', 'test/one.spec.ts > is wrong: expected 1 to be 2'],
    ['ended', 'test/one.spec.ts'],
    ['passed', 'test/two.spec.ts > is right'],
  ];
  const notes = story.map(([what, words]) => `note ${what} '${words}'`).join('; ');
  // It ignores SIGTERM to the end, and has a child that outlives it and keeps its output open.
  const { status, lines, lastLine } = run(`${notes}; trap '' TERM; sleep 1000 & wait; sleep 1000`, 5);
  expect(status).not.toBe(0);
  expect(lines).toContain('npm test: ended, the 5 seconds of .ci/run are up');
  const told = lines.slice(lines.indexOf('The tests did not come to their end. Failed until then:') + 1);
  expect(told).toEqual([
    'test/one.spec.ts > is wrong: expected 1 to be 2',
    'Begun and not ended:',
    'test/two.spec.ts',
    '',
    '2 passed, 1 failed',
  ]);
  expect(lastLine).toBe('2 passed, 1 failed');
});
