/** Waits for a condition that nothing announces, in the test runner and outside it. */
import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  /** 120 000 milliseconds by default. It ends what hangs, and says nothing about speed. */
  readonly timeoutMs?: number;
  /** Pause between two tries, 10 milliseconds by default. */
  readonly everyMs?: number;
}

/**
 * Tries until `attempt` neither throws nor rejects, and resolves with its result. Rejects with its last error when the
 * time is up.
 */
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
