/**
 * Sheds load while the event loop is late: then each request waits for all that came before it, and one more makes it worse. Such a
 * request is answered `overloaded` before anything of it is looked at. Supervisors' routes say for themselves that they are let through.
 */
import underPressure from '@fastify/under-pressure';
import { retryAfterSeconds } from '../lib/retry-after.ts';
import type { App } from './door.ts';
import { sendProblem } from './problems.ts';

/** How often it is measured: the mean delay since the last time decides until the next. */
const SAMPLE_MS = 1000;

/** A single stall is over when it is measured, and no reason to send anyone away: load is shed when the next look finds another. */
const LASTING_MS = 1.5 * SAMPLE_MS;

/** To be called before the routes are put on. */
export async function shedUnderPressure(app: App, eventLoopDelayMaxMs: number): Promise<void> {
  let since = 0;
  let last = Number.NEGATIVE_INFINITY;
  await app.register(underPressure, {
    maxEventLoopDelay: eventLoopDelayMaxMs,
    sampleInterval: SAMPLE_MS,
    pressureHandler: (_request, reply, _type, delayMs = 0) => {
      // Not a number that can be told: nothing was measured since the last look, but that one stall.
      const lateMs = Number.isFinite(delayMs) ? delayMs : 0;
      const now = performance.now();
      if (now - last > LASTING_MS + lateMs) since = now;
      last = now;
      if (now - since < LASTING_MS) return;
      // Nobody is let in before the next look, which comes as late as everything else.
      void sendProblem(reply, { kind: 'overloaded', retryAfterSeconds: retryAfterSeconds(SAMPLE_MS + lateMs) });
    },
  });
}
