/**
 * One process's way to the database: a store whose calls take virtual time and fail as the weather wills. When the process dies, no call
 * of it is answered any more; a commit that is under way then is over at once, done or not, unless this world knows late ones.
 */
import type { Batch, CommitResult, DueOrder, IdleCart, Loaded, Store, Wanted } from '../../../src/journal/record.ts';
import type { Database, WrittenBy } from './database.ts';
import type { SimulatedTenure } from './tenure.ts';
import type { World } from './world.ts';

/** A commit on its way to the database. */
interface UnderWay {
  /** Whether it has been written, or never will be. */
  isOver: boolean;
  readonly write: (by: WrittenBy) => Promise<CommitResult>;
}

const WIRE_BROKE = new Error('the wire broke, as planned');
const EPOCH_ENDED: CommitResult = { kind: 'lost' };
const ABORTED: CommitResult = { kind: 'aborted', error: new Error('could not serialize access, as planned') };
const UNKNOWN: CommitResult = { kind: 'unknown', error: WIRE_BROKE };

export class Wire implements Store {
  readonly #world: World;
  readonly #database: Database;
  readonly #tenure: SimulatedTenure;
  /** Told of a batch that found its epoch ended, before it is answered. */
  readonly #deposed: () => void;
  #isCut = false;
  #underWay: UnderWay | null = null;
  /** What is, or was last, on its way to the database. */
  lastBatch: Batch = [];

  constructor(world: World, tenure: SimulatedTenure, deposed: () => void) {
    this.#world = world;
    this.#tenure = tenure;
    this.#deposed = deposed;
    this.#database = world.database;
  }

  get isCommitting(): boolean {
    return this.#underWay !== null;
  }

  load(wanted: Wanted): Promise<Loaded> {
    this.#world.trace(() => `loads ${Object.values(wanted).flat().join(' ')}`);
    return this.#read(() => this.#database.store.load(wanted));
  }

  due(now: number, after: DueOrder | null, limit: number): Promise<readonly DueOrder[]> {
    return this.#read(() => this.#database.store.due(now, after, limit));
  }

  idleCarts(before: number, after: IdleCart | null, limit: number): Promise<readonly IdleCart[]> {
    return this.#read(() => this.#database.store.idleCarts(before, after, limit));
  }

  forgetKeys(before: number, limit: number): Promise<number> {
    return this.#read(async () => {
      const forgotten = await this.#database.store.forgetKeys(before, limit);
      if (forgotten > 0) this.#world.coverage.count('path: keys forgotten', forgotten);
      return forgotten;
    });
  }

  async ping(): Promise<void> {
    await this.#read(async () => null);
  }

  commit(batch: Batch): Promise<CommitResult> {
    const { timeline, weather, trace } = this.#world;
    if (this.#underWay !== null) this.#world.violation('I5: a commit began while another one was under way');
    const { kind, toMs, backMs } = weather.commit(timeline.now);
    trace(() => `commits ${batch.map(named).join(', ')}: ${kind} in ${toMs} + ${backMs} ms`);
    this.lastBatch = batch;
    this.#noteTried(batch);
    const { promise, resolve } = Promise.withResolvers<CommitResult>();
    const answer = (result: CommitResult) =>
      timeline.after(backMs, () => {
        if (this.#isCut) return;
        this.#underWay = null;
        if (result === EPOCH_ENDED) this.#deposed();
        resolve(result);
      });
    if (this.#world.ambush !== null) timeline.after(this.#world.random.integer(0, toMs + backMs), this.#world.ambush);
    this.#world.ambush = null;
    const underWay = this.#begin(batch);
    this.#underWay = underWay;
    timeline.after(toMs, async () => {
      if (kind === 'aborted') answer(ABORTED);
      else if (kind === 'unknown_not_done') answer(UNKNOWN);
      else if (kind === 'late') {
        answer(UNKNOWN);
        timeline.after(backMs + this.#world.random.integer(0, 300), () => void underWay.write('other'));
      } else if (!underWay.isOver && !this.#isCut) {
        const result = await underWay.write('keeper');
        answer(kind === 'unknown_done' ? UNKNOWN : result);
      }
      if (kind === 'aborted' || kind === 'unknown_not_done') underWay.isOver = true;
    });
    return promise;
  }

  /** The process is dead: nothing more reaches it. */
  async cut(): Promise<void> {
    this.#isCut = true;
    const underWay = this.#underWay;
    if (underWay === null || underWay.isOver) return;
    const { random, coverage, profile } = this.#world;
    const fate = random.pick(profile.faults.has('commit_late') ? ['done', 'not_done', 'late'] : ['done', 'not_done']);
    coverage.count(`fault: cut off while committing, ${fate}`);
    if (fate === 'done') await underWay.write('keeper');
    else if (fate === 'not_done') underWay.isOver = true;
    else this.#world.timeline.after(random.integer(0, 2000), () => void underWay.write('other'));
  }

  #noteTried(batch: Batch): void {
    const { tried, timeline } = this.#world;
    for (const { id, basis } of batch.flatMap(({ orders }) => orders)) {
      if (basis !== null) continue;
      tried.set(id, [...(tried.get(id) ?? []), timeline.tick()]);
    }
  }

  #begin(batch: Batch): UnderWay {
    const { epoch } = this.#tenure;
    const isOfEarlierEpoch = () => epoch !== this.#tenure.epoch || this.#tenure.hasEnded;
    const underWay: UnderWay = {
      isOver: false,
      write: async (by) => {
        if (underWay.isOver) return { kind: 'lost' };
        underWay.isOver = true;
        // Each batch writes the row of its epoch, which another owner has ended: whatever it was to become, it becomes nothing.
        if (isOfEarlierEpoch()) {
          this.#world.coverage.count('path: a batch found its epoch ended');
          return EPOCH_ENDED;
        }
        const result = await this.#database.commit(batch, by);
        this.#world.trace(() => `the database has ${result.kind} ${batch.map(named).join(', ')}`);
        return result;
      },
    };
    return underWay;
  }

  /** A call that reads: it fails before or after the database was asked, or is answered with what was there then. */
  #read<T>(ask: () => Promise<T>): Promise<T> {
    const { timeline, weather } = this.#world;
    const { kind, toMs, backMs } = weather.load();
    return new Promise((resolve, reject) => {
      timeline.after(toMs, async () => {
        const found = kind === 'fails_before' ? null : await ask();
        timeline.after(backMs, () => {
          if (this.#isCut) return;
          if (kind === 'done') resolve(found as T);
          else reject(WIRE_BROKE);
        });
      });
    });
  }
}

/** The rows of a turn, each as `id@version`. */
function named({ skus, orders, keys, carts }: Batch[number]): string {
  const rows = [...skus, ...orders, ...carts].map(({ id, row }) => `${id}@${row?.version ?? 'gone'}`);
  return [...rows, ...keys.map(({ id }) => id)].join('+');
}
