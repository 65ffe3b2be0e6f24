/** The package as a new user meets it: packed, installed into an empty project, run on the oldest Node it promises and on the newest, and compiled against. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { copyEmbedded } from '../support/embedded.ts';
import { DOORS, IMPORTED, LEFT_OUT, REQUIRED, SHOP_TEST, TYPED, TYPED_REQUIRE } from './programs.ts';
import { emptyProject, pack, ROOT, run, TIMEOUT_MS } from './project.ts';

interface Manifest {
  readonly engines: { readonly node: string };
  readonly devDependencies: Readonly<Record<string, string>>;
}
const manifest: Manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const tool = (name: string) => `${name}@${manifest.devDependencies[name]}`;

/** The oldest Node that the manifest promises, from npm: it needs no script to be installed. */
const OLDEST = `${manifest.engines.node.replace('>=', '')}.0`;
const NODE_PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

// Each program has its own limit, which says more.
vi.setConfig({ testTimeout: 3 * TIMEOUT_MS });

const project = emptyProject();
const elsewhere = emptyProject();
const at = (...names: readonly string[]) => path.join(project.folder, ...names);
const oldest = path.join(elsewhere.folder, 'node_modules', NODE_PACKAGE, 'bin', 'node');
let file: string;

/** Node 22 warns of its SQLite, by which a folder is locked. */
const withoutExperiments = (stderr: string) =>
  stderr.replace(/^.*ExperimentalWarning: SQLite.*\n.*trace-warnings.*\n/m, '');

beforeAll(async () => {
  const node = elsewhere.install(`${NODE_PACKAGE}@${OLDEST}`);
  const packed = async () => {
    file = await pack(elsewhere.folder);
    await project.install(file, tool('fast-check'), tool('@types/node'));
  };
  await Promise.all([packed(), node]);
  for (const [name, text] of Object.entries({
    'ten-lines.mjs': IMPORTED,
    'ten-lines.cjs': REQUIRED,
    'doors.mjs': DOORS,
    'typed.ts': TYPED,
    'typed-require.cts': TYPED_REQUIRE,
    'shop.test.mjs': SHOP_TEST,
    'left-out.mjs': LEFT_OUT,
  })) {
    project.write(name, text);
  }
}, 3 * TIMEOUT_MS);

afterAll(() => {
  project[Symbol.dispose]();
  elsewhere[Symbol.dispose]();
});

describe('the packed file', () => {
  it('has nothing for publint to say', async () => {
    const tarball = readFileSync(file);
    const { messages } = await publint({
      pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) },
    });
    expect(messages).toEqual([]);
  });

  it('is published as the manifest is written: npm takes out of it what it does not like', async () => {
    const { stderr } = await run(ROOT, 'npm', 'publish', '--dry-run', '--offline', '--ignore-scripts');
    expect(stderr).not.toContain('auto-corrected');
  });

  it('has types that are right for whoever can use it', async () => {
    const checked = await checkPackage(createPackageFromTarballData(readFileSync(file)));
    if (checked.types === false) throw new Error('no types');
    const problems = checked.problems.filter(
      (problem) =>
        // Every Node that it is for can require an ES module, as is tried below; and a resolution without `exports` is older than they are.
        problem.kind !== 'CJSResolvesToESM' && !('resolutionKind' in problem && problem.resolutionKind === 'node10'),
    );
    expect(problems).toEqual([]);
    expect(Object.keys(checked.entrypoints).toSorted()).toEqual([
      '.',
      './fastify',
      './migrations',
      './package.json',
      './testing',
    ]);
  });

  it('shows its sources to a debugger, and has nothing of development', () => {
    const own = at('node_modules', 'stock-keeper');
    const map = JSON.parse(readFileSync(path.join(own, 'dist', 'library', 'create.js.map'), 'utf8'));
    expect(map.sources.map((source: string) => existsSync(path.join(own, 'dist', 'library', source)))).toEqual([true]);
    for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) expect(existsSync(path.join(own, name))).toBe(true);
    for (const name of ['test', '.ci', 'biome.json']) expect(existsSync(path.join(own, name))).toBe(false);
  });
});

