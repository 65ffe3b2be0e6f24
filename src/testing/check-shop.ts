/**
 * `checkShop`: tries histories on a team's own shop until a law is broken, the runs are done or the time is up. What broke is shrunk: each smaller
 * history is tried several times, since what is called at the same time does not always meet.
 */
import { randomInt, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { AdapterFault, type ShopAdapter } from './adapter.ts';
import { ShopBroken } from './counterexample.ts';
import { type History, histories, type Retries } from './history.ts';
import type { Call } from './model.ts';
import { type Broken, type Ran, runHistory, type Told } from './run.ts';
import { simpler } from './shrink.ts';

/** How long and how hard a shop is tried; all has a default. */
export interface CheckOptions {
  /** Makes the same histories again; random by default, and told by a counterexample and by the report. */
  readonly seed?: number;
  /** Histories to try; 500 by default. */
  readonly runs?: number;
  /** Milliseconds for all, shrinking included; 4000 by default, below what vitest gives a test. The last quarter is for shrinking alone. */
  readonly timeLimitMs?: number;
  /** The most calls at once, 1 to 6; 3 by default. With 1, nothing is concurrent. */
  readonly clients?: number;
  /**
   * Which calls are sent again, also at the same time: `none`; `steps`, the default, are those that name an order; `all` is `place` as well, for
   * a shop that knows a repeated order by its id.
   */
  readonly retries?: Retries;
  /** The most lines of an order, 1 to 3; 2 by default. With 1, nothing is known of orders that are to take all lines or none. */
  readonly linesMax?: number;
  /** A call that is not answered by then, milliseconds, breaks a law; 2000 by default. */
  readonly callLimitMs?: number;
}

/** What was tried without breaking a law. */
export interface CheckReport {
  readonly seed: number;
  /** Histories run, which are fewer than asked for when the time was up. */
  readonly runs: number;
  /** Calls made, by what they were and what was answered, e.g. `{ 'place done': 80, 'cancel refused': 3 }`. */
  readonly calls: Readonly<Record<string, number>>;
  readonly ms: number;
}

const RUNS = 500;
const TIME_LIMIT_MS = 4000;
const CLIENTS = 3;
const CLIENTS_MOST = 6;
const LINES_MAX = 2;
const LINES_MOST = 3;
const CALL_LIMIT_MS = 2000;
/** The part of the time in which new histories are tried. */
const SEARCH_PART = 0.75;
/** How often a smaller history is tried before it is believed to be right. */
const TRIES = 10;
const NOTHING: History = { stock: {}, bursts: [] };

/**
 * Calls a shop in many ways, with repeats, at the same time and, if it can be restarted, with crashes, and resolves when it kept the laws. Rejects
 * with `ShopBroken`, whose message has the law and the fewest calls that broke it; with `AdapterFault` when the adapter does not work, or
 * nothing was ever placed; with `RangeError` for options out of range. Needs the package `fast-check`; works under any test runner.
 */
export async function checkShop(adapter: ShopAdapter, options: CheckOptions = {}): Promise<CheckReport> {
  const { seed = randomInt(2 ** 31), runs = RUNS, timeLimitMs = TIME_LIMIT_MS } = options;
  const { clients = CLIENTS, retries = 'steps', linesMax = LINES_MAX, callLimitMs = CALL_LIMIT_MS } = options;
  within({ runs, timeLimitMs, callLimitMs }, Number.MAX_SAFE_INTEGER);
  within({ clients }, CLIENTS_MOST);
  within({ linesMax }, LINES_MOST);
  const search = new Search(adapter, timeLimitMs, callLimitMs);
  const property = fc.asyncProperty(histories(adapter, { clients, retries, linesMax }), (history) =>
    search.holds(history),
  );
  // A history stands for itself when it is made smaller, and what is made of it must be tried more than once.
  await fc.check(property, { seed, numRuns: runs, endOnFailure: true });
  await search.shrink();
  return search.result(seed);
}

function within(counts: Readonly<Record<string, number>>, most: number): void {
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isInteger(count) && count >= 1 && count <= most) continue;
    throw new RangeError(`${name} is ${count}: a whole number from 1 to ${most}`);
  }
}

