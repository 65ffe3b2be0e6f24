/** Time as a dependency, so that expiry and retention can be tested without waiting. */

/** Milliseconds since the Unix epoch. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();
