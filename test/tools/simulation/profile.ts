/** What kind of a world a seed makes: which faults may occur in it, how small its limits are, how many ask how much. */
import type { KeeperLimits } from '../../../src/keeper/limits.ts';
import type { Random } from './random.ts';

/**
 * Each world has some of these and lacks the others ("swarm testing"): where everything fails at once, nothing gets far enough to fail in
 * an interesting way. A number is the share of worlds that have it.
 */
const SHARES = {
  slow: 0.4,
  load_fails: 0.35,
  load_hangs: 0.15,
  aborted: 0.35,
  serialization_burst: 0.25,
  poison: 0.15,
  unknown_done: 0.35,
  unknown_not_done: 0.3,
  commit_hangs: 0.25,
  commit_late: 0.06,
  second_writer: 0.2,
  crash: 0.4,
  closing: 0.3,
  clock_jump: 0.3,
  day_passes: 0.06,
  corrupt_row: 0.12,
  doubt: 0.2,
  deposed: 0.25,
  disconnect: 0.3,
} as const;

export type Fault = keyof typeof SHARES;

export interface Profile {
  readonly faults: ReadonlySet<Fault>;
  readonly limits: Partial<KeeperLimits>;
  readonly skus: number;
  readonly orders: number;
  /** Idempotency keys that clients share by mistake. */
  readonly keys: number;
  readonly requests: number;
  /** Requests arrive within this time, milliseconds. */
  readonly spreadMs: number;
  readonly sweepRestMs: number;
  /** Carts that clients share. */
  readonly carts: number;
  /** A cart that nobody has changed for so long is swept, milliseconds. */
  readonly cartIdleMs: number;
  /** The share of requests that are about carts, and of placements that wait for stock. */
  readonly cartShare: number;
  readonly waitShare: number;
  /** Many ask for little of which nothing was there, most of them wait, and several for one order: lines are long. */
  readonly isCrowded: boolean;
  /** Every SKU has a limit for each customer, and every customer a name. */
  readonly isLimited: boolean;
  /** The clock stands still and no key is used, so that an answer is told by its words alone and a small history can be linearized. */
  readonly isFrozen: boolean;
}

/** Faults that write behind the keeper's back: memory may be older than the database until it writes. */
const BEHIND_ITS_BACK: readonly Fault[] = ['second_writer', 'commit_late'];
/** Faults that have no place in a history that is to be linearized: there the clock stands still, and rows change by the rules alone. */
const NOT_WHERE_FROZEN: readonly Fault[] = [...BEHIND_ITS_BACK, 'deposed', 'clock_jump', 'day_passes', 'corrupt_row'];

export function drawProfile(random: Random): Profile {
  const isFrozen = random.chance(0.25);
  const isCalm = random.chance(0.08);
  const faults = new Set<Fault>();
  for (const fault of Object.keys(SHARES) as Fault[]) {
    const has = random.chance(SHARES[fault]);
    const fits = !isFrozen || !NOT_WHERE_FROZEN.includes(fault);
    if (has && fits && !isCalm) faults.add(fault);
  }
  const isCrowded = !isFrozen && random.chance(0.3);
  return {
    faults,
    limits: {
      residentsMax: random.pick([1, 1, 2, 3, 10, 100]),
      batchEntriesMax: random.pick([1, 2, 3, 512]),
      batchRowsMax: random.pick([1, 8, 2000]),
      loadIdsMax: random.pick([1, 2, 1000]),
      commandsMax: random.pick(isCrowded ? [4000] : [3, 8, 4000, 4000]),
      // Never fewer than one command works on: it would be refused for ever.
      linesMax: random.pick(isCrowded ? [50_000] : [10, 50_000, 50_000]),
      attemptsMax: random.pick([2, 4, 8, 8]),
      waitersMax: random.pick(isCrowded ? [1000] : [1, 3, 1000, 1000]),
    },
    skus: random.integer(1, isCrowded ? 3 : 5),
    orders: random.integer(2, isCrowded ? 6 : 12),
    keys: random.integer(1, 3),
    requests: isFrozen ? random.integer(6, 20) : random.integer(8, 50),
    spreadMs: random.pick(isCrowded ? [300, 3000] : [30, 300, 3000, 9000]),
    sweepRestMs: random.pick([50, 200, 1000]),
    carts: random.integer(1, 3),
    cartIdleMs: random.pick([300, 2000, 30 * 24 * 3_600_000]),
    cartShare: random.pick([0, 0.3, 0.6]),
    // Where the clock stands still nobody's time is ever up, and the model that linearizes knows no line.
    waitShare: random.pick(isFrozen ? [0] : isCrowded ? [0.9] : [0, 0.3, 0.9]),
    isCrowded,
    isLimited: random.chance(0.2),
    isFrozen,
  };
}

/** Whether nothing writes but the keeper: then it never loses ownership, and what it remembers is what is stored. */
export function isSoleWriter({ faults }: Profile): boolean {
  return !BEHIND_ITS_BACK.some((fault) => faults.has(fault));
}

/** Whether nothing ever fails; clients may lose patience. */
export function isCalm({ faults }: Profile): boolean {
  return faults.size === 0 || (faults.size === 1 && faults.has('disconnect'));
}
