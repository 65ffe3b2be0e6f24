/** Words of preconditions, for the rooms that still look for them here. */
export type { Conditional, StaleVersion, Versions } from '../shop/versions.ts';
