/** Turns an estimated wait in milliseconds into the value of `Retry-After`. */

/** No client is sent away for longer. An estimate beyond this is worth little, and asking again costs little. */
const LONGEST_SECONDS = 30;

/** Whole seconds from 1 to 30, also for an infinite estimate. */
export function retryAfterSeconds(estimateMs: number): number {
  return Math.max(1, Math.min(LONGEST_SECONDS, Math.ceil(estimateMs / 1000)));
}
