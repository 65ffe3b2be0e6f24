/** Time as a dependency, so that expiry and retention can be tested without waiting. */

/** Milliseconds since the Unix epoch. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Milliseconds elapsed since an arbitrary moment; never set back. */
export type Elapsed = () => number;

export const systemElapsed: Elapsed = () => performance.now();

/** Calls `ring` once, in `ms` milliseconds, unless the returned function is called before. */
export type Alarm = (ms: number, ring: () => void) => () => void;

export const systemAlarm: Alarm = (ms, ring) => {
  const timer = setTimeout(ring, ms);
  return () => clearTimeout(timer);
};
