/**
 * The store on a database, PostgreSQL or PGlite.
 *
 * A batch that was sent and not answered is `unsettled`. It is settled before anything else is read or written.
 * Otherwise, a read that came before the old backend finished could bring a row into memory that is about to change. A
 * command that waits for it is answered `unknown` when the deadline passes first.
 */
import { COMMIT_FUNCTION, EPOCH_ENDED, OTHER_VERSION } from '../db/commit-batch.ts';
import { DatabaseLost } from '../db/continuity.ts';
import type { Database } from '../db/database.ts';
import { within } from '../db/deadline.ts';
import type { Observe } from '../lib/observe.ts';
import { type Epoch, NotOwner } from '../ownership/epoch.ts';
import type { Ownership } from '../ownership/ownership.ts';
import { commitBatchArgs } from './commit-batch.ts';
import { loadRows } from './load-rows.ts';
import type { Batch, CommitResult, DueOrder, IdleCart, Loaded, Store, Wanted } from './record.ts';

export interface StoreDeadlines {
  /** A load, a list, a step of a sweeper. In milliseconds, like all of these. */
  readonly readMs: number;
  /** A commit, until its answer. */
  readonly commitMs: number;
  /** Settling a commit whose answer was lost. */
  readonly settleMs: number;
  /** Asking whether the database is there. */
  readonly pingMs: number;
}

/** Short enough to be back within ten seconds after a dead wire works again: no wait on it lasts longer than these. */
export const STORE_DEADLINES: StoreDeadlines = { readMs: 5000, commitMs: 5000, settleMs: 6000, pingMs: 2000 };

/** A batch on its way to the database, or there. */
interface Sent {
  readonly epoch: Epoch;
  readonly number: number;
}

/** Pause between two tries to settle, in milliseconds. */
const SETTLE_PAUSE_MS = 100;

export class SqlStore implements Store {
  readonly #database: Database;
  readonly #observe: Observe;
  readonly #deadlines: StoreDeadlines;
  readonly #ownership: Pick<Ownership, 'epoch' | 'deposed'>;
  #unsettled: Sent | null = null;

  /** Commits under the epoch that `ownership` has at the time. */
  constructor(
    database: Database,
    ownership: Pick<Ownership, 'epoch' | 'deposed'>,
    observe: Observe,
    deadlines: Partial<StoreDeadlines> = {},
  ) {
    this.#database = database;
    this.#ownership = ownership;
    this.#observe = observe;
    this.#deadlines = { ...STORE_DEADLINES, ...deadlines };
  }

  async load(wanted: Wanted): Promise<Loaded> {
    await this.#settleEarlier();
    return this.#within(this.#deadlines.readMs, () => loadRows(this.#database, wanted));
  }

