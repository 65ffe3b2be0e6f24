/**
 * One process owns the database at a time; every other process stands by.
 *
 * On PostgreSQL the owner is the process that holds an advisory lock, in a session of its own. This process is
 *   seeking   asks for the lock                      → standby (another has it) | owner (took it, began an epoch)
 *   standby   asks again and again                   → owner | seeking (the database does not answer)
 *   owner     decides, commits, keeps the session    → seeking (the session ended, or a batch found the epoch ended)
 *   failed    for good: it can never own this database, or another one has taken its place; it answers as a standby
 *   closed    for good (by `close`)
 *
 * Two things keep a former owner that does not know yet from doing harm. It commits nothing, because every batch writes
 * the row of its epoch, and the next owner ended that epoch first. And it answers nothing from memory that another
 * process may have changed: it is certain of owning the database only for `CERTAIN_MS` after it asked on its session
 * and was answered, and the next owner lets that time pass before it decides anything.
 *
 * On PGlite the process that has the folder open owns it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseLost, type Query } from '../db/continuity.ts';
import { within } from '../db/deadline.ts';
import type { LockSession } from '../db/lock-session.ts';
import type { Tenure } from '../journal/record.ts';
import { Rest } from '../lib/rest.ts';
import { Certainty, now } from './certainty.ts';
import { Epoch, NotOwner } from './epoch.ts';
import { type Follower, type OwnershipOptions, STEP_MS } from './options.ts';

export class Ownership implements Tenure {
  readonly #options: OwnershipOptions;
  readonly #followers: Follower[] = [];
  readonly #failed = Promise.withResolvers<never>();
  #state: 'seeking' | 'standby' | 'owner' | 'failed' | 'closed' = 'seeking';
  #epoch: Epoch | null = null;
  /** Owner of the last epoch under which this process decided. It need not outlast its own certainty. */
  #lastOwner: string | null = null;
  readonly #certainty = new Certainty();
  /** The rest between two questions or tries. */
  readonly #rest = new Rest();
  #running: Promise<void> = Promise.resolve();

  constructor(options: OwnershipOptions) {
    this.#options = options;
    this.#failed.promise.catch(() => {});
    const { continuity } = options.database;
    continuity.onLost((error) => this.#fail(error));
    continuity.alsoAskSessions((query) => this.#askSession(query));
  }

  /** Resolves once this process is the owner or a standby, and runs on. Rejects, for good, when the first try fails. */
  async start(): Promise<void> {
    const decided = Promise.withResolvers<void>();
    this.#running = this.#run(decided.resolve).catch((error: unknown) => {
      decided.reject(error);
      this.#fail(error);
    });
    await decided.promise;
  }

  /** Never resolves. Rejects when it turns out after `start` that this process can never own the database. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  follow(follower: Follower): void {
    this.#followers.push(follower);
  }

  get role(): 'owner' | 'standby' {
    return this.#state === 'standby' || this.#state === 'failed' ? 'standby' : 'owner';
  }

  get hasFailed(): boolean {
    return this.#state === 'failed';
  }

  certain(): Promise<void> | null {
    if (this.#state === 'owner' && (this.#holdsFolder || this.#certainty.holds)) return null;
    if (this.#state === 'standby' || this.#isOver()) return Promise.reject(this.#refusal());
    if (this.#state === 'owner' && !this.#certainty.isAwaited) this.#rest.wake();
    return this.#certainty.restored();
  }

  /** The epoch to commit under. Throws `NotOwner` when there is none. */
  get epoch(): Epoch {
    if (this.#epoch === null) throw this.#refusal();
    return this.#epoch;
  }

  /** A batch of `epoch`, or a new session, found that the epoch has ended. */
  deposed(epoch: Epoch): void {
    if (this.#epoch !== epoch) return;
    this.#lose('the epoch was found to have ended');
    if (this.#holdsFolder) this.#running = this.#begin(() => this.#isOver()).catch((error) => this.#fail(error));
    else this.#rest.wake();
  }

  /** Lets go of the database, so that a standby takes over at once. Safe to call twice. */
  async close(): Promise<void> {
    const epoch = this.#epoch;
    this.#epoch = null;
    this.#state = 'closed';
    this.#certainty.refuse(this.#refusal());
    // First the epoch, then the lock: a process that then gets the lock finds no epoch that it must outlast.
    if (epoch !== null) await within(this.#options.database, STEP_MS.begin, () => epoch.end()).catch(() => {});
    this.#rest.wake();
    await this.#running;
  }

  async #run(decided: () => void): Promise<void> {
    const { database, observe, isFatal } = this.#options;
    if (database.openLockSession === null) return this.#begin(() => false).then(decided);
    let former: LockSession | null = null;
    let hasDecided = false;
    let isFailing = false;
    while (!this.#isOver()) {
      try {
        const session = await database.openLockSession();
        isFailing = false;
        try {
          await this.#hold(session, former, () => {
            hasDecided = true;
            decided();
          });
        } finally {
          session.end();
          former = session;
        }
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        if (!hasDecided || error instanceof DatabaseLost || isFatal?.(error)) throw error;
        if (this.#state === 'standby') this.#state = 'seeking';
        this.#certainty.refuse(error);
        if (!isFailing) observe({ kind: 'ownership_sought', error });
        isFailing = true;
      }
      if (!this.#isOver()) await this.#rest.for(STEP_MS.try);
    }
  }

  /** From the first try for the lock in a session to the session's end. What began on a dead wire is then cut off. */
  async #hold(session: LockSession, former: LockSession | null, decided: () => void): Promise<void> {
    while (!(await session.take(former))) {
      this.#standBy();
      decided();
      await this.#rest.for(STEP_MS.try);
      if (this.#isOver()) return;
    }
    let over = false;
    const isOver = () => over || this.#isOver();
    const end = () => {
      if (!over) this.#lose('the session that holds the lock has ended');
      over = true;
    };
    const asking = this.#ask(session, isOver).finally(end);
    void session.ended.then(end);
    const beginning = this.#begin(isOver);
    try {
      await Promise.race([beginning, asking]);
      if (this.#state === 'owner') decided();
      await asking;
    } finally {
      over = true;
      this.#rest.wake();
      await within(this.#options.database, STEP_MS.begin, () => Promise.allSettled([beginning, asking]));
    }
  }

  /** Asks on the session until it breaks, the epoch has ended, or ownership is over. */
  async #ask(session: LockSession, isOver: () => boolean): Promise<void> {
    let epoch: Epoch | null = null;
    while (!isOver() && (epoch === null || epoch === this.#epoch)) {
      epoch = this.#epoch;
      const asked = now();
      // Before the epoch has begun, any question keeps the session alive.
      if (!(await (epoch?.stands(session.query) ?? session.query('select 1', [])))) return;
      if (epoch !== null && epoch === this.#epoch) this.#certainty.renew(asked);
      await this.#rest.for(STEP_MS.ask);
    }
  }

  /** Makes the schema, begins an epoch, and waits until no other process can be certain of owning the database. */
  async #begin(isOver: () => boolean): Promise<void> {
    const { database, prepare, observe } = this.#options;
    const began = performance.now();
    await within(database, STEP_MS.prepare, async () => {
      await database.continuity.ask(database.query);
      await prepare?.(this.#lastOwner === null);
    });
    const { epoch, interrupted } = await within(database, STEP_MS.begin, () => Epoch.begin(database));
    const outlasted = !this.#holdsFolder && interrupted.some((owner) => owner !== this.#lastOwner);
    if (outlasted) await pause(STEP_MS.outlast);
    if (isOver()) return;
    this.#lastOwner = epoch.owner;
    // What was read while another process may have written is thrown away too.
    for (const follower of this.#followers) follower.lost();
    this.#epoch = epoch;
    this.#state = 'owner';
    observe({ kind: 'ownership_taken', epoch: epoch.number, outlasted, tookMs: performance.now() - began });
    for (const follower of this.#followers) follower.taken();
    this.#rest.wake();
  }

  /** A session that leads to an older state of the database is not used. Ownership begins anew. */
  async #askSession(query: Query): Promise<void> {
    const epoch = this.#epoch;
    if (epoch === null || (await epoch.stands(query)) || epoch !== this.#epoch) return;
    this.deposed(epoch);
    throw this.#refusal();
  }

  /** Fails for good. */
  #fail(error: unknown): void {
    if (this.#isOver()) return;
    this.#lose(error instanceof Error ? error.message : String(error));
    this.#state = 'failed';
    this.#certainty.refuse(this.#refusal());
    this.#failed.reject(error);
    this.#rest.wake();
  }

  #standBy(): void {
    if (this.#state === 'standby' || this.#isOver()) return;
    this.#state = 'standby';
    this.#options.observe({ kind: 'standing_by' });
    this.#certainty.refuse(this.#refusal());
  }

  #lose(reason: string): void {
    if (this.#state !== 'owner') return;
    this.#state = 'seeking';
    this.#epoch = null;
    this.#certainty.drop();
    this.#options.observe({ kind: 'ownership_lost', reason });
    for (const follower of this.#followers) follower.lost();
  }

  get #holdsFolder(): boolean {
    return this.#options.database.openLockSession === null;
  }

  #isOver(): boolean {
    return this.#state === 'closed' || this.#state === 'failed';
  }

  #refusal(): NotOwner {
    return new NotOwner(
      this.#state === 'standby' ? 'another process owns the database' : 'this process does not own the database now',
    );
  }
}
