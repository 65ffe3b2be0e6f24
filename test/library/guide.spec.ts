/** The guide's programs run as they stand, one after the other in one folder, and print what the guide says. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyEmbedded } from '../support/embedded.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const GUIDE = readFileSync(join(ROOT, 'src/library/README.md'), 'utf8');

const PROGRAMS = [...GUIDE.matchAll(/```ts run\n(.*?)```\n\n```text\n(.*?)```/gs)].map(([, program, printed], at) => ({
  name: `guide-${at + 1}.ts`,
  program: (program ?? '')
    .replaceAll(`'stock-keeper'`, `'${ROOT}src/index.ts'`)
    .replaceAll(`'stock-keeper/fastify'`, `'${ROOT}src/fastify.ts'`),
  printed: printed ?? '',
}));

const run = promisify(execFile);
const stack = new AsyncDisposableStack();
let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'stock-keeper-guide-'));
  stack.defer(() => rm(cwd, { recursive: true, force: true }));
  await copyEmbedded(join(cwd, 'stock'));
  await symlink(join(ROOT, 'node_modules'), join(cwd, 'node_modules'));
  await writeFile(join(cwd, 'package.json'), '{"type":"module"}');
  for (const { name, program } of PROGRAMS) await writeFile(join(cwd, name), program);
});
afterAll(() => stack.disposeAsync());

describe('the guide', () => {
  it('has no program that is not run', () => {
    expect(PROGRAMS.length).toBeGreaterThan(2);
    expect(GUIDE.match(/```ts/g)).toHaveLength(PROGRAMS.length);
  });

  it.each(PROGRAMS)('prints what it says: $name', async ({ name, printed }) => {
    const { stdout } = await run(process.execPath, [name], { cwd });
    expect(stdout).toBe(printed);
  });

  it('compiles under the strictest options', async () => {
    const include = PROGRAMS.map(({ name }) => name);
    await writeFile(
      join(cwd, 'tsconfig.json'),
      JSON.stringify({
        extends: `${ROOT}tsconfig.json`,
        compilerOptions: { rewriteRelativeImportExtensions: false },
        include,
      }),
    );
    const { stdout } = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'], {
      cwd,
    }).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });
});
