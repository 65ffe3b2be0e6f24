/** The log: structured lines on stderr (stdout has the one line that says where the service is), and what is written of each observation. */
import { type Logger, pino } from 'pino';
import type { Observation } from './lib/observe.ts';

/** Credentials never reach a line. */
const REDACTED = ['req.headers.authorization', 'req.headers.cookie', 'headers.authorization', 'headers.cookie'];

export function createLog(level: string): Logger {
  return pino({ level, redact: REDACTED }, pino.destination(2));
}

/** Writes an observation with its numbers; what needs an operator's eye is a warning or an error. */
export function logObservation(log: Logger, observation: Observation): void {
  const { kind, ...facts } = observation;
  const line = 'error' in facts ? { ...facts, error: undefined, err: facts.error ?? undefined } : facts;
  log[LEVELS[kind]](line, kind);
}

const LEVELS: Record<Observation['kind'], 'trace' | 'info' | 'warn' | 'error'> = {
  batch_committed: 'trace',
  batch_failed: 'warn',
  load_failed: 'warn',
  commit_settled: 'warn',
  gave_up: 'error',
  orders_expired: 'info',
  sweep_failed: 'error',
};
