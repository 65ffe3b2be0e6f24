import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('works under the test runner of Node, which shows the counterexample', async () => {
  const file = fileURLToPath(new URL('./under-node.ts', import.meta.url));
  const run = promisify(execFile)(process.execPath, ['--test', '--test-reporter=tap', file], { timeout: 180_000 });
  const failed: unknown = await run.then(
    () => null,
    (error: unknown) => error,
  );
  expect(failed).toMatchObject({ code: 1 });
  const { stdout } = failed as { stdout: string };
  expect(stdout).toMatch(/^ok 1 - a shop that is right/m);
  expect(stdout).toContain('not ok 2 - a shop with a planted bug, as it is told');
  expect(stdout).toContain('gives the units of an order back once');
  expect(stdout).toMatch(/cancel\('o1'\), \/\/ done\n\s*cancel\('o1'\), \/\/ done/);
});
