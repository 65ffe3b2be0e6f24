/** Reads rows for residents. Loads asked for in one tick, or while another load is under way, share one SELECT. */
import type { CorruptRow, Loaded, RowsByKind, Store, Wanted } from '../../journal/record.ts';
import { assert } from '../../lib/assert.ts';
import { Corrupt } from '../../lib/corrupt.ts';
import { eachKind, type KindName, type Row } from '../../shop/kind-names.ts';
import { KINDS } from '../../shop/kinds.ts';

type Rows = Readonly<Record<keyof Wanted, ReadonlyMap<string, unknown>>>;

/** One row that a load asks for, and how its asker is told. */
interface Request {
  readonly kind: keyof Wanted;
  readonly id: string;
  readonly resolve: (row: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export class Loader {
  readonly #next: Request[] = [];
  #running = false;
  readonly #store: Pick<Store, 'load'>;
  readonly #idsMax: number;
  readonly #schedule: (run: () => void) => void;

  /** At most `idsMax` ids share one SELECT. One SELECT is under way at a time. */
  constructor(store: Pick<Store, 'load'>, idsMax: number, schedule: (run: () => void) => void = setImmediate) {
    this.#store = store;
    this.#idsMax = idsMax;
    this.#schedule = schedule;
  }

  /**
   * The stored row, `null` if there is none. Rejects when the database cannot answer, and with `Corrupt` when the row
   * cannot be worked with.
   */
  row<K extends KindName>(kind: K, id: string): Promise<Row<K> | null> {
    return this.#ask<Row<K>>(kind, id);
  }

  /**
   * Units of a SKU in a customer's standing orders, by the id of the standing. Rejects when the database cannot answer.
   */
  standing(id: string): Promise<number | null> {
    return this.#ask<number>('standings', id);
  }

  #ask<T>(kind: keyof Wanted, id: string): Promise<T | null> {
    const { promise, resolve, reject } = Promise.withResolvers<T | null>();
    this.#next.push({ kind, id, resolve: resolve as (row: unknown) => void, reject });
    if (!this.#running) {
      this.#running = true;
      this.#schedule(() => void this.#run());
    }
    return promise;
  }

  async #run(): Promise<void> {
    while (this.#next.length > 0) {
      const requests = this.#next.splice(0, this.#idsMax);
      const ids = (kind: keyof Wanted) => requests.filter((r) => r.kind === kind).map((r) => r.id);
      try {
        const loaded = await this.#store.load({
          ...eachKind<Record<KindName, string[]>>(ids),
          standings: ids('standings'),
        });
        const rows = byId(loaded);
        const corrupt = new Map(loaded.corrupt.map((row) => [`${row.kind} ${row.id}`, row]));
        for (const request of requests) {
          const found = corrupt.get(`${request.kind} ${request.id}`);
          if (found === undefined) request.resolve(rows[request.kind].get(request.id) ?? null);
          else request.reject(corruptOf(found));
        }
      } catch (error) {
        for (const request of requests) request.reject(error);
      }
    }
    this.#running = false;
  }
}

function corruptOf({ kind, id, reason }: CorruptRow): Corrupt {
  const { quarantined } = KINDS[kind];
  assert(quarantined !== undefined, `${kind} can be quarantined`);
  return new Corrupt(quarantined(id, reason), true);
}

function byId(loaded: Loaded): Rows {
  const rows: RowsByKind = loaded;
  return {
    ...eachKind<Record<KindName, ReadonlyMap<string, unknown>>>((kind) => rowsById(kind, rows[kind])),
    standings: new Map(loaded.standings.map(({ id, units }) => [id, units])),
  };
}

const rowsById = <K extends KindName>(kind: K, rows: readonly Row<K>[]): ReadonlyMap<string, Row<K>> =>
  new Map(rows.map((row) => [KINDS[kind].idOf(row), row]));
