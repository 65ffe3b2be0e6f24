/** The headers that make a request safe to repeat: `Idempotency-Key` with its fingerprint, and versions as ETags. */
// Imported as a namespace. A Node without `hash` must still load this file, so that it can be told that it is too old.
import * as crypto from 'node:crypto';
import type { Conditional, Versions } from '../shop/versions.ts';

/**
 * SHA-256 of a normalised request: its defaults are filled in, its lines are added together and sorted, and its fields
 * have a fixed order. `request` names the call first, then what was asked.
 */
export function fingerprint(...request: readonly unknown[]): string {
  return crypto.hash('sha256', JSON.stringify(request), 'base64url');
}

export const etag = (version: number): string => `"${version}"`;

/** The headers that name versions. The schemas have checked their form. */
export interface MatchHeaders {
  readonly 'if-match'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
}

/**
 * What the headers require of the version. `If-None-Match` compares weakly. A tag that is not one of our versions
 * matches nothing.
 */
export function conditionsOf(headers: MatchHeaders): Conditional {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  return {
    ...(match === undefined ? {} : { ifVersion: versionsIn(match) }),
    ...(noneMatch === undefined ? {} : { ifNotVersion: versionsIn(noneMatch) }),
  };
}

function versionsIn(header: string): Versions {
  if (header === '*') return '*';
  const tags = header.matchAll(/"([^"]*)"/g);
  const versions = [...tags].flatMap(([, tag = '']) => (/^(0|[1-9][0-9]{0,9})$/.test(tag) ? Number(tag) : []));
  const [only] = versions;
  return only !== undefined && versions.length === 1 ? only : versions;
}
