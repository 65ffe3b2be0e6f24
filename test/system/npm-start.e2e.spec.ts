import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

describe('npm start', () => {
  it('serves from an empty folder, and on SIGTERM ends with the service, both well', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'stock-keeper-start-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    // As in a shell of one's own: without what `npm test` puts in front.
    const PATH = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
    const npm = spawn('npm', ['start', '--silent'], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: {
        PATH: PATH.join(':'),
        HOME: process.env['HOME'] ?? dataDir,
        DATA_DIR: dataDir,
        PORT: '0',
        LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    onTestFinished(() => {
      // Its whole process group, so that a service left behind does not stay.
      if (npm.pid !== undefined && npm.exitCode === null) process.kill(-npm.pid, 'SIGKILL');
    });
    const ended = once(npm, 'exit');
    let said = '';
    for await (const text of npm.stdout.setEncoding('utf8')) {
      said += String(text);
      if (said.includes('\n')) break;
    }
    const url = /^Stock Keeper is ready on (\S+)\n$/.exec(said)?.[1];
    expect(url).toBeDefined();
    const answer = await fetch(`${url}/health/ready`, { headers: { connection: 'close' } });
    expect(answer.status).toBe(200);

    npm.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });
});
