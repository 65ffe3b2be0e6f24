/**
 * The keys that are accepted now. `reload`, which runs on SIGHUP, replaces all of them at once. A wrong file changes
 * nothing.
 */
import { timingSafeEqual } from 'node:crypto';
import { type ApiKey, isExpired } from './api-key.ts';
import { readKeysFile } from './keys-file.ts';

interface HeldKey {
  readonly key: ApiKey;
  readonly digest: Buffer;
}

/** The words go after the name of the file. */
export type Reloaded =
  | { readonly ok: true; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly faults: readonly string[] };

export class KeyRing {
  readonly #file: string;
  #held: readonly HeldKey[];

  /** `keys` are those read from `file` at the start. */
  constructor(file: string, keys: readonly ApiKey[]) {
    this.#file = file;
    this.#held = keys.map(held);
  }

  /**
   * The entry of the key with this SHA-256, expired or not. Takes the same time for every key, and when there is none.
   */
  find(digest: Buffer): ApiKey | null {
    let found: ApiKey | null = null;
    for (const { key, digest: known } of this.#held) if (timingSafeEqual(known, digest)) found = key;
    return found;
  }

  /** What the log may say about the keys. */
  names(): readonly Pick<ApiKey, 'name' | 'role' | 'expiresAt'>[] {
    return this.#held.map(({ key: { name, role, expiresAt } }) => ({ name, role, expiresAt }));
  }

  /** How many keys are valid at `now`, milliseconds since the Unix epoch. */
  live(now: number): number {
    return this.#held.filter(({ key }) => !isExpired(key, now)).length;
  }

  /** Reads the file again. When it is wrong or gone, the keys stay as they are. */
  reload(): Reloaded {
    const read = readKeysFile(this.#file);
    if (read.kind === 'absent') return { ok: false, faults: ['does not exist'] };
    if (read.kind === 'wrong') return { ok: false, faults: read.faults };
    this.#held = read.keys.map(held);
    return { ok: true, warnings: read.warnings };
  }
}

const held = (key: ApiKey): HeldKey => ({ key, digest: Buffer.from(key.sha256, 'hex') });
