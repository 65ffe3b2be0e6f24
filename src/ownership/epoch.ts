/**
 * One time of owning the database: from taking it over until another process does, or until this one lets go of it.
 *
 * Every batch writes the row of its epoch in `epochs`, in the same transaction. Before another process takes over, it
 * ends that epoch, and waits for the row's lock to do so. From then on a batch of this epoch finds no row to write and
 * is rolled back, however long its process was paused.
 *
 * The row also settles a commit whose answer was lost. Reading it `for update` waits until the transaction that wrote
 * it has ended, even when its old backend is still at work, and then shows which batch was the last. Batches are
 * numbered one after another, and a batch is written only directly after the one before it. So a number that settling
 * has taken is never committed any more.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Query } from '../db/continuity.ts';
import type { Database } from '../db/database.ts';

/** This process, as shown to people who look into the table. */
const INSTANCE = `${hostname()}, process ${process.pid}`;

/** An epoch that ended longer ago than this is deleted when another one begins. */
const EPOCH_KEPT = '30 days';

const BEGIN = `with gone as (delete from epochs where ended_at < now() - interval '${EPOCH_KEPT}')
  insert into epochs (epoch, owner, instance, batch, began_at)
  select coalesce(max(epoch), 0) + 1, $1::uuid, $2, 0, now() from epochs returning epoch::text as number`;

/** Waits for the transaction that is writing the row. */
const READ_BATCH = 'select batch::text as batch from epochs where epoch = $1::bigint and owner = $2::uuid for update';
/** Takes nothing from an epoch that has ended, because none of its batches is committed any more. */
const TAKE_BATCH =
  'update epochs set batch = $3::bigint where epoch = $1::bigint and owner = $2::uuid and ended_at is null';

/** This process does not own the database, so it may neither trust its memory nor commit. */
export class NotOwner extends Error {
  override readonly name = 'NotOwner';
}

export class Epoch {
  readonly number: number;
  /** Unique to this epoch. */
  readonly owner: string;
  readonly #database: Database;
  #last = 0;

  private constructor(database: Database, number: number, owner: string) {
    this.#database = database;
    this.number = number;
    this.owner = owner;
  }

  /**
   * Ends every epoch that has not ended, and begins another. `interrupted` are the owners of the epochs that it had to
   * end. Waits for their batches that are under way. Rejects with the database's error, also when two processes begin
   * at once.
   */
  static async begin(database: Database): Promise<{ readonly epoch: Epoch; readonly interrupted: readonly string[] }> {
    const owner = randomUUID();
    return database.em().transactional(async (forked) => {
      const em = forked as SqlEntityManager;
      // Checked before anything is written, because this session may lead to another database.
      await database.continuity.ask((sql, params) => database.query(sql, params, em));
      const ended = await database.query<{ owner: string }>(
        'update epochs set ended_at = now() where ended_at is null returning owner',
        [],
        em,
      );
      const [row] = await database.query<{ number: string }>(BEGIN, [owner, INSTANCE], em);
      if (row === undefined) throw new Error('the INSERT of an epoch answered with no row');
      return {
        epoch: new Epoch(database, Number(row.number), owner),
        interrupted: ended.map((before) => before.owner),
      };
    });
  }

  /**
   * Whether the epoch has not ended, and everything that was committed under it is there. A restored older dump lacks
   * some of it. Can be asked on any session.
   */
  async stands(query: Query): Promise<boolean> {
    const [row] = await query<{ stands: boolean }>(
      'select ended_at is null and batch >= $3::bigint as stands from epochs where epoch = $1::bigint and owner = ' +
        '$2::uuid',
      [String(this.number), this.owner, String(this.#last)],
    );
    return row?.stands === true;
  }

  /** Number of the next batch. */
  get nextBatch(): number {
    return this.#last + 1;
  }

  committed(batch: number): void {
    this.#last = batch;
  }

  /**
   * Whether a batch was committed. If not, it never will be: its number is taken, also from a statement that is still
   * on its way. Waits until the transaction that may be writing it has ended. Rejects when the database cannot tell
   * now; it may be asked again. `null` when the row is gone or lacks a batch that was committed (changed by hand, lost
   * in a failover, an older dump), because then nothing can tell.
   */
  async settle(batch: number): Promise<boolean | null> {
    const last = await this.#database.em().transactional(async (forked) => {
      const em = forked as SqlEntityManager;
      const ours = [String(this.number), this.owner];
      const found = await this.#database.query<{ batch: string }>(READ_BATCH, ours, em);
      if (found[0] === undefined) return null;
      const written = Number(found[0].batch);
      if (written >= batch) return written;
      if (written < batch - 1) return null;
      await this.#database.query(TAKE_BATCH, [...ours, String(batch + 1)], em);
      return batch + 1;
    });
    if (last === null) return null;
    // When this is asked twice, the answer may come after a later batch has been committed.
    this.#last = Math.max(this.#last, last);
    return last === batch;
  }

  /** Ends the epoch, so that a process that takes over need not wait. Rejects when the database does not answer. */
  async end(): Promise<void> {
    await this.#database.query(
      'update epochs set ended_at = now() where epoch = $1::bigint and owner = $2::uuid and ended_at is null',
      [String(this.number), this.owner],
    );
  }
}
