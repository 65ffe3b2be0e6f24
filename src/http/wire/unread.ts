/**
 * Long answers that their clients have not taken yet are memory that others cannot have: all of them together are
 * bounded, and who does not take one is cut off. Short answers are the business of the system's own buffers.
 *
 * A long answer is held (from when it is sent) → taken (by its client) | cut off (by its timer, or because the client
 * went).
 */

import { SentAway } from '../../api/problems/problems.ts';
import { systemElapsed } from '../../lib/clock.ts';
import { Pace } from '../../lib/pace.ts';
import { retryAfterSeconds } from '../../lib/retry-after.ts';
import type { App } from '../door.ts';

/** What is shorter is not counted, bytes. */
const LONG_BYTES = 65_536;

/** A client has so long to take a long answer, milliseconds. */
const TAKE_MS = 30_000;

/**
 * To be called before the routes are put on. One answer is always let go, however long; another only when both are
 * within `bytesMax`.
 */
export function boundUnread(app: App, bytesMax: number): void {
  const pace = new Pace(systemElapsed);
  let held = 0;
  app.addHook('onSend', (_request, reply, payload, done) => {
    const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
    if (bytes < LONG_BYTES) return done();
    if (held > 0 && held + bytes > bytesMax) {
      return done(new SentAway({ kind: 'overloaded', retryAfterSeconds: retryAfterSeconds(pace.drainMs) }));
    }
    const share = bytes / bytesMax;
    held += bytes;
    pace.join(share);
    const late = setTimeout(() => reply.raw.destroy(), TAKE_MS);
    reply.raw.once('close', () => {
      clearTimeout(late);
      held -= bytes;
      pace.leave(share);
    });
    done();
  });
}
