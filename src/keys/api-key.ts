/** An API key: how it is made, what is kept of it, and what its role may do. */
// Not by name: a Node so old that it has no `hash` must come as far as to be told that it is too old.
import * as crypto from 'node:crypto';

/** Each role may do all that those before it may. */
export const ROLES = ['reader', 'shop', 'stock', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** An entry of the keys file. The key itself is kept nowhere. */
export interface ApiKey {
  /** Whose it is, for people and logs. Two keys of one name live side by side while one takes over from the other. */
  readonly name: string;
  readonly role: Role;
  /** SHA-256 of the key, 64 hex digits. */
  readonly sha256: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC; `null` lives until it is removed. */
  readonly expiresAt: string | null;
}

/** Bits nobody can guess: 32 bytes are 43 characters of base64url. */
const RANDOM_BYTES = 32;
const PREFIX = 'sk_';
const SHAPE = /^sk_[A-Za-z0-9_-]{43}$/;

/** A new key. The prefix lets scanners of source code and logs find one that got there. */
export const makeKey = (): string => PREFIX + crypto.randomBytes(RANDOM_BYTES).toString('base64url');

export const isKey = (text: string): boolean => SHAPE.test(text);

/**
 * Unsalted and fast, which is right for 256 random bits and wrong for a password. By way of hex it takes half the time.
 */
export const digestOf = (key: string): Buffer => Buffer.from(crypto.hash('sha256', key, 'hex'), 'hex');

export const mayDo = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

export const isExpired = ({ expiresAt }: ApiKey, now: number): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= now;
