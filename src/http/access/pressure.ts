/**
 * Sheds load while the event loop is late. Each request then waits for all requests before it, and one more makes it
 * worse. Such a request is answered `overloaded` before anything in it is read. Routes that must always be answered say
 * so.
 *
 * `@fastify/under-pressure` is not used. Its timer also reads the memory use. Where no file can be opened, that throws
 * an uncaught EMFILE and ends the process.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SentAway } from '../../api/problems/problems.ts';
import { retryAfterSeconds } from '../../lib/retry-after.ts';
import type { App } from '../door.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route is answered however late the event loop is. */
    neverShed?: true;
  }
}

/** How often the delay is looked at. The mean delay since the last look decides until the next one. */
const SAMPLE_MS = 1000;

/** How often the delay is sampled. Every sample includes this much on top of the delay. */
const RESOLUTION_MS = 10;

/**
 * A single stall is over by the time it is measured, so it is no reason to send requests away. Load is shed when the
 * next look finds another one.
 */
const LATE_LOOKS = 2;

/** Call before the routes are put on. With 0, nothing is measured. */
export function shedUnderPressure(app: App, eventLoopDelayMaxMs: number): void {
  if (eventLoopDelayMaxMs === 0) return;
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let lateMs = 0;
  let lateLooks = 0;
  const look = setInterval(() => {
    const meanMs = delays.mean / 1e6 - RESOLUTION_MS;
    delays.reset();
    // NaN when one stall lasted since the last look, so that nothing was sampled.
    const isStall = Number.isNaN(meanMs);
    lateMs = isStall ? 0 : Math.max(meanMs, 0);
    lateLooks = isStall || lateMs > eventLoopDelayMaxMs ? lateLooks + 1 : 0;
  }, SAMPLE_MS).unref();
  app.addHook('onClose', (_app, done) => {
    clearInterval(look);
    delays.disable();
    done();
  });
  app.addHook('onRequest', (request, _reply, done) => {
    if (lateLooks < LATE_LOOKS || request.routeOptions.config.neverShed) return done();
    // No request is let in before the next look, which is as late as everything else.
    done(new SentAway({ kind: 'overloaded', retryAfterSeconds: retryAfterSeconds(SAMPLE_MS + lateMs) }));
  });
}
