/** The command itself, on its own PostgreSQL, as short as it can be. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { SOLD_OUT_UNITS } from './load/workloads.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'stock-keeper-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const bench = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });

describe('a run of two ways that sell out', () => {
  const [json, svg] = [path.join(folder, 'run.json'), path.join(folder, 'chart.svg')];

  it('ends well, with the stock right but for the naive way, and is reported again from its file', async () => {
    const picked = ['--way', 'stock_keeper,naive', '--workload', 'sold_out', '--connections', '8'];
    const ran = await bench(...picked, '--rounds', '1', '--seconds', '0.5', '--json', json, '--svg', svg);
    expect(ran.stderr).not.toContain('WRONG');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('2/2 round 1 sold_out-8 stock_keeper');
    expect(ran.stdout).toContain('fsync on, synchronous_commit on, full_page_writes on');
    expect(ran.stdout).toContain('### Sold out: refusals · 8 connections');
    expect(ran.stdout).toMatch(/^\| stock_keeper \| [0-9 ]+ \|/m);
    expect(ran.stdout).toContain('- stock_keeper: right at the end of every round');
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg/);

    const run = JSON.parse(readFileSync(json, 'utf8'));
    const ours = run.measurements.find(({ way }: { way: string }) => way === 'stock_keeper');
    expect(ours.result).toMatchObject({
      placed: { orders: SOLD_OUT_UNITS, units: SOLD_OUT_UNITS },
      lines: 0,
      faults: [],
    });
    expect(ours.result.answers['place 409']).toBeGreaterThan(0);
    // A refusal of what is known to be gone asks the database for nothing.
    expect(ours.batches).toBe(0);

    const again = await bench('--from', json);
    expect(again).toMatchObject({ code: 0, stdout: ran.stdout });
  });
});

describe('a command line that makes no sense', () => {
  it('is refused before anything is measured', async () => {
    const { code, stdout, stderr } = await bench('--json', path.join(folder, 'no', 'folder.json'));
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('no such file or directory');
    expect(stderr).toContain('npm run bench -- [options]');
  });
});
