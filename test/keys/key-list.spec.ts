/** The text of a keys file: what is taken, and that every fault has its place and shows nothing of a key. */
import { describe, expect, it } from 'vitest';
import { type ApiKey, digestOf, isKey, makeKey, mayDo, ROLES } from '../../src/keys/api-key.ts';
import { formatKeys, KEYS_MAX, parseKeys } from '../../src/keys/key-list.ts';
import { entryOf } from '../support/keys.ts';

const KEY = makeKey();
const ENTRY = entryOf(KEY, 'shop-backend', 'shop');
const { expiresAt: _none, ...LEAST } = ENTRY;

const faultsOf = (...keys: readonly unknown[]): readonly string[] => {
  const read = parseKeys(JSON.stringify({ keys }));
  return read.ok ? [] : read.faults;
};

describe('a key', () => {
  it('is 256 random bits behind a prefix, and its digest is SHA-256', () => {
    expect(KEY).toMatch(/^sk_[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(KEY.slice(3), 'base64url')).toHaveLength(32);
    expect(makeKey()).not.toBe(KEY);
    expect(isKey(KEY)).toBe(true);
    expect([KEY.slice(1), `${KEY}a`, `${KEY}\n`, ''].filter(isKey)).toEqual([]);
    expect(digestOf('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('may do what its role and those before it may', () => {
    const may = ROLES.map((role) => ROLES.filter((needed) => mayDo(role, needed)));
    expect(may).toEqual([
      ['reader'],
      ['reader', 'shop'],
      ['reader', 'shop', 'stock'],
      ['reader', 'shop', 'stock', 'admin'],
    ]);
  });
});

describe('a list of keys', () => {
  it('is read as it was written', () => {
    const keys: readonly ApiKey[] = [ENTRY, entryOf(makeKey(), 'shop-backend', 'shop', '2027-01-01T00:00:00.000Z')];
    expect(parseKeys(formatKeys(keys))).toEqual({ ok: true, keys });
    expect(parseKeys(formatKeys([]))).toEqual({ ok: true, keys: [] });
  });

  it.each([
    ['', 'is not JSON'],
    [`{"keys": [${KEY}]}`, 'is not JSON'],
    ['null', 'must be {"keys": [...]} and nothing else'],
    ['[]', 'must be {"keys": [...]} and nothing else'],
    ['{}', 'must be {"keys": [...]} and nothing else'],
    ['{"keys": {}}', 'must be {"keys": [...]} and nothing else'],
    ['{"keys": [], "more": 1}', 'must be {"keys": [...]} and nothing else'],
  ])('is not %j', (text, fault) => {
    expect(parseKeys(text)).toEqual({ ok: false, faults: [fault] });
  });

  it.each<[object, string]>([
    [{ name: 'two words' }, 'keys[0].name must be 1 to 64 letters'],
    [{ name: 'a'.repeat(65) }, 'keys[0].name must be'],
    [{ name: 7 }, 'keys[0].name must be'],
    [{ role: 'boss' }, 'keys[0].role must be one of reader, shop, stock, admin'],
    [{ role: undefined }, 'keys[0].role must be'],
    [{ sha256: KEY }, 'keys[0].sha256 must be 64 lower-case hex digits'],
    [{ sha256: LEAST.sha256.toUpperCase() }, 'keys[0].sha256 must be'],
    [{ createdAt: '2026-11-01' }, 'keys[0].createdAt must be a time such as'],
    [{ createdAt: undefined }, 'keys[0].createdAt must be'],
    [{ expiresAt: '2027-02-30T00:00:00Z' }, 'keys[0].expiresAt must be a time such as'],
    [{ expiresAt: '2027-01-01T00:00:00+01:00' }, 'keys[0].expiresAt must be'],
    [{ expiresAt: null }, 'keys[0].expiresAt must be'],
    [{ key: KEY }, 'keys[0] has a field that nobody knows'],
  ])('has no entry with %j', (change, fault) => {
    const faults = faultsOf({ ...LEAST, ...change });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
    expect(faults[0]).not.toContain(KEY);
  });

  it('tells all its faults at once', () => {
    expect(faultsOf('x', { ...LEAST, role: 1, name: '' }).map((fault) => fault.slice(0, 12))).toEqual([
      'keys[0] must',
      'keys[1].name',
      'keys[1].role',
    ]);
  });

  it('has a name at most twice, with one role, and a digest once', () => {
    const twin = { ...LEAST, sha256: '0'.repeat(64) };
    expect(faultsOf(LEAST, twin)).toEqual([]);
    expect(faultsOf(LEAST, twin, { ...LEAST, sha256: '1'.repeat(64) })).toEqual([
      'keys[2].name is shop-backend for the third time: the most is two',
    ]);
    expect(faultsOf(LEAST, { ...twin, role: 'admin' })).toEqual([
      'keys[1].role differs from that of shop-backend before it',
    ]);
    expect(faultsOf(LEAST, { ...LEAST, name: 'other' })).toEqual(['keys[1].sha256 is that of keys[0]']);
  });

  it('is bounded', () => {
    const many = Array.from({ length: KEYS_MAX + 1 }, (_, at) => entryOf(makeKey(), `n${at}`, 'reader'));
    expect(parseKeys(formatKeys(many.slice(1)))).toMatchObject({ ok: true });
    expect(parseKeys(formatKeys(many))).toEqual({ ok: false, faults: ['has 101 keys: the most is 100'] });
  });
});
