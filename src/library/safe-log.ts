/** Stands between the keeper and a logger that is not ours. */
import { LEVELS, type Log } from '../log.ts';

/**
 * Node reports an error that the logger throws; the error stops nothing. Throws `TypeError` when the logger lacks a
 * level.
 */
export function safeLog(log: Log): Log {
  for (const level of LEVELS) {
    if (typeof log?.[level] !== 'function') throw new TypeError(`logger must have the functions ${LEVELS.join(', ')}.`);
  }
  const say = (level: keyof Log) => (facts: object, message: string) => {
    try {
      log[level](facts, message);
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  };
  return { trace: say('trace'), info: say('info'), warn: say('warn'), error: say('error') };
}
