/**
 * The database as the other folders see it: one handle on MikroORM, the same for a PostgreSQL server and for the
 * embedded PGlite.
 */
import type { MikroORM } from '@mikro-orm/core';
import type { AbstractSqlDriver, SqlEntityManager } from '@mikro-orm/sql';
import { CompiledQuery } from 'kysely';
import type { Continuity } from './continuity.ts';
import type { LockSession } from './lock-session.ts';

export type SqlOrm = MikroORM<AbstractSqlDriver, SqlEntityManager>;

export interface Database {
  readonly kind: 'postgresql' | 'pglite';
  readonly orm: SqlOrm;
  /** Whether it is still the database that was opened. */
  readonly continuity: Continuity;
  /**
   * A fresh `EntityManager`, bound to no request and no transaction. Use it once and drop it. Throws `DatabaseLost`
   * once the database is lost.
   */
  em(): SqlEntityManager;
  /**
   * Rows of one statement with bound parameters (`$1`…), inside the transaction of `em` if one is given. Columns have
   * the names that PostgreSQL gives them. Rejects with the driver's error.
   */
  query<T>(sql: string, params: readonly unknown[], em?: SqlEntityManager): Promise<T[]>;
  /**
   * As `query`, but always outside of a transaction: the statement is a transaction by itself. `onSending` is called
   * once there is a connection. Before that call, nothing can have reached the database.
   */
  send(sql: string, params: readonly unknown[], onSending: () => void): Promise<void>;
  /**
   * Connects a session of its own, outside of the pool, that can own the database. `null` on PGlite, where the process
   * that has the folder open owns it.
   */
  readonly openLockSession: (() => Promise<LockSession>) | null;
  /**
   * Destroys the sockets of all pooled connections, so that statements waiting on a dead wire fail now. The pool opens
   * new ones. Does nothing on PGlite.
   */
  sever(): void;
  /**
   * Waits a bounded time for statements under way, then lets go of the connections or the folder. Safe to call twice.
   */
  close(): Promise<void>;
}

/** What differs between the drivers. */
export interface DatabaseDriver extends Pick<Database, 'kind' | 'continuity' | 'openLockSession' | 'sever' | 'close'> {
  /** Looks whether the database is where it was, and loses it when it is not. */
  readonly look?: () => void;
}

/**
 * Builds the handle from what differs between the drivers. Once closed, it refuses, because MikroORM would connect
 * anew.
 */
export function databaseOf(orm: SqlOrm, driver: DatabaseDriver): Database {
  const { continuity, look = () => {} } = driver;
  const lookAgain = () => {
    look();
    if (continuity.lost !== null) throw continuity.lost;
  };
  let closed: Promise<void> | undefined;
  const em = () => {
    if (closed !== undefined) throw new Error('the database is closed');
    lookAgain();
    return orm.em.fork({ disableContextResolution: true });
  };
  return {
    kind: driver.kind,
    openLockSession: driver.openLockSession,
    orm,
    continuity,
    em,
    async query<T>(sql: string, params: readonly unknown[], within?: SqlEntityManager): Promise<T[]> {
      const kysely = (within ?? em()).getKysely();
      const result = await kysely.executeQuery<T>(CompiledQuery.raw(sql, [...params]));
      return result.rows;
    },
    async send(sql, params, onSending) {
      await em()
        .getKysely()
        .connection()
        .execute((connection) => {
          onSending();
          return connection.executeQuery(CompiledQuery.raw(sql, [...params]));
        });
      // What was written into a folder that is gone was not kept.
      lookAgain();
    },
    sever: driver.sever,
    close() {
      closed ??= driver.close();
      return closed;
    },
  };
}
