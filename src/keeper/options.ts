/** The options of a keeper: what it works with, its limits, and everything that tests and simulations replace. */
import type { Lists, Store, Tenure } from '../journal/record.ts';
import type { Alarm, Clock, Elapsed } from '../lib/clock.ts';
import type { Observe } from '../lib/observe.ts';
import type { KeeperLimits } from './limits.ts';

export interface KeeperOptions {
  readonly store: Store;
  readonly lists: Lists;
  /** Whether this process owns what the store holds. When it is left out, no other process can own it. */
  readonly tenure?: Tenure;
  readonly limits?: Partial<KeeperLimits>;
  readonly clock?: Clock;
  /** Measures how long a command is worked on. */
  readonly elapsed?: Elapsed;
  readonly observe?: Observe;
  /** 0 ≤ random() < 1, for the jitter of the backoff. */
  readonly random?: () => number;
  /** Waits before a command is decided again. */
  readonly pause?: (ms: number) => Promise<void>;
  /** Fires when a waiter's time is up. */
  readonly alarm?: Alarm;
  /** Starts work once everything that arrived in this tick is read. */
  readonly schedule?: (run: () => void) => void;
}
