/** When the client of a request that waits has hung up. */
import type { FastifyReply } from 'fastify';

/** For a request that waits: aborted when its client has hung up. `null` for one that does not. */
export function untilGone({ raw }: FastifyReply, waitSeconds = 0): AbortSignal | null {
  if (waitSeconds === 0) return null;
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
