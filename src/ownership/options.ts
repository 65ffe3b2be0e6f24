/** What an ownership is made with, what it notifies, and how long its steps take. */
import type { Database } from '../db/database.ts';
import type { Observe } from '../lib/observe.ts';
import { CERTAIN_MS } from './certainty.ts';

export interface OwnershipOptions {
  readonly database: Database;
  readonly observe: Observe;
  /**
   * Called under the lock before each epoch. `isFirst` is true for the first epoch of this process: the schema is then
   * brought up to this build. Before a later epoch it is only checked.
   */
  readonly prepare?: (isFirst: boolean) => Promise<void>;
  /** Whether an error leaves no hope of ever owning this database. */
  readonly isFatal?: (error: Error) => boolean;
}

/** Notified in the turn of the event loop in which it happens. */
export interface Follower {
  /** Memory can no longer be trusted. Also called before `taken`, because of what was read meanwhile. */
  lost(): void;
  /** This process is the owner now. */
  taken(): void;
}

/** How often a step is done, or how long it may take at most, in milliseconds. */
export const STEP_MS = {
  /**
   * How often the owner asks on its session. An answer makes certain for longer than this, and the server has patience
   * for longer still.
   */
  ask: 300,
  /** After this another process's certainty has passed, allowing for the difference in speed of two clocks. */
  outlast: CERTAIN_MS * 1.25,
  /** How often a standby, or a process that has lost its session, tries. */
  try: 200,
  /**
   * To end the epochs before and begin a new one. This includes waiting for their batches under way, which the server
   * ends sooner.
   */
  begin: 10_000,
  /** To bring the schema up to this build. */
  prepare: 10 * 60_000,
} as const;
