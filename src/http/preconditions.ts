/** The headers that make a request safe to repeat: `Idempotency-Key` with its fingerprint, and versions as ETags. */
// Not by name: a Node so old that it has no `hash` must come as far as to be told that it is too old.
import * as crypto from 'node:crypto';
import { COUNTER_MAX } from '../stock/sku.ts';
import { DoorFault } from './problems.ts';

/**
 * SHA-256 of a normalised request: its defaults filled in, its lines added together and sorted, its fields in a fixed order.
 * `request` names the call first, then what was asked.
 */
export function fingerprint(...request: readonly unknown[]): string {
  return crypto.hash('sha256', JSON.stringify(request), 'base64url');
}

export const etag = (version: number): string => `"${version}"`;

/** The version that `If-Match` asks for; `null` without the header and for `*`. The schema has seen its form. */
export function ifVersion(headers: { readonly 'if-match'?: string }): number | null {
  const tag = headers['if-match'];
  if (tag === undefined || tag === '*') return null;
  const version = Number(tag.slice(1, -1));
  if (version > COUNTER_MAX) {
    throw new DoorFault('invalid_request', `Header if-match must be a version from 0 to ${COUNTER_MAX}, got ${tag}.`);
  }
  return version;
}

/** Whether `If-None-Match` names this version, weakly compared. */
export function isUnchanged(header: string | undefined, version: number): boolean {
  if (header === undefined) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag(version));
}
