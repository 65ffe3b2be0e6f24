/** The keeper's limits and their defaults. */
import type { JournalLimits } from '../journal/journal.ts';

/** Limits on what stays in memory. */
export interface MemoryLimits {
  /**
   * SKUs in memory. Orders, carts and standings (what one customer has of one SKU) are each limited to the same number.
   * A SKU takes about 3.6 kB, an order 0.9 kB. None of these kinds takes more than 5 kB times this number, so fewer fit
   * when orders and carts have hundreds of lines.
   */
  readonly residentsMax: number;
  /** Ids in one SELECT. */
  readonly loadIdsMax: number;
}

/** Limits of a keeper, so that it refuses before it drowns. */
export interface KeeperLimits extends JournalLimits, MemoryLimits {
  /** Commands in flight; one more is refused with `overloaded`. */
  readonly commandsMax: number;
  /**
   * Lines that the commands in flight work on together, including lines of stored orders and carts. Each line holds a
   * SKU in memory until its turn.
   */
  readonly linesMax: number;
  /** How often a command is decided before it is answered `unknown_outcome`. */
  readonly attemptsMax: number;
  /** No further attempt begins after this long, in milliseconds. */
  readonly attemptsMs: number;
  /** A command that is not through after this long is answered `unknown_outcome`, in milliseconds. */
  readonly answerMs: number;
  /** Commands in the waiting line; one more is refused with `waiting_line_full`. */
  readonly waitersMax: number;
  /**
   * Lines that the commands in the waiting line name together; beyond this, one more command is refused too. Waking all
   * of them takes lines times commands steps.
   */
  readonly waitingLinesMax: number;
  /** Longest pause before deciding again, in milliseconds. */
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
