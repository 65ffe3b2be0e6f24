/**
 * The keys of a process: those of its start, and on SIGHUP those of the file as it is then. The log tells names, never
 * a key.
 */
import type { Logger } from 'pino';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { ApiKey } from './api-key.ts';
import { KeyRing } from './key-ring.ts';

export interface KeysSettings {
  readonly file: string;
  readonly keys: readonly ApiKey[];
  /** What is not wrong enough to stop the start. */
  readonly warnings: readonly string[];
}

/** To be called once: from then on the process does not end by SIGHUP. */
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
    // That it has none is among the doubts.
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
