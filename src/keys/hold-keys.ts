/**
 * The keys of a process. It reads them at the start, and again from the file on SIGHUP. The log names keys and never
 * shows one.
 */
import type { Logger } from 'pino';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { ApiKey } from './api-key.ts';
import { KeyRing } from './key-ring.ts';

export interface KeysSettings {
  readonly file: string;
  readonly keys: readonly ApiKey[];
  /** Faults that are not bad enough to stop the start. */
  readonly warnings: readonly string[];
}

/** Call once. From then on SIGHUP does not end the process. */
export function holdKeys(
  { file, keys, warnings }: KeysSettings,
  log: Pick<Logger, 'info' | 'warn' | 'error'>,
  clock: Clock = systemClock,
): KeyRing {
  const ring = new KeyRing(file, keys);
  const tell = (message: string, doubts: readonly string[]) => {
    const live = ring.live(clock());
    const names = ring.names();
    log.info({ live, keys: names }, message);
    // An empty file already has a warning of its own.
    const expired = live === 0 && names.length > 0 ? ['has expired keys alone: every request is refused'] : [];
    for (const doubt of [...doubts, ...expired]) log.warn({ live }, `API_KEYS_FILE ${JSON.stringify(file)} ${doubt}`);
  };
  tell('API keys read', warnings);
  process.on('SIGHUP', () => {
    const reloaded = ring.reload();
    if (reloaded.ok) tell('API keys read again', reloaded.warnings);
    else log.error({ file, faults: reloaded.faults }, 'API keys not read again: those before stay');
  });
  return ring;
}
