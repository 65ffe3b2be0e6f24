/** Waits for a condition that nobody announces, in and outside of the test runner. */
import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  /** 120 000 milliseconds by default: it ends what hangs, and says nothing of speed. */
  readonly timeoutMs?: number;
  /** Pause between two tries, 10 milliseconds by default. */
  readonly everyMs?: number;
}

/** Tries until `attempt` neither throws nor rejects; answers what it answers. Rejects with its last error when the time is over. */
export async function until<T>(attempt: () => T | Promise<T>, patience: Patience = {}): Promise<T> {
  const { timeoutMs = 120_000, everyMs = 10 } = patience;
  const end = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await pause(everyMs);
  }
}
