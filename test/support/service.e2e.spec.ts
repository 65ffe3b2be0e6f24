import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startService } from './service.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stock-keeper-service-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A stand-in for the service that runs `body`. */
function stub(body: string): string {
  const file = path.join(folder, `${body.length}-${Math.random()}.mjs`);
  writeFileSync(file, body);
  return file;
}

const READY = `console.log('starting'); console.log('Stock Keeper is ready on http://127.0.0.1:4711'); setInterval(() => {}, 1000);`;

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a service that gets ready', () => {
  it('tells its address, and stops on SIGTERM with its own exit code', async () => {
    await using service = await startService(
      {},
      { main: stub(`process.on('SIGTERM', () => process.exit(7)); ${READY}`) },
    );
    expect(service.url).toBe('http://127.0.0.1:4711');
    expect(service.logs()).toContain('starting');
    expect(await service.stop()).toBe(7);
  });

  it('gets the settings it is given, and none that the test run happens to have', async () => {
    vi.stubEnv('DATABASE_URL', 'postgres://elsewhere');
    const tell = `console.log(JSON.stringify([process.env.DATABASE_URL, process.env.PORT, process.env.LOG_LEVEL]));`;
    await using service = await startService({ LOG_LEVEL: 'warn' }, { main: stub(tell + READY) });
    vi.unstubAllEnvs();
    expect(service.logs()).toContain('[null,"0","warn"]');
  });

  it('is gone at the end of its block, however deaf it is to SIGTERM', async () => {
    let pid: number;
    {
      await using service = await startService({}, { main: stub(`process.on('SIGTERM', () => {}); ${READY}`) });
      pid = service.pid;
      expect(isThere(pid)).toBe(true);
    }
    expect(isThere(pid)).toBe(false);
  });

  it('does not outlive the process that started it, even when that is killed', async () => {
    const starter = stub(`
      import { startService } from ${JSON.stringify(new URL('./service.ts', import.meta.url).href)};
      const service = await startService({}, { main: ${JSON.stringify(stub(READY))} });
      console.log(service.pid);
    `);
    const child = spawn(process.execPath, [starter], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const pid = Number(said.toString());
    expect(isThere(pid)).toBe(true);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(isThere(pid)).toBe(false), 10_000);
  });
});

describe('a service that does not get ready', () => {
  const failed = (body: string, readyMs?: number): Promise<string> =>
    startService({}, { main: stub(body), ...(readyMs === undefined ? {} : { readyMs }) }).then(
      () => 'it started',
      (error: Error) => error.message,
    );

  it('is told to be slow or stuck when it says nothing', async () => {
    const told = await failed('setInterval(() => {}, 1000);', 1000);
    expect(told).toMatch(/^the service was not ready within 1000 ms\. It was still running.*\. It said nothing\.$/);
    if (process.platform === 'linux')
      expect(told).toMatch(/has had \d+\.\d s of processor time: it (waits|is at work)/);
  });

  it('is told by the end of what it said, when it said very much', async () => {
    const told = await failed(`console.log('x'.repeat(1e6)); console.log('at the end'); process.exitCode = 3;`);
    expect(told).toMatch(/^the service ended with exit code 3 before it was ready\. It said:\nx+\nat the end\n$/);
    expect(told.length).toBeLessThan(5000);
  });

  it('rejects with its exit code and what it said', async () => {
    const start = startService({}, { main: stub(`console.error('PORT must be a number'); process.exit(2);`) });
    await expect(start).rejects.toThrow(/exit code 2[\s\S]*PORT must be a number/);
  });

  it('is killed when its time is up', async () => {
    const start = startService(
      {},
      { main: stub(`console.log(process.pid); setInterval(() => {}, 1000);`), readyMs: 1000 },
    );
    const error: unknown = await start.catch((caught: unknown) => caught);
    expect(String(error)).toContain('not ready within 1000 ms');
    const pid = Number(/^\d+$/m.exec(String(error))?.[0]);
    expect(pid).toBeGreaterThan(0);
    expect(isThere(pid)).toBe(false);
  });
});
