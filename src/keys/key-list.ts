/**
 * Reads the text of a keys file strictly: `{"keys": [{name, role, sha256, createdAt, expiresAt?}]}`. A fault names its
 * place and never shows a value that could be a key.
 */
import { type ApiKey, ROLES, type Role } from './api-key.ts';

/** Each request is compared with all of them. */
export const KEYS_MAX = 100;
/** One key that goes and one that comes. */
export const SAME_NAME_MAX = 2;

export const NAME_WORDS = '1 to 64 letters, digits, dots, dashes or underscores';
export const isName = (name: string): boolean => /^[A-Za-z0-9._-]{1,64}$/.test(name);
export const isRole = (role: string): role is Role => ROLES.some((known) => known === role);

export type KeyListRead =
  | { readonly ok: true; readonly keys: readonly ApiKey[] }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Reads a whole list, or reports all its faults. */
export function parseKeys(text: string): KeyListRead {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message would quote what it found.
    return { ok: false, faults: ['is not JSON'] };
  }
  const entries = isObject(value) && Object.keys(value).length === 1 ? value['keys'] : undefined;
  if (!Array.isArray(entries)) return { ok: false, faults: ['must be {"keys": [...]} and nothing else'] };
  if (entries.length > KEYS_MAX) return { ok: false, faults: [`has ${entries.length} keys: the most is ${KEYS_MAX}`] };

  const faults: string[] = [];
  const keys = entries.map((entry: unknown, at) => readEntry(entry, (fault) => faults.push(`keys[${at}]${fault}`)));
  if (faults.length === 0) faults.push(...amongEachOther(keys));
  return faults.length === 0 ? { ok: true, keys } : { ok: false, faults };
}

export const formatKeys = (keys: readonly ApiKey[]): string => {
  const entries = keys.map(({ expiresAt, ...key }) => (expiresAt === null ? key : { ...key, expiresAt }));
  return `${JSON.stringify({ keys: entries }, null, 2)}\n`;
};

const FIELDS: Readonly<Record<keyof ApiKey, { readonly fits: (text: string) => boolean; readonly must: string }>> = {
  name: { fits: isName, must: NAME_WORDS },
  role: { fits: isRole, must: `one of ${ROLES.join(', ')}` },
  sha256: { fits: (text) => /^[0-9a-f]{64}$/.test(text), must: '64 lower-case hex digits, the SHA-256 of the key' },
  createdAt: { fits: isTime, must: 'a time such as 2026-11-21T09:30:00.000Z' },
  expiresAt: { fits: isTime, must: 'a time such as 2027-01-01T00:00:00.000Z, or left out' },
};

/** If it reports a fault, the returned entry must not be used. */
function readEntry(entry: unknown, fault: (what: string) => void): ApiKey {
  const given = isObject(entry) ? entry : {};
  if (!isObject(entry)) fault(' must be an object');
  for (const field of Object.keys(given)) {
    if (!Object.hasOwn(FIELDS, field))
      fault(` has a field that nobody knows: they are ${Object.keys(FIELDS).join(', ')}`);
  }
  const text = (field: keyof ApiKey): string => {
    const value = given[field];
    if (typeof value === 'string' && FIELDS[field].fits(value)) return value;
    if (isObject(entry)) fault(`.${field} must be ${FIELDS[field].must}`);
    return '';
  };
  return {
    name: text('name'),
    role: text('role') as Role,
    sha256: text('sha256'),
    createdAt: text('createdAt'),
    expiresAt: given['expiresAt'] === undefined ? null : text('expiresAt'),
  };
}

function amongEachOther(keys: readonly ApiKey[]): string[] {
  const faults: string[] = [];
  for (const [at, { name, role, sha256 }] of keys.entries()) {
    const before = keys.slice(0, at);
    const same = before.filter((key) => key.name === name);
    if (same.length === SAME_NAME_MAX) faults.push(`keys[${at}].name is ${name} for the third time: the most is two`);
    if (same.some((key) => key.role !== role)) faults.push(`keys[${at}].role differs from that of ${name} before it`);
    const twin = before.findIndex((key) => key.sha256 === sha256);
    if (twin !== -1) faults.push(`keys[${at}].sha256 is that of keys[${twin}]`);
  }
  return faults;
}

function isTime(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(text) ? new Date(text) : null;
  // `Date` turns a day that no calendar has into another day.
  return time !== null && !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 19) === text.slice(0, 19);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
