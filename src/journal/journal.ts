/**
 * Group commit. Entries queue in the order of their turns. One batch is being committed while the next one fills.
 *
 * An entry is
 *   waiting    appended by a turn, in the queue               → committing (by `#run`) | displaced (what it stands on
 *              was lost)
 *   committing in the batch that the store is writing         → durable | lost | unknown (by the store's answer)
 *   durable, lost, displaced, unknown: settled, for good. Its promise resolves once, to that word.
 *
 * The journal knows residents only as opaque objects. An entry that stands on a lost resident is displaced with it,
 * without having been tried.
 */
import { assert } from '../lib/assert.ts';
import { type Elapsed, systemElapsed } from '../lib/clock.ts';
import type { Observe } from '../lib/observe.ts';
import { type Facts, NO_FACTS, rowsOf } from '../shop/facts.ts';
import type { CommitResult, Store } from './record.ts';

export type Verdict = 'durable' | 'lost' | 'displaced' | 'unknown';

export interface Entry {
  facts: Facts;
  /** Residents that the turn changed; none once the entry is settled. */
  writes: readonly object[];
  /** Residents whose state the turn saw, including those it changed; none once the entry is settled. */
  standsOn: readonly object[];
  /**
   * Committed in a batch of its own, because a batch that it was in failed before. If the database then refuses its
   * data, it is given up: `unknown`.
   */
  readonly alone: boolean;
  state: 'waiting' | 'committing' | Verdict;
  readonly settled: Promise<Verdict>;
}

export interface JournalLimits {
  /** Entries in one batch. */
  readonly batchEntriesMax: number;
  /** Rows in one batch. A larger entry goes in a batch of its own. */
  readonly batchRowsMax: number;
}

/**
 * Told what became of entries, in the turn of the event loop in which it happens and before any of their promises
 * resolves. The entries still name their residents.
 */
export interface Aftermath {
  durable(entries: readonly Entry[]): void;
  lost(entries: readonly Entry[]): void;
}

interface Waiting extends Entry {
  readonly settle: (verdict: Verdict) => void;
}

export class Journal {
  #queue: Waiting[] = [];
  #running = false;
  readonly #idle: (() => void)[] = [];
  readonly #store: Pick<Store, 'commit'>;
  readonly #limits: JournalLimits;
  readonly #observe: Observe;
  readonly #aftermath: Aftermath;
  readonly #schedule: (run: () => void) => void;
  readonly #elapsed: Elapsed;

  /**
   * `schedule` starts a commit on an idle journal. By default that is once the event loop has read what has arrived, so
   * that requests that arrive together share the first batch.
   */
  constructor(
    store: Pick<Store, 'commit'>,
    limits: JournalLimits,
    observe: Observe,
    aftermath: Aftermath,
    schedule: (run: () => void) => void = setImmediate,
    elapsed: Elapsed = systemElapsed,
  ) {
    this.#store = store;
    this.#limits = limits;
    this.#observe = observe;
    this.#aftermath = aftermath;
    this.#schedule = schedule;
    this.#elapsed = elapsed;
  }

  /** Takes the facts of a turn. Called within that synchronous turn. */
  append(facts: Facts, writes: readonly object[], standsOn: readonly object[], alone: boolean): Entry {
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    const entry: Waiting = { facts, writes, standsOn, alone, state: 'waiting', settled: promise, settle: resolve };
    this.#queue.push(entry);
    if (!this.#running) {
      this.#running = true;
      this.#schedule(() => void this.#run());
    }
    return entry;
  }

  /** Displaces all waiting entries. What is being committed gets its answer from the store. */
  loseWaiting(): void {
    const entries = this.#queue.splice(0);
    if (entries.length === 0) return;
    this.#aftermath.lost(entries);
    for (const entry of entries) settle(entry, 'displaced');
  }

  /** Entries that are not being committed yet. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Resolves when nothing waits and nothing is being committed. */
  drained(): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#take();
      const began = this.#elapsed();
      const result = await this.#store.commit(batch.map((entry) => entry.facts));
      if (result.kind === 'committed') {
        const commitMs = this.#elapsed() - began;
        this.#observe({ kind: 'batch_committed', entries: batch.length, commitMs, waiting: this.#queue.length });
        this.#aftermath.durable(batch);
        for (const entry of batch) settle(entry, 'durable');
      } else {
        this.#fail(batch, result);
      }
    }
    this.#running = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /**
   * The next batch: from the head of the queue, up to the limits. An entry that must be alone gets a batch of its own.
   */
  #take(): Waiting[] {
    let rows = 0;
    let length = 0;
    for (const entry of this.#queue) {
      rows += rowsOf(entry.facts);
      if (length > 0 && (entry.alone || rows > this.#limits.batchRowsMax)) break;
      length++;
      if (entry.alone || length >= this.#limits.batchEntriesMax) break;
    }
    assert(length > 0, 'a batch has at least one entry');
    const batch = this.#queue.splice(0, length);
    for (const entry of batch) entry.state = 'committing';
    return batch;
  }

  /** Nothing of the batch can be relied on. It is lost, and so is everything that stands on what was lost. */
  #fail(batch: readonly Waiting[], result: Exclude<CommitResult, { kind: 'committed' }>): void {
    const gone = new Set<object>(batch.flatMap((entry) => entry.writes));
    const behind: Waiting[] = [];
    // Repeated until nothing more is found. A resident that leaves memory with an entry may have been changed by an
    // earlier entry, which is then lost too. If that entry were kept, it would be committed after memory had read the
    // row anew, and memory would not know.
    for (let found = -1; found !== behind.length; ) {
      found = behind.length;
      const kept: Waiting[] = [];
      for (const entry of this.#queue) {
        if (entry.standsOn.some((resident) => gone.has(resident))) {
          for (const resident of entry.writes) gone.add(resident);
          behind.push(entry);
        } else {
          kept.push(entry);
        }
      }
      this.#queue = kept;
    }
    const error = 'error' in result ? result.error : null;
    this.#observe({ kind: 'batch_failed', result: result.kind, entries: batch.length, behind: behind.length, error });
    this.#aftermath.lost([...batch, ...behind]);
    // Deciding a poisoned entry again would, each time, lose the entries that have come to stand on it.
    const isPoisoned = result.kind === 'refused' && batch.every((entry) => entry.alone);
    for (const entry of batch) settle(entry, result.kind === 'unknown' || isPoisoned ? 'unknown' : 'lost');
    for (const entry of behind) settle(entry, 'displaced');
  }
}

function settle(entry: Waiting, verdict: Verdict): void {
  assert(
    entry.state === 'waiting' || entry.state === 'committing',
    `an entry is settled once, not ${entry.state} twice`,
  );
  entry.state = verdict;
  // Residents keep the entry. If the entry kept its residents too, a resident in memory would hold those that have
  // left.
  entry.facts = NO_FACTS;
  entry.writes = [];
  entry.standsOn = [];
  entry.settle(verdict);
}
