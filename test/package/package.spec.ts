/** The package as a new user meets it: packed, installed into an empty project, run on the oldest Node it promises and on the newest, and compiled against. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../src/api/call.ts';
import { CALLS } from '../../src/api/calls.ts';
import { copyEmbedded } from '../support/embedded.ts';
import { until } from '../support/until.ts';
import { packagesDeclared } from './declarations.ts';
import {
  DOORS,
  HOVER,
  IMPORTED,
  LEFT_OUT,
  ON_OLD_NODE,
  REQUIRED,
  SHOP_TEST,
  TYPED,
  TYPED_REQUIRE,
  WITH_ORM,
} from './programs.ts';
import { emptyProject, installOlderNodes, olderNode, pack, ROOT, run, TIMEOUT_MS } from './project.ts';

interface Manifest {
  readonly engines: { readonly node: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}
const manifest: Manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const tool = (name: string) => `${name}@${manifest.devDependencies[name]}`;

/** The oldest Node that the manifest promises, from npm: it needs no script to be installed. */
const OLDEST = `${manifest.engines.node.replace('>=', '')}.0`;
/** One that many machines still have; and one that lacks names which newer ones have in their modules, and cannot require this package at all. */
const TOO_OLD = '20.20.2';
const MUCH_TOO_OLD = '18.20.8';
const NODE_PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

// Each program has its own limit, which says more.
vi.setConfig({ testTimeout: 3 * TIMEOUT_MS });

/**
 * That of which the reference is made. It shows the sentence above a call at the method that is mapped from it; that of
 * TypeScript 7.0 does not yet (typescript-go #4677).
 */
const OLDER_TYPESCRIPT = /typescript@\S+/.exec(manifest.scripts['docs:api'] ?? '')?.[0] ?? '';

const project = emptyProject();
const elsewhere = emptyProject();
const at = (...names: readonly string[]) => path.join(project.folder, ...names);
const oldest = olderNode(NODE_PACKAGE, OLDEST);
let file: string;

/** Node 22 warns of its SQLite, by which a folder is locked. */
const withoutExperiments = (stderr: string) =>
  stderr.replace(/^.*ExperimentalWarning: SQLite.*\n.*trace-warnings.*\n/m, '');

