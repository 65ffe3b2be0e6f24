/**
 * The log: structured lines on stderr. stdout has only the line that says where the service is. Also says how each
 * observation is logged.
 */
import { type Logger, type LoggerOptions, pino } from 'pino';
import { LogSink } from './lib/log-sink.ts';
import type { Observation } from './lib/observe.ts';

/** Credentials never reach a line. */
const REDACTED = ['req.headers.authorization', 'req.headers.cookie', 'headers.authorization', 'headers.cookie'];

export function createLog(level: string, sink = new LogSink(process.stderr)): Logger {
  const log = pino(logOptions(level), sink);
  sink.onFlow((lines) => log.warn({ lines }, 'lines of the log were dropped: nobody took them'));
  return log;
}

/** How lines are written, wherever they go. */
export function logOptions(level: string): LoggerOptions {
  return { level, redact: REDACTED, serializers: { err: errorLine } };
}

/**
 * What is logged of an error. The database's own errors also carry the failing row. It holds a customer's data and is
 * left out.
 */
function errorLine(error: Error): object {
  const { name, message, stack, cause, code, constraint } = error as Error & { code?: unknown; constraint?: unknown };
  return { type: name, message, code, constraint, stack, cause: cause instanceof Error ? errorLine(cause) : undefined };
}

export const LEVELS = ['trace', 'info', 'warn', 'error'] as const;

/** Where lines go: a pino logger, or anything that takes facts and a message. */
export type Log = Readonly<Record<(typeof LEVELS)[number], (facts: object, message: string) => void>>;

/** Logs an observation with its numbers. What an operator must look at is a warning or an error. */
export function logObservation(log: Log, observation: Observation): void {
  const { kind, ...facts } = observation;
  const line = 'error' in facts ? { ...facts, error: undefined, err: facts.error ?? undefined } : facts;
  log[LEVEL_OF[kind]](line, kind);
}

const LEVEL_OF: Record<Observation['kind'], keyof Log> = {
  batch_committed: 'trace',
  batch_failed: 'warn',
  load_failed: 'warn',
  quarantined: 'error',
  commit_settled: 'warn',
  gave_up: 'error',
  ownership_taken: 'info',
  ownership_lost: 'warn',
  ownership_sought: 'warn',
  standing_by: 'info',
  orders_expired: 'info',
  carts_swept: 'info',
  sweep_failed: 'error',
};
