/** What an ownership is made with, whom it tells, and how long its steps take. */
import type { Database } from '../db/database.ts';
import type { Observe } from '../lib/observe.ts';
import { CERTAIN_MS } from './certainty.ts';

export interface OwnershipOptions {
  readonly database: Database;
  readonly observe: Observe;
  /**
   * Under the lock, before each epoch: brings the schema up to this build when it `isFirst` of this process, and looks
   * at it before any other.
   */
  readonly prepare?: (isFirst: boolean) => Promise<void>;
  /** Whether an error leaves no hope of ever owning this database. */
  readonly isFatal?: (error: Error) => boolean;
}

/** Told in the turn of the event loop in which it happens. */
export interface Follower {
  /** What is in memory may not be believed any more; also called before `taken`, for what was read meanwhile. */
  lost(): void;
  /** This process is the owner. */
  taken(): void;
}

/** How often, or how long at most, milliseconds. */
export const STEP_MS = {
  /**
   * The owner asks on its session; what it is told makes certain for longer, and the server has patience for longer
   * still.
   */
  ask: 300,
  /** Another process's certainty has passed, give or take the speed of two clocks. */
  outlast: CERTAIN_MS * 1.25,
  /** A standby, and who has lost its session, tries. */
  try: 200,
  /** To end the epochs before and begin one, batches of theirs under way included, which the server ends after less. */
  begin: 10_000,
  /** To bring the schema up to this build. */
  prepare: 10 * 60_000,
} as const;
