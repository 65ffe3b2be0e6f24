/** Tells when the client of a waiting request has hung up. */
import type { FastifyReply } from 'fastify';

/** For a request that waits: a signal that aborts when its client hangs up. `null` for a request that does not wait. */
export function untilGone({ raw }: FastifyReply, waitSeconds = 0): AbortSignal | null {
  if (waitSeconds === 0) return null;
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