beforeAll(async () => {
  const nodes = installOlderNodes(NODE_PACKAGE, [OLDEST, TOO_OLD, MUCH_TOO_OLD]);
  const packed = async () => {
    file = await pack(elsewhere.folder);
    await project.install(file, tool('fast-check'), tool('@types/node'), OLDER_TYPESCRIPT);
  };
  await Promise.all([packed(), nodes]);
  for (const [name, text] of Object.entries({
    'ten-lines.mjs': IMPORTED,
    'ten-lines.cjs': REQUIRED,
    'doors.cjs': DOORS,
    'typed.ts': TYPED,
    'typed-require.cts': TYPED_REQUIRE,
    'with-orm.ts': WITH_ORM,
    'shop.test.mjs': SHOP_TEST,
    'hover.mjs': HOVER,
    'left-out.mjs': LEFT_OUT,
    'old.cjs': ON_OLD_NODE,
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
    expect(manifest.scripts['prepack']).toBe('npm run build');
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

  it('declares its types without MikroORM and XState, whose own do not compile under every option', () => {
    const doors = ['index', 'fastify', 'migrations', path.join('testing', 'index')];
    const packages = packagesDeclared(doors.map((door) => at('node_modules', 'stock-keeper', 'dist', `${door}.d.ts`)));
    expect([...packages.keys()].toSorted()).toEqual([
      'fast-check',
      'fastify',
      'node:stream',
      'node:tls',
      'pino',
      'typebox',
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

// Imported on one, required on the other: that both are the same modules, on either Node, the doors tell.
describe.each([
  ['the oldest Node', oldest, OLDEST, 'ten-lines.mjs'],
  ['this Node', process.execPath, process.versions.node, 'ten-lines.cjs'],
])('installed, on %s', (_name, node, version, program) => {
  it(`places an order and cancels it twice: ${program}`, async () => {
    expect((await run(project.folder, node, '--version')).stdout).toBe(`v${version}\n`);
    const data = `data-${version}`;
    // The oldest Node makes a folder of its own as well.
    if (version !== OLDEST) await copyEmbedded(at(data));
    const { stdout, stderr } = await run(project.folder, node, program, data);
    expect(stdout).toBe("order_placed [ 'cancelled', 'cancelled' ] 1\n");
    expect(withoutExperiments(stderr)).toBe('');
  });

  it('is the same required and imported, at each door', async () => {
    const { stdout, stderr } = await run(project.folder, node, 'doors.cjs');
    expect(stdout).toMatch(/^stock-keeper true .*createStockKeeper/m);
    expect(stdout).toMatch(/^stock-keeper\/fastify true stockKeeperPlugin$/m);
    expect(stdout).toMatch(/^stock-keeper\/testing true .*checkShop/m);
    expect(stdout).toMatch(/^stock-keeper\/migrations true migrationSql migrations$/m);
    expect(stderr).toBe('');
  });

  it("tests a shop under Node's own test runner", async () => {
    const { stdout } = await run(project.folder, node, '--test', '--test-reporter=tap', 'shop.test.mjs');
    expect(stdout).toMatch(/^# pass 1$/m);
  });
});

describe.each([TOO_OLD, MUCH_TOO_OLD])('on Node %s, which is too old', (version) => {
  const node = olderNode(NODE_PACKAGE, version);
  const told = `Stock Keeper needs Node ${OLDEST.replace(/\.0$/, '')} or later, and this is Node ${version} (${node}). Install a newer Node`;
  const saidBy = (folder: string, ...args: readonly string[]) =>
    run(folder, node, ...args).then(
      () => 'it ran',
      (error: Error) => error.message,
    );
  const doors = ['stock-keeper', 'stock-keeper/fastify', 'stock-keeper/testing', 'stock-keeper/migrations'];

  it('each door says which one is needed', async () => {
    const ways = version === MUCH_TOO_OLD ? ['import'] : ['import', 'require'];
    const { stdout } = await run(project.folder, node, 'old.cjs', ways.join(), ...doors);
    const lines = stdout.trimEnd().split('\n');
    const all = ways.flatMap((way) => doors.map((door) => `${way} ${door}: `));
    expect(lines.map((line) => line.slice(0, line.indexOf(': ') + 2))).toEqual(all);
    for (const line of lines) expect(line).toContain(told);
  });

  it.each([[], ['keys', 'list'], ['verify'], ['--help']])('the command says so, and nothing else', async (...args) => {
    const command = path.join('node_modules', 'stock-keeper', 'dist', 'bin.js');
    const [, ...said] = (await saidBy(project.folder, command, ...args)).trim().split('\n');
    expect(said).toEqual(['', expect.stringContaining(told)]);
  });

  it("so do npm's scripts in a clone, and where a newer Node can come from", async () => {
    const start = manifest.scripts['start']?.replace('exec node ', '').split(' ') ?? [];
    expect(await saidBy(ROOT, ...start)).toMatch(/needs Node .*npm ci bring a Node 24/);
  });
});

describe('a program in TypeScript', () => {
  const LIBRARY = ['--lib', 'es2024,esnext.disposable', '--target', 'es2024', '--types', 'node'];
  const STRICTEST = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
  // Libraries are checked once, under the resolution that is the stricter about what they import.
  const LIBRARIES_TOO = [...STRICTEST, '--skipLibCheck', 'false'];
  const WITH_ORM = ['--strict', '--skipLibCheck', 'with-orm.ts'];
  const ours = path.join(ROOT, 'node_modules', '.bin', 'tsc');
  const older = at('node_modules', '.bin', 'tsc');
  it.each([
    ['nodenext, libraries checked', ours, [...LIBRARIES_TOO, '--module', 'nodenext', 'typed.ts', 'typed-require.cts']],
    ['nodenext, by an older TypeScript', older, [...STRICTEST, '--skipLibCheck', '--module', 'nodenext', 'typed.ts']],
    [
      'bundler',
      ours,
      [...STRICTEST, '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler', 'typed.ts'],
    ],
    ['nodenext, with a MikroORM of its own', ours, [...WITH_ORM, '--module', 'nodenext']],
  ])('compiles with resolution %s', async (_name, tsc, settings) => {
    const one = tsc === ours ? ['--singleThreaded'] : [];
    const { stdout } = await run(project.folder, tsc, '--noEmit', ...one, ...LIBRARY, ...settings);
    expect(stdout).toBe('');
  });

  it('is shown, at each method, a sentence, the fields of the request and the kind of the answer', async () => {
    const calls = Object.entries<Call>(CALLS);
    const { stdout } = await run(project.folder, process.execPath, 'hover.mjs', ...calls.map(([name]) => name));
    const shown: readonly (readonly [string, string])[] = JSON.parse(stdout);
    for (const [index, [name, { params, query, body, success }]] of calls.entries()) {
      const [what = '', told = ''] = shown[index] ?? [];
      expect(told, name).toMatch(/^[A-Z].*\.$/s);
      const fields = [params, query, body].flatMap((part) => Object.keys(part?.properties ?? {}));
      for (const field of fields) expect(what).toMatch(new RegExp(`readonly ${field}\\??: `));
      for (const kind of [success].flat()) expect(what).toContain(`readonly kind: "${kind}"`);
    }
    const [cancel = ''] = shown[calls.findIndex(([name]) => name === 'cancelOrder')] ?? [];
    expect(cancel).toContain('readonly order: OrderBody');
    expect(cancel).toContain('"order_not_found" | "order_shipped"');
  });
});

describe('the command of the package', () => {
  const command = at('node_modules', '.bin', 'stock-keeper');

  it('serves, and ends well on SIGTERM', async () => {
    const env = { PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}`, PORT: '0', LOG_LEVEL: 'error' };
    // In its default place; that a folder is made there is asked of the service itself.
    await copyEmbedded(at('data'));
    const service = spawn(command, [], { cwd: project.folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(service, 'exit');
    const [said] = await once(service.stdout.setEncoding('utf8'), 'data', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const url = /^Stock Keeper is ready on (\S+)\n$/.exec(String(said))?.[1];
    // On a busy machine it sheds load at first.
    await until(async () => {
      const { status } = await fetch(`${url}/health/ready`, { headers: { connection: 'close' } });
      expect(status).toBe(200);
    });
    service.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('has the tools beside the service, which say how they are called', async () => {
    expect((await run(project.folder, command, '--help')).stdout).toContain('Usage: npx stock-keeper\n');
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
    expect(folder).toMatch(
      /needs the package @mikro-orm\/pglite.*--omit=optional.*Node older than.*npm install @mikro-orm\/pglite@/,
    );
    expect(server).toMatch(/^no PostgreSQL at host 127\.0\.0\.1, port 1/);
  });
});
