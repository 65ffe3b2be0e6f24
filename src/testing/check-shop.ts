/**
 * `checkShop` tries histories on a team's own shop until a law is broken, all runs are done or the time is up. It
 * reports what was tried.
 */
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import type { ShopAdapter } from './adapter.ts';
import { type HistoryOptions, histories, within } from './history.ts';
import { Search } from './search.ts';
import type { CheckReport } from './tally.ts';

/** How long and how hard a shop is tried. All options have a default. */
export interface CheckOptions extends HistoryOptions {
  /**
   * Makes the same histories again; random by default. A counterexample and the report both name it. A whole number, 32
   * bits.
   */
  readonly seed?: number;
  /** Histories to try; 500 by default. */
  readonly runs?: number;
  /**
   * Milliseconds for everything, shrinking included. 4000 by default, which is below the limit that vitest gives a
   * test. The last quarter is for shrinking alone.
   */
  readonly timeLimitMs?: number;
  /** A call that is not answered within this time breaks a law, milliseconds; 2000 by default. */
  readonly callLimitMs?: number;
  /**
   * Histories that run at the same time, 1 to 50; 1 by default. A shop that takes milliseconds to answer, over a
   * network or with a database, gets more tries in the same time. Use it only if `open` adds SKUs and leaves the others
   * alone, and without `restart`.
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
 * Calls a shop in many ways: with repeats, at the same time and, if it can be restarted, with crashes. If the shop kept
 * the laws, it resolves with what was tried.
 *
 * It rejects with `ShopBroken` if a law was broken; the message has the law and the fewest calls that broke it. It
 * rejects with `AdapterFault` if the adapter does not work, or if nothing was ever placed, cancelled or cancelled
 * twice, because that would prove nothing. It rejects with `RangeError` for options out of range. It needs the package
 * `fast-check` and works under any test runner.
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
