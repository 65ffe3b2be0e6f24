/** `npm run keys`, as a process. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { digestOf } from '../../src/keys/api-key.ts';
import { readKeysFile } from '../../src/keys/keys-file.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/keys.ts', import.meta.url));

/** A place for a keys file, and the command in its folder. */
function bench() {
  const folder = mkdtempSync(path.join(tmpdir(), 'stock-keeper-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { API_KEYS_FILE: _none, ...env } = process.env;
  return {
    file: path.join(folder, 'api-keys.json'),
    run: (args: string, more: Readonly<Record<string, string>> = {}) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args.split(' ')], {
        cwd: folder,
        env: { ...env, ...more },
        encoding: 'utf8',
      });
      return { status, stdout, stderr };
    },
  };
}

function entriesIn(file: string) {
  const read = readKeysFile(file);
  if (read.kind !== 'read') throw new Error(`the file is ${read.kind}`);
  return read.keys;
}

describe('npm run keys -- add', () => {
  it('prints the key alone, once, and keeps its digest in a file for its owner', () => {
    const { file, run } = bench();
    const { status, stdout, stderr } = run('add --name shop-backend --role shop --expires 2099-01-01');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^sk_[A-Za-z0-9_-]{43}\n$/);
    expect(stderr).toContain('SIGHUP');
    const key = stdout.trim();
    expect(entriesIn(file)).toMatchObject([
      {
        name: 'shop-backend',
        role: 'shop',
        sha256: digestOf(key).toString('hex'),
        expiresAt: '2099-01-01T00:00:00.000Z',
      },
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(key);
    expect(run('list').stdout + stderr).not.toContain(key);
  });

  it('lets two keys of a name live at the same time, with one role, but not three', () => {
    const { file, run } = bench();
    expect(run('add --name shop --role shop').status).toBe(0);
    expect(run('add --name shop --role admin')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('role shop'),
    });
    expect(run('add --name shop --role shop').status).toBe(0);
    expect(run('add --name shop --role shop')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('Remove one first'),
    });
    expect(entriesIn(file)).toHaveLength(2);
  });

  it.each([
    ['add --role shop', "required option '--name <name>' not specified"],
    ['add --name a --role boss', 'Allowed choices are reader, shop, stock, admin'],
    ['add --name a/b --role shop', 'letters, digits'],
    ['add --name a --role shop --expires 2020-01-01', 'in the future'],
    ['add --name a --role shop --expires 2099-02-30', 'such as 2027-01-01'],
    ['add --name a --role shop --expires tomorrow', 'such as 2027-01-01'],
    ['add --name a --role shop more', 'too many arguments'],
    ['list --keys', "unknown option '--keys'"],
    ['show', "unknown command 'show'"],
  ])('refuses %j, and writes nothing', (args, words) => {
    const { file, run } = bench();
    expect(run(args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(words) });
    expect(readKeysFile(file)).toEqual({ kind: 'absent' });
  });

  it('does not touch a file that it does not understand', () => {
    const { file, run } = bench();
    writeFileSync(file, '{"keys": 1}', { mode: 0o600 });
    expect(run('add --name a --role shop')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining(`${path.basename(file)} must be`),
    });
    expect(readFileSync(file, 'utf8')).toBe('{"keys": 1}');
  });

  it('says when it cannot write', () => {
    expect(bench().run('add --name a --role shop --file /no/such/folder/keys.json')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('there is no folder /no/such/folder: make it'),
    });
  });
});

describe('npm run keys -- list and remove', () => {
  it('take API_KEYS_FILE, and --file before it', () => {
    const { file, run } = bench();
    run('add --name a --role shop --file other.json');
    const env = { API_KEYS_FILE: path.join(path.dirname(file), 'other.json') };
    expect(run('list', env).stdout).toMatch(/^a\tshop\tcreated \S+Z\tdoes not expire\n$/);
    expect(run(`list --file ${file}`, env)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('does not exist'),
    });
    expect(run('remove --name a').status).toBe(1);
  });

  it('take a key out, of two the one that is meant', () => {
    const { file, run } = bench();
    for (const name of ['a', 'b', 'b']) run(`add --name ${name} --role reader`);
    expect(run('remove --name c')).toMatchObject({ status: 1, stderr: expect.stringContaining('no key c') });
    expect(run('remove --name b')).toMatchObject({ status: 1, stderr: expect.stringContaining('--created') });
    expect(run('remove --name b --created 2020')).toMatchObject({ status: 1 });
    const [, old, young] = entriesIn(file);
    expect(run(`remove --name b --created ${old?.createdAt}`).status).toBe(0);
    expect(run('remove --name a').status).toBe(0);
    expect(entriesIn(file)).toEqual([young]);
  });
});

describe('npm run keys', () => {
  it.each(['--help', 'add --help', 'list --help', 'remove --help'])('%s explains', (args) => {
    expect(bench().run(args)).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: npm run keys --') });
  });
});
