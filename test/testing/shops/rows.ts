/** A table in memory that answers as a database does: each statement is a moment of its own, and others come between. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Of a database that is far away. */
const STATEMENT_MS = Number(process.env['STATEMENT_MS'] ?? 0);

/** As long as a statement takes: one to three turns of the event loop, or milliseconds. */
export async function statement(): Promise<void> {
  if (STATEMENT_MS > 0) await sleep(STATEMENT_MS * (0.5 + Math.random()));
  const turns = 1 + Math.floor(Math.random() * 3);
  for (let i = 0; i < turns; i++) await new Promise(setImmediate);
}

export class Rows<T extends object> {
  readonly #rows = new Map<string, T>();

  async insert(id: string, row: T): Promise<void> {
    await statement();
    this.#rows.set(id, { ...row });
  }

  /** Throws when there is none. */
  async read(id: string): Promise<T> {
    const row = await this.find(id);
    if (row === null) throw new Error(`no row ${id}`);
    return row;
  }

  async find(id: string): Promise<T | null> {
    await statement();
    const row = this.#rows.get(id);
    return row === undefined ? null : { ...row };
  }

  async all(): Promise<T[]> {
    await statement();
    return [...this.#rows.values()].map((row) => ({ ...row }));
  }

  /** One statement that reads and writes: `update … where … returning`. Answers whether it found a row to change. */
  async update(id: string, change: (row: T) => Partial<T> | null): Promise<boolean> {
    await statement();
    const row = this.#rows.get(id);
    const changes = row === undefined ? null : change(row);
    if (row === undefined || changes === null) return false;
    this.#rows.set(id, { ...row, ...changes });
    return true;
  }
}
