/** What a keeper is made of: what it stands on, what it bounds, and all that tests and simulations replace. */
import type { Lists, Store, Tenure } from '../journal/record.ts';
import type { Alarm, Clock, Elapsed } from '../lib/clock.ts';
import type { Observe } from '../lib/observe.ts';
import type { KeeperLimits } from './limits.ts';

export interface KeeperOptions {
  readonly store: Store;
  readonly lists: Lists;
  /** Whether this process owns what the store holds; without it, nobody else can. */
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
  /** Ends the time of those who wait for stock. */
  readonly alarm?: Alarm;
  /** Starts work once what has arrived in this tick is read. */
  readonly schedule?: (run: () => void) => void;
}
