/** The headers that make a request safe to repeat: `Idempotency-Key` with its fingerprint, and versions as ETags. */
// Not by name: a Node so old that it has no `hash` must come as far as to be told that it is too old.
import * as crypto from 'node:crypto';
import type { Conditional, Versions } from '../shop/versions.ts';

/**
 * SHA-256 of a normalised request: its defaults filled in, its lines added together and sorted, its fields in a fixed
 * order. `request` names the call first, then what was asked.
 */
export function fingerprint(...request: readonly unknown[]): string {
  return crypto.hash('sha256', JSON.stringify(request), 'base64url');
}

export const etag = (version: number): string => `"${version}"`;

/** The headers that name versions. The schemas have seen their form. */
export interface MatchHeaders {
  readonly 'if-match'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
}

/**
 * What the headers ask of the version. `If-None-Match` compares weakly, and a tag that is no version of ours matches
 * nothing.
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
