/**
 * Verifies a database: asks every law of one snapshot, so that a service may go on writing meanwhile.
 *
 * Violations come through a cursor, page by page, and are handed on one by one, so a million of them take no more
 * memory here than a hundred. The server sorts and hashes within `work_mem`, and beyond that on its disk.
 */
import { IsolationLevel } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../db/database.ts';
import type { Law } from './law.ts';
import { LAWS } from './laws.ts';

export interface Violation {
  /** Name of the law. */
  readonly law: string;
  readonly skuId: string | null;
  readonly orderId: string | null;
  readonly cartId: string | null;
  /** What was found. */
  readonly violation: string;
  /** What a person can do. */
  readonly remedy: string;
}

export interface VerifyOptions {
  /** The most violations that are handed on for each law; all are counted. 100 without it. */
  readonly violationsMax?: number;
  /** Told of each violation. The next one waits for it. */
  readonly onViolation?: (violation: Violation) => void | Promise<void>;
  /** Told before and after each law is asked; `violations` is `null` before. */
  readonly onLaw?: (law: string, violations: number | null) => void;
}

export interface Verified {
  /** Rows looked at. */
  readonly skus: number;
  readonly orders: number;
  readonly movements: number;
  readonly carts: number;
  /** By law, in their order; 0 for a law that holds. */
  readonly violations: Readonly<Record<string, number>>;
  /** Sum over all laws. */
  readonly total: number;
  readonly durationMs: number;
}

/** Rows of one statement without parameters, always in the same session and transaction. */
export type Ask = <T>(sql: string) => Promise<T[]>;

/** Verifies the whole database, and writes nothing. Rejects with the database's error. */
export async function verify(database: Database, options: VerifyOptions = {}): Promise<Verified> {
  const began = performance.now();
  return snapshot(database, true, async (ask) => {
    const [counted] = await ask<Pick<Verified, 'skus' | 'orders' | 'movements' | 'carts'>>(COUNT);
    if (counted === undefined) throw new Error('a SELECT of one row answered with none');
    const violations: Record<string, number> = {};
    for (const law of LAWS) {
      options.onLaw?.(law.name, null);
      violations[law.name] = await ofLaw(ask, law, options);
      options.onLaw?.(law.name, violations[law.name] ?? 0);
    }
    const total = Object.values(violations).reduce((sum, count) => sum + count, 0);
    return { ...counted, violations, total, durationMs: performance.now() - began };
  });
}

/** Runs `work` in one transaction on one snapshot, with the server's settings for few and large statements. */
export function snapshot<T>(database: Database, readOnly: boolean, work: (ask: Ask) => Promise<T>): Promise<T> {
  return database.em().transactional(
    async (em) => {
      const ask: Ask = (sql) => database.query(sql, [], em as SqlEntityManager);
      for (const [name, value] of SETTINGS) await ask(`set local ${name} = ${value}`);
      return work(ask);
    },
    { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly },
  );
}

/** Hands on the rows of a SELECT one by one. */
export async function each<T>(ask: Ask, sql: string, handle: (row: T) => void | Promise<void>): Promise<void> {
  await ask(`declare rows no scroll cursor for ${sql}`);
  let page: T[];
  do {
    page = await ask<T>(`fetch ${PAGE} from rows`);
    for (const row of page) await handle(row);
  } while (page.length === PAGE);
  await ask('close rows');
}

interface Row {
  readonly sku_id: string | null;
  readonly order_id: string | null;
  readonly cart_id?: string;
  readonly violation: string;
}

async function ofLaw(ask: Ask, { name, sql, remedy }: Law, options: VerifyOptions): Promise<number> {
  const highest = options.violationsMax ?? VIOLATIONS_MAX;
  let count = 0;
  await each<Row>(ask, sql, async ({ sku_id, order_id, cart_id = null, violation }) => {
    count++;
    if (count > highest) return;
    await options.onViolation?.({ law: name, skuId: sku_id, orderId: order_id, cartId: cart_id, violation, remedy });
  });
  return count;
}

const VIOLATIONS_MAX = 100;

/** Rows in memory at a time. */
const PAGE = 1000;

const COUNT = `select (select count(*) from skus)::float8 as skus, (select count(*) from orders)::float8 as orders,
  (select count(*) from movements)::float8 as movements, (select count(*) from carts)::float8 as carts`;

const SETTINGS = [
  ['statement_timeout', '0'],
  ['idle_in_transaction_session_timeout', '0'],
  ['work_mem', `'64MB'`],
  // All rows are wanted, not the first ones soon.
  ['cursor_tuple_fraction', '1'],
  // Tables without statistics look small, so a nested loop over a million rows would be chosen for them.
  ['enable_nestloop', 'off'],
  // A CHECK promises the very thing that must be verified here.
  ['constraint_exclusion', 'off'],
] as const;
