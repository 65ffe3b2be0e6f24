/** How long to ask someone to wait: an estimate in milliseconds becomes what `Retry-After` says. */

/** Nobody is sent away for longer: an estimate beyond it is worth little, and whoever asks again costs little. */
const LONGEST_SECONDS = 30;

/** Whole seconds, at least 1, at most 30; also of an estimate that is infinite. */
export function retryAfterSeconds(estimateMs: number): number {
  return Math.max(1, Math.min(LONGEST_SECONDS, Math.ceil(estimateMs / 1000)));
}
