/** What the keeper bounds, and by how much unless told otherwise. */
import type { JournalLimits } from '../journal/journal.ts';

/** What of it stays in memory. */
export interface MemoryLimits {
  /**
   * SKUs in memory, as many orders, as many carts, and what as many customers have of a SKU. A SKU takes about 3.6 kB,
   * an order 0.9. None of these kinds takes more than 5 kB times this number: orders and carts of hundreds of lines are
   * fewer.
   */
  readonly residentsMax: number;
  /** Ids in one SELECT. */
  readonly loadIdsMax: number;
}

/** What a keeper bounds, so that it refuses before it drowns. */
export interface KeeperLimits extends JournalLimits, MemoryLimits {
  /** Commands in flight; one more is refused with `overloaded`. */
  readonly commandsMax: number;
  /**
   * Lines that these commands work on, together, also those of stored orders and carts. Each line holds a SKU in memory
   * until its turn.
   */
  readonly linesMax: number;
  /** How often a command is decided before it is answered `unknown_outcome`. */
  readonly attemptsMax: number;
  /** After this long no further attempt is begun, milliseconds. */
  readonly attemptsMs: number;
  /** A command that is not through by then is answered `unknown_outcome`, milliseconds. */
  readonly answerMs: number;
  /** Commands in the waiting line; one more is refused with `waiting_line_full`. */
  readonly waitersMax: number;
  /**
   * Lines that these commands name, together; one more command is refused then too. To wake all takes as many steps as
   * lines times commands.
   */
  readonly waitingLinesMax: number;
  /** Longest pause before deciding again, milliseconds. */
  readonly backoffMaxMs: number;
}

export const KEEPER_LIMITS: KeeperLimits = {
  commandsMax: 4000,
  linesMax: 50_000,
  attemptsMax: 8,
  attemptsMs: 15_000,
  answerMs: 30_000,
  backoffMaxMs: 250,
  waitersMax: 1000,
  waitingLinesMax: 10_000,
  residentsMax: 20_000,
  loadIdsMax: 1000,
  batchEntriesMax: 512,
  batchRowsMax: 2000,
};