/** States: searching → shrinking (a law was broken) → over (the time is up, or the adapter was found faulty). */
class Search {
  readonly #adapter: ShopAdapter;
  readonly #callLimitMs: number;
  readonly #timeLimitMs: number;
  readonly #began = performance.now();
  /** No two shops meet under it. */
  readonly #prefix = randomUUID().slice(0, 8);
  readonly #calls = new Map<string, number>();
  /** What was thrown last by each kind of call, crashes aside. */
  readonly #failed = new Map<Call['kind'], unknown>();
  #made = 0;
  #runs = 0;
  #foundMs = 0;
  #fault: AdapterFault | null = null;
  /** The smallest so far. */
  #smallest: { readonly history: History; readonly broken: Broken } | null = null;

  constructor(adapter: ShopAdapter, timeLimitMs: number, callLimitMs: number) {
    this.#adapter = adapter;
    this.#timeLimitMs = timeLimitMs;
    this.#callLimitMs = callLimitMs;
  }

  /** Whether no law is broken by the history, as far as there is time to know. */
  async holds(history: History): Promise<boolean> {
    if (this.#isOver(SEARCH_PART)) return true;
    this.#runs++;
    const ran = await this.#run(history);
    for (const burst of ran?.bursts ?? []) this.#count(burst);
    if (ran === null || ran.broken === null) return true;
    this.#foundMs = this.#ms();
    // What stood behind the burst that broke it has not been run.
    this.#smallest = {
      history: { ...history, bursts: history.bursts.slice(0, ran.bursts.length) },
      broken: ran.broken,
    };
    return false;
  }

  /** Makes what was found smaller while there is time: first only to what breaks readily, and if nothing does, to what breaks at all. */
  async shrink(): Promise<void> {
    const found = this.#smallest;
    if (found === null) return;
    while (await this.#shrinkOnce(2));
    if (this.#smallest === found) while (await this.#shrinkOnce(1));
  }

  async result(seed: number): Promise<CheckReport> {
    if (this.#smallest !== null) {
      const { history, broken } = this.#smallest;
      const { broke, of } = await this.#again(history, TRIES, TRIES);
      throw new ShopBroken(broken, { seed, runs: this.#runs, foundMs: this.#foundMs, again: { broke, of } });
    }
    if (this.#fault !== null) throw this.#fault;
    this.#refuseHollow();
    return { seed, runs: this.#runs, calls: Object.fromEntries(this.#calls), ms: this.#ms() };
  }

  /** Null when the adapter failed. */
  async #run(history: History): Promise<Ran | null> {
    try {
      return await runHistory(this.#adapter, history, `${this.#prefix}-${++this.#made}`, this.#callLimitMs);
    } catch (error) {
      if (!(error instanceof AdapterFault)) throw error;
      this.#fault = error;
      return null;
    }
  }

  /** Whether something simpler was found that breaks a law so `often`; calls one after another always do what they do. */
  async #shrinkOnce(often: number): Promise<boolean> {
    for (const history of simpler(this.#smallest?.history ?? NOTHING)) {
      const isByChance = history.bursts.some((calls) => calls.length > 1 || calls[0]?.kind === 'restart');
      const [tries, needed] = isByChance ? [TRIES, often] : [1, 1];
      const { broken, broke } = await this.#again(history, tries, needed);
      if (broken === null || broke < needed) continue;
      this.#smallest = { history, broken };
      return true;
    }
    return false;
  }

  /** Runs a history until it has broken a law so `often`, but not more times than `tries`. */
  async #again(history: History, tries: number, often: number) {
    let broken: Broken | null = null;
    let broke = 0;
    let of = 0;
    while (of < tries && broke < often && !this.#isOver(1)) {
      const ran = await this.#run(history);
      of++;
      if (ran === null || ran.broken === null) continue;
      ({ broken } = ran);
      broke++;
    }
    return { broken, broke, of };
  }

  #count(burst: readonly Told[]): void {
    const isCrash = burst.some(({ call }) => call.kind === 'restart');
    for (const { call, answer, error } of burst) {
      const name = `${call.kind} ${answer}`;
      this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
      if (answer === 'unknown' && !isCrash) this.#failed.set(call.kind, error);
    }
  }

  /** That nothing broke says nothing when nothing was done. */
  #refuseHollow(): void {
    for (const [kind, cause] of this.#failed) {
      if (this.#calls.has(`${kind} done`) || this.#calls.has(`${kind} refused`)) continue;
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new AdapterFault(`every ${kind} failed, the last with: ${text}`, { cause });
    }
    if (!this.#calls.has('place done')) {
      throw new AdapterFault('no order was ever placed, so nothing is known of the shop');
    }
  }

  #isOver(part: number): boolean {
    return this.#fault !== null || this.#ms() > this.#timeLimitMs * part;
  }

  #ms(): number {
    return performance.now() - this.#began;
  }
}
