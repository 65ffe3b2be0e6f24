/**
 * The service: the parts, and the HTTP server before them.
 *
 * The states of an app: starting → running (`startApp` resolved) → closing (`close` was called) → closed.
 */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Access } from './http/access/auth.ts';
import { Metrics } from './http/metrics/metrics.ts';
import { buildServer, type ServerLimits } from './http/server.ts';
import type { LogSink } from './lib/log-sink.ts';
import type { Parts } from './library/parts.ts';
import { openParts, type PartsOptions } from './parts.ts';

export interface AppOptions extends Omit<PartsOptions, 'observe' | 'log'> {
  readonly log: Logger;
  /** Where the log's lines go. If given, the metrics count its dropped lines. */
  readonly sink?: LogSink;
  /** Which requests are let in; by default all are. */
  readonly access?: Access;
  readonly server?: Partial<ServerLimits>;
  /** The freight of a checkout that names none, minor units; 0 by default. */
  readonly defaultFreight?: number;
}

export interface App extends Pick<Parts, 'keeper' | 'ownership'> {
  readonly server: FastifyInstance;
  /**
   * Stops accepting, answers what was accepted, then lets go of the database. Takes at most 8.5 seconds, whatever the
   * database does. Safe to call twice.
   */
  close(): Promise<void>;
}

/**
 * Connects to the database and puts the service together; the caller listens. The process then owns the database and
 * has brought its schema up to this build, or it stands by while another process owns it. Rejects with an error that an
 * operator can read.
 */
export async function startApp({
  access,
  sink,
  server: limits = {},
  defaultFreight = 0,
  ...options
}: AppOptions): Promise<App> {
  const metrics = new Metrics();
  if (sink !== undefined) metrics.watchLog(sink);
  const parts = await openParts({ ...options, observe: metrics.observe });
  const { keeper, ownership } = parts;
  try {
    const server = await buildServer({
      keeper,
      logger: options.log,
      metrics,
      limits,
      defaultFreight,
      ...(access === undefined ? {} : { access }),
    });
    const door = { close: () => server.close(), cutOff: () => server.server.closeAllConnections() };
    return { server, keeper, ownership, close: () => parts.close(door) };
  } catch (error) {
    await parts.close();
    throw error;
  }
}
