/** An API key: how it is made, what is stored of it, and what its role may do. */
// Imported as a namespace. A Node without `hash` must still load this file, so that it can be told that it is too old.
import * as crypto from 'node:crypto';

/** Each role may do everything that the roles before it may. */
export const ROLES = ['reader', 'shop', 'stock', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** An entry of the keys file. The key itself is stored nowhere. */
export interface ApiKey {
  /** The owner's name, for people and logs. Two keys may have one name while one replaces the other. */
  readonly name: string;
  readonly role: Role;
  /** SHA-256 of the key, 64 hex digits. */
  readonly sha256: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC. `null` is a key that is valid until it is removed. */
  readonly expiresAt: string | null;
}

/** Nobody can guess 32 random bytes. They are 43 characters of base64url. */
const RANDOM_BYTES = 32;
const PREFIX = 'sk_';
const SHAPE = /^sk_[A-Za-z0-9_-]{43}$/;

/** A new key. Its prefix lets scanners of source code and logs find a leaked key. */
export const makeKey = (): string => PREFIX + crypto.randomBytes(RANDOM_BYTES).toString('base64url');

export const isKey = (text: string): boolean => SHAPE.test(text);

/**
 * Unsalted and fast. That is right for 256 random bits and would be wrong for a password. Going through hex takes half
 * the time.
 */
export const digestOf = (key: string): Buffer => Buffer.from(crypto.hash('sha256', key, 'hex'), 'hex');

export const mayDo = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

export const isExpired = ({ expiresAt }: ApiKey, now: number): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= now;
