/**
 * The service, put together: the parts, and the HTTP server before them.
 *
 * An app is starting → running (`startApp` resolved) → closing (`close` was called) → closed.
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
  /** Where its lines go, when that is to be seen in the metrics. */
  readonly sink?: LogSink;
  /** Who is let in; everyone by default. */
  readonly access?: Access;
  readonly server?: Partial<ServerLimits>;
  /** Of a checkout that names none, minor units; 0 by default. */
  readonly defaultFreight?: number;
}

export interface App extends Pick<Parts, 'keeper' | 'ownership'> {
  readonly server: FastifyInstance;
  /**
   * Stops accepting, answers what was accepted, and lets go of the database: within 8.5 seconds, whatever the database
   * does. Safe to call twice.
   */
  close(): Promise<void>;
}

/**
 * Connects to the database and puts the house together; the caller listens. It then owns the database, whose schema it
 * has brought up to this build, or stands by while another process does. Rejects with an error fit for an operator's
 * eyes.
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