  async commit(batch: Batch): Promise<CommitResult> {
    let sent: Sent | null = null;
    try {
      // The epoch that these entries were decided under, if it still is the current one. Entries of an earlier epoch
      // are lost before another begins.
      const { epoch } = this.#ownership;
      await this.#settleEarlier();
      const at = { epoch, number: epoch.nextBatch };
      const args = commitBatchArgs(batch, epoch, at.number);
      await this.#within(this.#deadlines.commitMs, () =>
        this.#database.send(COMMIT_FUNCTION.call, args, () => {
          sent = at;
        }),
      );
      epoch.committed(at.number);
      return { kind: 'committed' };
    } catch (thrown) {
      return this.#failed(asError(thrown), sent);
    }
  }

  async due(now: number, after: DueOrder | null, limit: number): Promise<readonly DueOrder[]> {
    const rows = await this.#within(this.#deadlines.readMs, () =>
      this.#database.query<DueOrder>(DUE, [
        iso(now),
        after === null ? '-infinity' : iso(after.expiresAt),
        after?.id ?? '',
        limit,
      ]),
    );
    return rows;
  }

  async idleCarts(before: number, after: IdleCart | null, limit: number): Promise<readonly IdleCart[]> {
    return this.#within(this.#deadlines.readMs, () =>
      this.#database.query<IdleCart>(IDLE_CARTS, [
        iso(before),
        after === null ? '-infinity' : iso(after.updatedAt),
        after?.id ?? '',
        limit,
      ]),
    );
  }

  async forgetKeys(before: number, limit: number): Promise<number> {
    // The second `at <` is checked again for a row that was recorded anew while this statement waited for it.
    const rows = await this.#within(this.#deadlines.readMs, () =>
      this.#database.query(
        `delete from idempotency_keys where at < $1::timestamptz
           and key in (select key from idempotency_keys where at < $1::timestamptz order by at limit $2) returning 1`,
        [iso(before), limit],
      ),
    );
    return rows.length;
  }

  async ping(): Promise<void> {
    const late = AbortSignal.timeout(this.#deadlines.pingMs);
    const answer = this.#within(this.#deadlines.readMs, () => this.#database.query('select 1', []));
    await Promise.race([
      answer,
      new Promise((_, reject) => late.addEventListener('abort', () => reject(late.reason as Error), { once: true })),
    ]);
  }

  /** What became of a batch that failed. `sent` is set once the batch may have reached the database. */
  async #failed(error: Error, sent: Sent | null): Promise<CommitResult> {
    if (error instanceof NotOwner) return { kind: 'lost' };
    // The database is gone, so nothing can ever tell.
    if (error instanceof DatabaseLost) return { kind: sent === null ? 'aborted' : 'unknown', error };
    const state = sqlState(error);
    if (sent === null || (state !== null && !isConnectionState(state))) {
      if (state === EPOCH_ENDED && sent !== null) this.#ownership.deposed(sent.epoch);
      return refusal(state, error);
    }
    this.#unsettled = sent;
    const deadline = performance.now() + this.#deadlines.settleMs;
    for (;;) {
      try {
        const committed = await this.#settle(sent);
        if (committed === null) return { kind: 'unknown', error };
        return committed ? { kind: 'committed' } : { kind: 'aborted', error };
      } catch {
        if (performance.now() > deadline) return { kind: 'unknown', error };
        await new Promise((resolve) => setTimeout(resolve, SETTLE_PAUSE_MS));
      }
    }
  }

  async #settleEarlier(): Promise<void> {
    if (this.#unsettled !== null) await this.#settle(this.#unsettled);
  }

  /**
   * Whether the batch was committed, `null` if nothing can tell any more. Rejects when the database cannot tell now.
   */
  async #settle(sent: Sent): Promise<boolean | null> {
    const committed = await this.#within(this.#deadlines.settleMs, () => sent.epoch.settle(sent.number));
    if (this.#unsettled === sent) {
      this.#unsettled = null;
      if (committed === null) this.#ownership.deposed(sent.epoch);
      this.#observe({ kind: 'commit_settled', committed });
    }
    return committed;
  }

  #within<T>(deadlineMs: number, work: () => Promise<T>): Promise<T> {
    return within(this.#database, deadlineMs, work);
  }
}

/**
 * In the order of its index. The columns are qualified, because an unqualified name would sort by the output column of
 * the same name.
 */
export const DUE = `select o.id, (extract(epoch from o.expires_at) * 1000)::float8 as "expiresAt" from orders o
  where o.status = 'pending' and o.expires_at <= $1::timestamptz and (o.expires_at, o.id) > ($2::timestamptz, $3)
  order by o.expires_at, o.id limit $4`;

/** In the order of its index, qualified for the same reason. */
export const IDLE_CARTS = `select c.id, (extract(epoch from c.updated_at) * 1000)::float8 as "updatedAt" from carts c
  where c.updated_at <= $1::timestamptz and (c.updated_at, c.id) > ($2::timestamptz, $3)
  order by c.updated_at, c.id limit $4`;

const UNIQUE_VIOLATION = '23505';

/** Another writer came first. */
const LOST: ReadonlySet<string> = new Set([EPOCH_ENDED, OTHER_VERSION, UNIQUE_VIOLATION]);

/** The result for a batch that was certainly not written. */
function refusal(state: string | null, error: Error): CommitResult {
  if (state !== null && LOST.has(state)) return { kind: 'lost' };
  return { kind: isOfTheData(state) ? 'refused' : 'aborted', error };
}

/** Data exceptions and broken constraints: classes 22 and 23. */
function isOfTheData(state: string | null): boolean {
  return state !== null && /^2[23]/.test(state);
}

const iso = (ms: number): string => new Date(ms).toISOString();

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/**
 * The SQLSTATE that PostgreSQL gave, `null` for an error of the wire. (`EPIPE` has five letters too, but no SQLSTATE
 * begins with E.)
 */
function sqlState(error: Error): string | null {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(?!E)[0-9A-Z]{5}$/.test(code) ? code : null;
}

/**
 * States given while the connection is going away: class 08, and the shutdowns of class 57. They say nothing about a
 * commit on its way.
 */
function isConnectionState(state: string): boolean {
  return state.startsWith('08') || state.startsWith('57P');
}
