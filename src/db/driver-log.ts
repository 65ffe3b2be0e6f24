/** What MikroORM may log: warnings about connections, and nothing that could hold SQL, parameters or a password. */
import type { LogContext, Logger } from '@mikro-orm/core';

/** For `loggerFactory` of MikroORM. `tell` is called with each lost connection, in one line. */
export function driverLog(tell: (message: string) => void): Logger {
  return {
    log(_namespace: string, message: string, context?: LogContext): void {
      if (context?.level === 'warning' || context?.level === 'error') tell(message);
    },
    warn: (_namespace, message) => tell(message),
    error: (_namespace, message) => tell(message),
    logQuery: () => {},
    setDebugMode: () => {},
    isEnabled: () => false,
  };
}
