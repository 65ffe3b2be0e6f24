/** Between the keeper and a logger of somebody else. */
import { LEVELS, type Log } from '../log.ts';

/** Whatever it throws is Node's to report, and stops nothing. Throws `TypeError` when it lacks a level. */
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
