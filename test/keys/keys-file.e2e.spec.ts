/** The keys file on disk, and the ring of keys that is read from it again. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf, makeKey } from '../../src/keys/api-key.ts';
import { KeyRing } from '../../src/keys/key-ring.ts';
import { readKeysFile, writeKeysFile } from '../../src/keys/keys-file.ts';
import { entryOf, testKeys } from '../support/keys.ts';

describe('writing a keys file', () => {
  it('makes it for its owner alone, also where it was open, and leaves nothing beside it', () => {
    using keys = testKeys();
    expect(statSync(keys.file).mode & 0o777).toBe(0o600);
    chmodSync(keys.file, 0o666);
    writeKeysFile(keys.file, keys.entries);
    expect(statSync(keys.file).mode & 0o777).toBe(0o600);
    expect(readdirSync(path.dirname(keys.file))).toEqual(['api-keys.json']);
  });

  it('replaces the file as a whole: who has it open goes on reading the one before', () => {
    using keys = testKeys();
    const before = statSync(keys.file).ino;
    writeKeysFile(keys.file, []);
    expect(statSync(keys.file).ino).not.toBe(before);
  });

  it('follows a symbolic link, which stays one', () => {
    using keys = testKeys();
    const link = path.join(path.dirname(keys.file), 'link.json');
    symlinkSync(keys.file, link);
    writeKeysFile(link, []);
    expect(readFileSync(keys.file, 'utf8')).toBe('{\n  "keys": []\n}\n');
    expect(readFileSync(link, 'utf8')).toBe('{\n  "keys": []\n}\n');
  });

  it('that fails leaves the file as it was, and nothing beside it', () => {
    using keys = testKeys();
    const folder = path.join(path.dirname(keys.file), 'folder');
    mkdirSync(folder);
    expect(() => writeKeysFile(folder, keys.entries)).toThrow();
    expect(readdirSync(path.dirname(keys.file)).toSorted()).toEqual(['api-keys.json', 'folder']);
  });
});

describe('reading a keys file', () => {
  it('that is absent says so', () => {
    expect(readKeysFile('/no/such/keys.json')).toEqual({ kind: 'absent' });
  });

  it('that is no file does not wait for it', () => {
    using keys = testKeys();
    const folder = path.dirname(keys.file);
    expect(readKeysFile(folder)).toEqual({ kind: 'wrong', faults: ['is not a file'] });
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(readKeysFile(pipe)).toEqual({ kind: 'wrong', faults: ['is not a file'] });
  });

  it('that is huge does not read it', () => {
    using keys = testKeys();
    writeFileSync(keys.file, ' '.repeat(1024 * 1024 + 1));
    expect(readKeysFile(keys.file)).toEqual({ kind: 'wrong', faults: ['is larger than 1048576 bytes'] });
  });

  it.each([0o602, 0o620, 0o666])('that others may write (%o) is refused', (mode) => {
    using keys = testKeys();
    chmodSync(keys.file, mode);
    expect(readKeysFile(keys.file)).toMatchObject({ kind: 'wrong', faults: [expect.stringContaining('chmod 600')] });
  });

  it.each([0o604, 0o640, 0o444])('that others may read (%o) warns', (mode) => {
    using keys = testKeys();
    chmodSync(keys.file, mode);
    const warnings = [expect.stringContaining('chmod 600')];
    expect(readKeysFile(keys.file)).toMatchObject({ kind: 'read', keys: keys.entries, warnings });
  });

  it('that has no key warns', () => {
    using keys = testKeys();
    writeKeysFile(keys.file, []);
    expect(readKeysFile(keys.file)).toEqual({
      kind: 'read',
      keys: [],
      warnings: ['has no key: every request is refused'],
    });
  });
});

describe('a ring of keys', () => {
  it('finds a key by its digest, and no other', () => {
    using keys = testKeys();
    const ring = new KeyRing(keys.file, keys.entries);
    for (const entry of keys.entries) expect(ring.find(Buffer.from(entry.sha256, 'hex'))).toEqual(entry);
    expect(ring.find(digestOf(makeKey()))).toBeNull();
    expect(new KeyRing(keys.file, []).find(digestOf(keys.key.admin))).toBeNull();
  });

  it('compares the whole digest', () => {
    using keys = testKeys();
    const ring = new KeyRing(keys.file, keys.entries);
    for (let at = 0; at < 32; at++) {
      const nearly = digestOf(keys.key.admin);
      nearly.writeUInt8(nearly.readUInt8(at) ^ 1, at);
      expect(ring.find(nearly)).toBeNull();
    }
  });

  it('tells names, and neither keys nor digests', () => {
    using keys = testKeys();
    const told = JSON.stringify(new KeyRing(keys.file, keys.entries).names());
    expect(told).toContain('{"name":"shop","role":"shop","expiresAt":null}');
    for (const { sha256 } of keys.entries) expect(told).not.toContain(sha256);
  });

  it('takes up the file as it is now', () => {
    using keys = testKeys();
    const ring = new KeyRing(keys.file, keys.entries);
    const fresh = makeKey();
    writeKeysFile(keys.file, [entryOf(fresh, 'fresh', 'shop')]);
    expect(ring.reload()).toEqual({ ok: true, warnings: [] });
    expect(ring.find(digestOf(fresh))).toMatchObject({ name: 'fresh' });
    expect(ring.find(digestOf(keys.key.admin))).toBeNull();
  });

  it.each<[string, (file: string) => void]>([
    ['is broken', (file) => writeFileSync(file, '{')],
    ['is gone', (file) => rmSync(file)],
    ['may be written by others', (file) => chmodSync(file, 0o666)],
  ])('keeps its keys when the file %s', (_, harm) => {
    using keys = testKeys();
    const ring = new KeyRing(keys.file, keys.entries);
    harm(keys.file);
    expect(ring.reload()).toMatchObject({ ok: false });
    expect(ring.find(digestOf(keys.key.admin))).toMatchObject({ name: 'admin' });
  });
});
