/** Keys for tests: a file in a temporary folder with a key of each role and an expired one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ApiKey, digestOf, makeKey, type Role } from '../../src/keys/api-key.ts';
import { writeKeysFile } from '../../src/keys/keys-file.ts';

export type Holder = Role | 'expired';

export interface TestKeys extends Disposable {
  readonly file: string;
  /** The entries in the file. */
  readonly entries: readonly ApiKey[];
  /** The keys by name. The name of a key is that of its role. */
  readonly key: Readonly<Record<Holder, string>>;
}

/** The entry of a key that was made on the first of November 2026. */
export function entryOf(key: string, name: string, role: Role, expiresAt: string | null = null): ApiKey {
  return { name, role, sha256: digestOf(key).toString('hex'), createdAt: '2026-11-01T09:00:00.000Z', expiresAt };
}

/** The header of a request with a key. */
export const bearer = (key: string): { readonly authorization: string } => ({ authorization: `Bearer ${key}` });

export function testKeys(): TestKeys {
  const folder = mkdtempSync(path.join(tmpdir(), 'stock-keeper-keys-'));
  const file = path.join(folder, 'api-keys.json');
  const key = { reader: makeKey(), shop: makeKey(), stock: makeKey(), admin: makeKey(), expired: makeKey() };
  const entries = [
    entryOf(key.reader, 'reader', 'reader'),
    entryOf(key.shop, 'shop', 'shop'),
    entryOf(key.stock, 'stock', 'stock'),
    entryOf(key.admin, 'admin', 'admin'),
    entryOf(key.expired, 'expired', 'admin', '2026-11-02T09:00:00.000Z'),
  ];
  writeKeysFile(file, entries);
  return { file, entries, key, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
