/** What the log says of the keys, when they are read and read again. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { digestOf } from '../../src/keys/api-key.ts';
import { holdKeys } from '../../src/keys/hold-keys.ts';
import { readKeysFile, writeKeysFile } from '../../src/keys/keys-file.ts';
import { entryOf, type TestKeys, testKeys } from '../support/keys.ts';

const NONE = 'has no key: every request is refused';
const EXPIRED = 'has expired keys alone: every request is refused';
/** When the expired key of the tests is over. */
const AT = Date.UTC(2026, 10, 3);

let keys: TestKeys;
let told: { readonly facts: object; readonly message: string }[];

beforeEach(() => {
  keys = testKeys();
  told = [];
});
afterEach(() => {
  process.removeAllListeners('SIGHUP');
  keys[Symbol.dispose]();
});

function hold() {
  const read = readKeysFile(keys.file);
  if (read.kind !== 'read') throw new Error('the keys were not read');
  const tell = (facts: object, message: string) => {
    told.push({ facts, message });
  };
  const log = { info: tell, warn: tell, error: tell } as unknown as Parameters<typeof holdKeys>[1];
  return holdKeys({ file: keys.file, ...read }, log, () => AT);
}

it('how many are live is told at each reading, and that nobody is let in', () => {
  hold();
  expect(told).toMatchObject([{ facts: { live: 4 }, message: 'API keys read' }]);
  writeKeysFile(keys.file, []);
  process.emit('SIGHUP', 'SIGHUP');
  writeKeysFile(keys.file, [entryOf(keys.key.expired, 'expired', 'admin', '2026-11-02T09:00:00.000Z')]);
  process.emit('SIGHUP', 'SIGHUP');
  writeKeysFile(keys.file, keys.entries);
  process.emit('SIGHUP', 'SIGHUP');
  expect(told.slice(1)).toMatchObject([
    { facts: { live: 0 }, message: 'API keys read again' },
    { facts: { live: 0 }, message: expect.stringContaining(NONE) },
    { facts: { live: 0 }, message: 'API keys read again' },
    { facts: { live: 0 }, message: expect.stringContaining(EXPIRED) },
    { facts: { live: 4 }, message: 'API keys read again' },
  ]);
});

it('a start without a live key is told, and no digest ever is', () => {
  writeKeysFile(keys.file, []);
  hold();
  expect(told.at(-1)?.message).toContain(NONE);
  expect(JSON.stringify(told)).not.toContain(digestOf(keys.key.admin).toString('hex'));
});
