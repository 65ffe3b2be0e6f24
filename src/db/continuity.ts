/**
 * Whether the database is still the one that this process began with. A database has an identity: a random id that a
 * migration wrote into it once and that every copy of it carries. An older dump is the same database; an empty one is a
 * different one.
 *
 * The database is the same (also while nothing is known of it yet) → lost, for good. Once it is lost, the process must
 * stop, and must neither read nor write it again.
 */

/**
 * The database that this process began with is gone, or another one is in its place. The message is for the operator
 * and says what to do.
 */
export class DatabaseLost extends Error {
  override readonly name = 'DatabaseLost';
}

/** Rows of one statement, as `Database.query`. */
export type Query = <T>(sql: string, params: readonly unknown[]) => Promise<T[]>;

const UNDEFINED_TABLE = '42P01';

export class Continuity {
  #identity: string | null = null;
  /** An older build, which had no identities, has been here. */
  #hadTables = false;
  #lost: DatabaseLost | null = null;
  readonly #listeners: ((error: DatabaseLost) => void)[] = [];
  #alsoAsk: (query: Query) => Promise<void> = async () => {};

  get lost(): DatabaseLost | null {
    return this.#lost;
  }

  /** Calls the listener once: when the database is lost, or at once when it is lost already. */
  onLost(listener: (error: DatabaseLost) => void): void {
    if (this.#lost === null) this.#listeners.push(listener);
    else listener(this.#lost);
  }

  /** Loses the database. Returns the error that listeners were told, which is the first one. */
  lose(error: DatabaseLost): DatabaseLost {
    if (this.#lost !== null) return this.#lost;
    this.#lost = error;
    for (const listener of this.#listeners.splice(0)) listener(error);
    return error;
  }

  /** Sets what else each session that is opened is asked, before anything is read or written on it. */
  alsoAskSessions(ask: (query: Query) => Promise<void>): void {
    this.#alsoAsk = ask;
  }

  /**
   * Must be called on each session that is opened, because it may lead to another database. Rejects with `DatabaseLost`
   * when it does.
   */
  async askSession(query: Query): Promise<void> {
    await this.ask(query);
    await this.#alsoAsk(query);
  }

  /**
   * Asks which database this is. The first one that has an identity is the one to stay with. Rejects with
   * `DatabaseLost` when this is a different one.
   */
  async ask(query: Query): Promise<void> {
    if (this.#lost !== null) throw this.#lost;
    if (this.#identity !== null) {
      const found = await identityIn(query);
      if (found !== this.#identity) throw this.lose(otherDatabase(`the identity ${this.#identity}`, found));
      return;
    }
    const [there] = await query<{ named: boolean; tables: boolean }>(
      "select to_regclass('database_identity') is not null as named, to_regclass('mikro_orm_migrations') is not " +
        'null as tables',
      [],
    );
    if (there?.named) this.#identity ??= await identityIn(query);
    if (this.#hadTables && !there?.tables) throw this.lose(otherDatabase('tables of an older build', null));
    this.#hadTables ||= there?.tables === true;
  }
}

async function identityIn(query: Query): Promise<string | null> {
  try {
    const [row] = await query<{ id: string }>('select id::text as id from database_identity', []);
    return row?.id ?? null;
  } catch (error) {
    if ((error as { code?: unknown }).code === UNDEFINED_TABLE) return null;
    throw error;
  }
}

function otherDatabase(known: string, found: string | null): DatabaseLost {
  const now =
    found === null
      ? 'the database is empty, or its tables are not where they were'
      : `the database is another one (its identity is ${found})`;
  return new DatabaseLost(
    `${now}, and this process began with one that has ${known}: nothing was changed in it. Stop every Stock Keeper, ` +
      'restore the backup into an empty database or set DATABASE_URL right, and start again; only a start makes ' +
      'tables',
  );
}
