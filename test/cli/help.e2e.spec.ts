/** What a person is told who asks a program how it is called, or calls it wrongly. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { usage } from '../../src/cli/usage.ts';
import { HELP as bench } from '../tools/bench/arguments.ts';
import { HELP as demo } from '../tools/demo/arguments.ts';
import { HELP as faults } from '../tools/faults/arguments.ts';
import { HELP as fuzz } from '../tools/fuzz/arguments.ts';
import { HELP as replay } from '../tools/replay/arguments.ts';
import { HELP as simulation } from '../tools/simulation/arguments.ts';

const ROOT = new URL('../../', import.meta.url);
const own = usage('npm start', (tool) => `npm run ${tool}`);

/** A program of `src` with arguments, and no settings of this process's own. */
function run(file: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL(file, ROOT)), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '' },
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

describe('the help of a program', () => {
  it.each(Object.entries({ own, bench, demo, faults, fuzz, replay, simulation }))(
    'says what it does, with examples and exit codes: %s',
    (_, help) => {
      expect(help).toMatch(/^(?:Usage: )?npm (?:run|start)/);
      expect(help).toMatch(/\nExamples:\n {2}\S/);
      expect(help).toMatch(/\nExit codes: 0 .*, 1 .*,\s2 /);
    },
  );

  it('of the service names every setting, as the documents have them', () => {
    const readme = readFileSync(new URL('docs/operating.md', ROOT), 'utf8');
    const [, section = ''] = /\n## Settings\n(.*?)\n## /s.exec(readme) ?? [];
    const named = (text: string, line: RegExp) => Array.from(text.matchAll(line), ([, name]) => name);
    expect(named(own, /^ {2}([A-Z_]+) {2,}\S/gm)).toEqual(named(section, /^\| `([A-Z_]+)` \|/gm));
  });
});

describe('a service that is called with arguments', () => {
  it('does not start, and says where settings come from', () => {
    const { status, stdout, stderr } = run('src/main.ts', '--port', '4000');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^Stock Keeper takes no arguments, and got "--port 4000"\.\n/);
    expect(stderr).toContain(own);
  });

  it('explains itself when it is asked to', () => {
    expect(run('src/main.ts', '--help')).toEqual({ status: 0, stdout: own, stderr: '' });
    const installed = usage('npx stock-keeper', (tool) => `npx stock-keeper ${tool}`);
    expect(run('src/bin.ts', 'help')).toEqual({ status: 0, stdout: installed, stderr: '' });
  });
});

describe('a tool that is called wrongly', () => {
  it.each([
    ['src/cli/keys.ts', 'sell', 'npm run keys -- --help'],
    ['src/cli/verify.ts', '--frobnicate', 'npm run verify -- --help'],
  ])('says what is wrong, and how to ask: %s %s', (file, nonsense, ask) => {
    const { status, stderr } = run(file, nonsense);
    expect(status).toBe(2);
    expect(stderr).toMatch(new RegExp(`unknown .*'${nonsense}'[^]*Run "${ask}"`));
  });
});
