/**
 * This process as a writer: one row whose `batch` is the number of the last batch that it committed, written in the same transaction.
 *
 * It settles a COMMIT whose answer was lost. The row is locked by the transaction that writes it, so reading it `for update` waits until
 * that transaction has ended, also when its old backend is still at work, and then tells which batch was the last.
 */
import { randomUUID } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../db/database.ts';

/** Rows of writers that started longer ago leave when another one starts; one that still runs then registers anew. */
const WRITER_KEPT = '30 days';

export class Writer {
  readonly #database: Database;
  #id: string | null = null;
  #last = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Makes sure that the row is there; returns its id and the number of the next batch. Rejects when the database cannot be reached. */
  async next(): Promise<{ readonly id: string; readonly number: number }> {
    if (this.#id === null) {
      const id = randomUUID();
      await this.#database.query(
        `with gone as (delete from writers where started_at < now() - interval '${WRITER_KEPT}')
         insert into writers (id, batch, started_at) values ($1::uuid, 0, now())`,
        [id],
      );
      this.#id = id;
      this.#last = 0;
    }
    return { id: this.#id, number: this.#last + 1 };
  }

  committed(number: number): void {
    this.#last = number;
  }

  /** The row is not as this process left it: begin again with another one. */
  forget(): void {
    this.#id = null;
  }

  /**
   * Whether batch `number` was committed, once the transaction that wrote it has ended. Rejects when the database cannot tell now; `null` when
   * the row is gone (deleted by hand, or with a failover that lost it): the transaction has ended, and nothing is left to tell how.
   */
  async settle(number: number): Promise<boolean | null> {
    const rows = await this.#database.em().transactional(async (em) => {
      return this.#database.query<{ batch: string }>(
        'select batch::text as batch from writers where id = $1::uuid for update',
        [this.#id],
        em as SqlEntityManager,
      );
    });
    if (rows[0] === undefined) return null;
    const committed = Number(rows[0].batch) === number;
    if (committed) this.#last = number;
    return committed;
  }
}
