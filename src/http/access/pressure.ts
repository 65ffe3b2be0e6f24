/**
 * Sheds load while the event loop is late: then each request waits for all that came before it, and one more makes it
 * worse. Such a request is answered `overloaded` before anything of it is looked at. Routes that must always be
 * answered say so.
 *
 * Not `@fastify/under-pressure`: its timer reads the memory as well, which ends the process by an uncaught EMFILE where
 * no file can be opened.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SentAway } from '../../api/problems/problems.ts';
import { retryAfterSeconds } from '../../lib/retry-after.ts';
import type { App } from '../door.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered however late the event loop is. */
    neverShed?: true;
  }
}

/** How often it is measured: the mean delay since the last time decides until the next. */
const SAMPLE_MS = 1000;

/** How often the delay itself is taken; what is measured holds as much of it. */
const RESOLUTION_MS = 10;

/**
 * A single stall is over when it is measured, and no reason to send anyone away: load is shed when the next look finds
 * another.
 */
const LATE_LOOKS = 2;

/** To be called before the routes are put on. With 0, nothing is measured. */
export function shedUnderPressure(app: App, eventLoopDelayMaxMs: number): void {
  if (eventLoopDelayMaxMs === 0) return;
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let lateMs = 0;
  let lateLooks = 0;
  const look = setInterval(() => {
    const meanMs = delays.mean / 1e6 - RESOLUTION_MS;
    delays.reset();
    // Not a number when nothing was measured since the last look, but that one stall.
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
    // Nobody is let in before the next look, which comes as late as everything else.
    done(new SentAway({ kind: 'overloaded', retryAfterSeconds: retryAfterSeconds(SAMPLE_MS + lateMs) }));
  });
}