describe.each([
  ['the oldest Node', () => oldest, OLDEST],
  ['this Node', () => process.execPath, process.versions.node],
])('installed, on %s', (_name, node, version) => {
  it.each(['ten-lines.mjs', 'ten-lines.cjs'])('places an order and cancels it twice: %s', async (program) => {
    expect((await run(project.folder, node(), '--version')).stdout).toBe(`v${version}\n`);
    const data = `data-${version}-${program}`;
    // The oldest Node makes a folder of its own as well.
    if (version !== OLDEST || program !== 'ten-lines.mjs') await copyEmbedded(at(data));
    const { stdout, stderr } = await run(project.folder, node(), program, data);
    expect(stdout).toBe("order_placed [ 'cancelled', 'cancelled' ] 1\n");
    expect(withoutExperiments(stderr)).toBe('');
  });

  it('is the same imported and required, at each door', async () => {
    const { stdout, stderr } = await run(project.folder, node(), 'doors.mjs');
    expect(stdout).toMatch(/^stock-keeper true .*createStockKeeper/m);
    expect(stdout).toMatch(/^stock-keeper\/fastify true stockKeeperPlugin$/m);
    expect(stdout).toMatch(/^stock-keeper\/testing true .*checkShop/m);
    expect(stdout).toMatch(/^stock-keeper\/migrations true migrationSql migrations$/m);
    expect(stderr).toBe('');
  });

  it("tests a shop under Node's own test runner", async () => {
    const { stdout } = await run(project.folder, node(), '--test', '--test-reporter=tap', 'shop.test.mjs');
    expect(stdout).toMatch(/^# pass 1$/m);
  });
});

describe('a program in TypeScript', () => {
  const LIBRARY = ['--lib', 'es2024,esnext.disposable', '--target', 'es2024', '--types', 'node'];
  it.each([
    ['nodenext', ['--module', 'nodenext', 'typed.ts', 'typed-require.cts']],
    ['bundler', ['--module', 'esnext', '--moduleResolution', 'bundler', 'typed.ts']],
  ])('compiles with resolution %s, also where libraries are checked', async (_name, settings) => {
    const tsc = path.join(ROOT, 'node_modules', '.bin', 'tsc');
    const { stdout } = await run(project.folder, tsc, '--noEmit', '--strict', ...LIBRARY, ...settings);
    expect(stdout).toBe('');
  });
});

describe('the command of the package', () => {
  const command = at('node_modules', '.bin', 'stock-keeper');

  it('serves, and ends well on SIGTERM', async () => {
    const env = { PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}`, PORT: '0', LOG_LEVEL: 'error' };
    const service = spawn(command, [], { cwd: project.folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(service, 'exit');
    const [said] = await once(service.stdout.setEncoding('utf8'), 'data', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const url = /^Stock Keeper is ready on (\S+)\n$/.exec(String(said))?.[1];
    const answer = await fetch(`${url}/health/ready`, { headers: { connection: 'close' } });
    service.kill('SIGTERM');
    expect(answer.status).toBe(200);
    expect(await ended).toEqual([0, null]);
  });

  it('has the tools beside the service, which say how they are called', async () => {
    expect((await run(project.folder, command, '--help')).stdout).toContain('Usage: stock-keeper [command]');
    expect((await run(project.folder, command, '--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await run(project.folder, command, 'keys', '--help')).stdout).toContain('Usage: npx stock-keeper keys');
    expect((await run(project.folder, command, 'verify', '--help')).stdout).toContain('Usage: npx stock-keeper verify');
    await expect(run(project.folder, command, 'sell')).rejects.toThrow('no command "sell"');
  });
});

describe('installed without the embedded database', () => {
  it('says what a folder needs, and uses a server', async () => {
    await project.install('--omit=optional');
    expect(existsSync(at('node_modules', '@electric-sql', 'pglite'))).toBe(false);
    const { stdout } = await run(project.folder, process.execPath, 'left-out.mjs');
    const [folder, server] = stdout.split('\n');
    expect(folder).toMatch(/needs the package @mikro-orm\/pglite.*npm install @mikro-orm\/pglite@/);
    expect(server).toMatch(/^no PostgreSQL at host 127\.0\.0\.1, port 1/);
  });
});
