/** The guide's programs are run as they stand, in one folder, and fail or pass as the guide says. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../../src/http/server.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { LAWS } from '../../src/testing/index.ts';
import { MemoryStore } from '../support/memory-store.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GUIDE = readFileSync(join(ROOT, 'src/testing/README.md'), 'utf8');
const FILES = Array.from(GUIDE.matchAll(/```ts\n\/\/ (\S+)\n(.*?)```/gs), ([, name = '', text = '']) => ({
  name,
  text: text.replaceAll(`'stock-keeper/testing'`, `'${ROOT}src/testing/index.ts'`),
}));
const [, TOLD = ''] = /```text\n(.*?)```/s.exec(GUIDE) ?? [];

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'test-your-shop-'));
  await symlink(join(ROOT, 'node_modules'), join(cwd, 'node_modules'));
  await writeFile(join(cwd, 'package.json'), '{"type":"module"}');
  for (const { name, text } of FILES) await writeFile(join(cwd, name), text);
});
afterAll(() => rm(cwd, { recursive: true }));

/** What a program prints, without indents, and its exit code. */
function run(args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      args,
      { cwd, env: { ...process.env, NO_COLOR: '1', ...env } },
      (_, out, err) => resolve({ code: child.exitCode ?? -1, text: flat(out + err) }),
    );
  });
}

const flat = (text: string): string => text.replace(/^\s+/gm, '');
const underNode = (file: string, env = {}) => run(['--test', '--test-reporter=tap', file], env);

describe('the guide', () => {
  it('has no program that is not run, and all laws', () => {
    expect(GUIDE.match(/```ts/g)).toHaveLength(FILES.length);
    expect(FILES.map(({ name }) => name)).toEqual([
      'shop.ts',
      'adapter.ts',
      'shop.spec.ts',
      'shop.test.ts',
      'whole.test.ts',
      'http.test.ts',
      'property.test.ts',
    ]);
    for (const [law, text] of Object.entries(LAWS)) expect(GUIDE).toContain(`| \`${law}\` | ${text}`);
  });

  it('fails under vitest with the calls that it says', async () => {
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
    const { code, text } = await run([vitest, 'run', 'shop.spec.ts', '--root', cwd], { VITEST: '' });
    expect(text).toContain(flat(TOLD));
    expect(code).toBe(1);
  });

  it('fails under the runner of Node with the calls that it says', async () => {
    const { code, text } = await underNode('shop.test.ts');
    expect(text).toContain(flat(TOLD));
    expect(code).toBe(1);
  });

  it('passes with all that a shop can do, and fails where a restart loses what was answered', async () => {
    const { code, text } = await underNode('whole.test.ts');
    expect(text).toContain('# pass 1');
    expect(code).toBe(0);
    const whole = FILES.find(({ name }) => name === 'whole.test.ts')?.text ?? '';
    const forgetful = whole.replace('  disk = JSON.stringify(shop);\n', '');
    expect(forgetful).not.toBe(whole);
    await writeFile(join(cwd, 'forgetful.test.ts'), forgetful);
    const told = await underNode('forgetful.test.ts');
    expect(told.text).toMatch(/the shop broke a law: .*\nawait open\((?:.*\n)+?await restart\(\)/);
    expect(told.code).toBe(1);
  });

  it('shows every function that an adapter can have', () => {
    const source = readFileSync(join(ROOT, 'src/testing/adapter.ts'), 'utf8');
    const [, adapter = ''] = /export interface ShopAdapter \{(.*?)\n\}/s.exec(source) ?? [];
    const functions = Array.from(adapter.matchAll(/^ {2}(\w+)\??\(/gm), ([, name]) => name);
    expect(functions).toContain('restart');
    expect(functions.filter((name) => !new RegExp(`^ {2}(?:async )?${name}[(:]`, 'm').test(GUIDE))).toEqual([
      'productSales',
    ]);
  });

  it('passes where calls come one after another, as commands of fast-check', async () => {
    expect(await underNode('property.test.ts')).toMatchObject({ code: 0, text: expect.stringContaining('# pass 1') });
  });

  it('passes over HTTP, on the service', async () => {
    const store = new MemoryStore();
    const keeper = new Keeper({ store, lists: store });
    const server = await buildServer({ keeper, logger: false });
    try {
      const url = await server.listen({ host: '127.0.0.1', port: 0 });
      const { code, text } = await underNode('http.test.ts', { SHOP_URL: url });
      expect(text).toContain('# pass 1');
      expect(code).toBe(0);
    } finally {
      await server.close();
      await keeper.close();
    }
  });

  it('compiles under the strictest options', async () => {
    const compilerOptions = { rewriteRelativeImportExtensions: false };
    const include = FILES.map(({ name }) => name);
    const config = { extends: `${ROOT}tsconfig.json`, compilerOptions, include };
    await writeFile(join(cwd, 'tsconfig.json'), JSON.stringify(config));
    expect(await run([join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'])).toEqual({ code: 0, text: '' });
  });
});
