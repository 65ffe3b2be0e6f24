/**
 * Bounds the memory of long answers that their clients have not taken yet. All of them together are bounded, and a
 * client that does not take its answer is cut off. Short answers are left to the system's own buffers.
 *
 * The states of a long answer: held (since it was sent) → taken (by its client) | cut off (by its timer, or because the
 * client went).
 */

import { SentAway } from '../../api/problems/problems.ts';
import { systemElapsed } from '../../lib/clock.ts';
import { Pace } from '../../lib/pace.ts';
import { retryAfterSeconds } from '../../lib/retry-after.ts';
import type { App } from '../door.ts';

/** Shorter answers are not counted, bytes. */
const LONG_BYTES = 65_536;

/** How long a client may need to take a long answer, milliseconds. */
const TAKE_MS = 30_000;

/**
 * Call before the routes are put on. One long answer is always sent, whatever its length. Others are sent only while
 * all of them together are within `bytesMax` bytes.
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
