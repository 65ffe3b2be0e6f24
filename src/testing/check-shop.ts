/**
 * `checkShop`: tries histories on a team's own shop until a law is broken, the runs are done or the time is up, and
 * says what was tried.
 */
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import type { ShopAdapter } from './adapter.ts';
import { type HistoryOptions, histories, within } from './history.ts';
import { Search } from './search.ts';
import type { CheckReport } from './tally.ts';

/** How long and how hard a shop is tried; all has a default. */
export interface CheckOptions extends HistoryOptions {
  /**
   * Makes the same histories again; random by default, and told by a counterexample and by the report. A whole number,
   * 32 bits.
   */
  readonly seed?: number;
  /** Histories to try; 500 by default. */
  readonly runs?: number;
  /**
   * Milliseconds for all, shrinking included; 4000 by default, below what vitest gives a test. The last quarter is for
   * shrinking alone.
   */
  readonly timeLimitMs?: number;
  /** A call that is not answered by then, milliseconds, breaks a law; 2000 by default. */
  readonly callLimitMs?: number;
  /**
   * Histories at once, 1 to 50; 1 by default. For a shop that takes milliseconds to answer, as over a network or with a
   * database: more are tried in the same time. Only where `open` adds SKUs and leaves the others alone, and without
   * `restart`.
   */
  readonly atOnce?: number;
}

const RUNS = 500;
const RUNS_MOST = 100_000;
const TIME_LIMIT_MS = 4000;
const CALL_LIMIT_MS = 2000;
const AT_ONCE_MOST = 50;
const SEED_MOST = 2 ** 31;

/**
 * Calls a shop in many ways, with repeats, at the same time and, if it can be restarted, with crashes, and resolves
 * when it kept the laws, with what was tried. Rejects with `ShopBroken`, whose message has the law and the fewest calls
 * that broke it; with `AdapterFault` when the adapter does not work, or nothing was ever placed, cancelled or cancelled
 * twice, which would prove nothing; with `RangeError` for options out of range. Needs the package `fast-check`; works
 * under any test runner.
 */
export async function checkShop(adapter: ShopAdapter, options: CheckOptions = {}): Promise<CheckReport> {
  const { seed = randomInt(SEED_MOST), runs = RUNS, timeLimitMs = TIME_LIMIT_MS } = options;
  const { callLimitMs = CALL_LIMIT_MS, atOnce = 1, retries = 'steps' } = options;
  within('runs', runs, RUNS_MOST);
  within('timeLimitMs', timeLimitMs, SEED_MOST);
  within('callLimitMs', callLimitMs, SEED_MOST);
  within('atOnce', atOnce, AT_ONCE_MOST);
  if (atOnce > 1 && adapter.restart !== undefined) {
    throw new RangeError(`atOnce is ${atOnce}: a restart is of the whole shop, so that it must be 1`);
  }
  const search = new Search(adapter, { seed, retries, timeLimitMs, callLimitMs, atOnce });
  await search.run(fc.sample(histories(adapter, options), { seed, numRuns: runs }));
  await search.shrink();
  return search.result();
}
