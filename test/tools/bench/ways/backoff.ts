/** How a way that lost a race tries again: a bounded number of times, after exponentially longer pauses, of which it takes a random part. */
import { setTimeout as pause } from 'node:timers/promises';

const TRIES_MAX = 50;
const FIRST_MS = 1;
const LONGEST_MS = 64;

/** What `work` answers once it does not answer `null`; `gave_up` after the last try. */
export async function retried<T>(work: () => Promise<T | null>): Promise<T | 'gave_up'> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const result = await work();
    if (result !== null) return result;
    await pause(Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** tries));
  }
  return 'gave_up';
}
