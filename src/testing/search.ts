/**
 * Searches for a history that breaks a law, and then for the smallest one. Each smaller history is tried several times,
 * because calls made at the same time do not always collide.
 */
import { AdapterFault, type ShopAdapter } from './adapter.ts';
import { ShopBroken } from './counterexample.ts';
import type { History, Retries } from './history.ts';
import { OutOfTime } from './open-shop.ts';
import { type Ran, runHistory } from './run.ts';
import type { Broken } from './shop-model.ts';
import { simpler } from './shrink.ts';
import { type CheckReport, Tally } from './tally.ts';

interface Limits {
  readonly seed: number;
  readonly retries: Retries;
  readonly timeLimitMs: number;
  readonly callLimitMs: number;
  readonly atOnce: number;
}

/** The part of the time in which new histories are tried. */
const SEARCH_PART = 0.75;
/** How often a smaller history is tried before it counts as right. */
const TRIES = 10;
const NOTHING: History = { stock: {}, bursts: [] };

/**
 * The states of a search: searching → shrinking (a law was broken) → over (the time is up, or the adapter is faulty).
 */
export class Search {
  readonly #adapter: ShopAdapter;
  readonly #limits: Limits;
  readonly #began = performance.now();
  readonly #tally = new Tally();
  #foundMs = 0;
  #fault: AdapterFault | null = null;
  /** The smallest history so far. */
  #smallest: { readonly history: History; readonly broken: Broken } | null = null;

  constructor(adapter: ShopAdapter, limits: Limits) {
    this.#adapter = adapter;
    this.#limits = limits;
  }

  /** Tries histories until one breaks a law or the time for searching is up. */
  async run(histories: readonly History[]): Promise<void> {
    const left = histories.values();
    const isOver = () => this.#smallest !== null || this.#isOver(SEARCH_PART);
    const work = async () => {
      for (let next = left.next(); !(next.done || isOver()); next = left.next()) await this.#try(next.value, isOver);
    };
    await Promise.all(Array.from({ length: this.#limits.atOnce }, work));
  }

  /**
   * Makes the found history smaller while there is time. It first accepts only histories that break a law readily. If
   * there are none, it accepts those that break one at all.
   */
  async shrink(): Promise<void> {
    const found = this.#smallest;
    if (found === null) return;
    while (await this.#shrinkOnce(2));
    if (this.#smallest === found) while (await this.#shrinkOnce(1));
  }

  /** Rejects with what is wrong, if something is. */
  async result(): Promise<CheckReport> {
    const { seed, retries } = this.#limits;
    if (this.#smallest !== null) {
      const { history, broken } = this.#smallest;
      const { broke, of } = await this.#again(history, TRIES, TRIES);
      throw new ShopBroken(broken, { seed, runs: this.#tally.runs, foundMs: this.#foundMs, again: { broke, of } });
    }
    if (this.#fault !== null) throw this.#fault;
    const report = this.#tally.report(seed, this.#ms());
    this.#tally.refuseHollow(report, retries);
    return report;
  }

  async #try(history: History, isOver: () => boolean): Promise<void> {
    const ran = await this.#run(history, isOver);
    if (ran === null) return;
    this.#tally.count(ran.bursts);
    if (ran.broken === null || this.#smallest !== null) return;
    // The bursts after the one that broke the law were not run.
    const smaller = { ...history, bursts: history.bursts.slice(0, ran.bursts.length) };
    // If the machine stood still for a while, the shop does not hang. A shop that hangs will hang again.
    if (ran.broken.law === 'every_call_answered' && (await this.#again(smaller, 2, 1)).broken === null) return;
    this.#foundMs = this.#ms();
    this.#smallest = { history: smaller, broken: ran.broken };
  }

  /** Null when the adapter failed or the time was up. */
  async #run(history: History, isOver = () => false): Promise<Ran | null> {
    const { callLimitMs, timeLimitMs } = this.#limits;
    try {
      const patience = { callLimitMs, endsAt: this.#began + timeLimitMs };
      return await runHistory(this.#adapter, history, patience, isOver);
    } catch (error) {
      if (error instanceof AdapterFault) this.#fault = error;
      else if (!(error instanceof OutOfTime)) throw error;
      return null;
    }
  }

  /**
   * Whether a simpler history was found that breaks a law `often` times. Calls made one after another always do the
   * same.
   */
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

  /**
   * Runs a history until it has broken a law `often` times, but at most `tries` times, with as many runs at once as
   * allowed.
   */
  async #again(history: History, tries: number, often: number) {
    let broken: Broken | null = null;
    let broke = 0;
    let of = 0;
    let begun = 0;
    const work = async () => {
      while (begun < tries && broke < often && !this.#isOver(1)) {
        begun++;
        const ran = await this.#run(history);
        if (ran === null) continue;
        of++;
        if (ran.broken === null) continue;
        ({ broken } = ran);
        broke++;
      }
    };
    await Promise.all(Array.from({ length: this.#limits.atOnce }, work));
    return { broken: broken as Broken | null, broke, of };
  }

  #isOver(part: number): boolean {
    return this.#fault !== null || this.#ms() > this.#limits.timeLimitMs * part;
  }

  #ms(): number {
    return performance.now() - this.#began;
  }
}
