/** The keys of a process: those of its start, and on SIGHUP those of the file as it is then. The log tells names, never a key. */
import type { Logger } from 'pino';
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
): KeyRing {
  const ring = new KeyRing(file, keys);
  const tell = (message: string, doubts: readonly string[]) => {
    log.info({ keys: ring.names() }, message);
    for (const doubt of doubts) log.warn({}, `API_KEYS_FILE ${JSON.stringify(file)} ${doubt}`);
  };
  tell('API keys read', warnings);
  process.on('SIGHUP', () => {
    const reloaded = ring.reload();
    if (reloaded.ok) tell('API keys read again', reloaded.warnings);
    else log.error({ file, faults: reloaded.faults }, 'API keys not read again: those before stay');
  });
  return ring;
}
