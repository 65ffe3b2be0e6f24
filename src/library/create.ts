/** Opens a stock keeper. Nothing happens before, and nothing is shared between two of them. */
import { checkedSchema } from '../db/migration-sql.ts';
import type { DatabaseSettings } from '../db/open.ts';
import { type OrmOfHost, serverOf } from '../db/server-of.ts';
import { KEEPER_LIMITS, type KeeperLimits } from '../keeper/limits.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import { openParts } from '../parts.ts';
import { COUNTER_MAX } from '../shop/skus/sku.ts';
import { safeLog } from './safe-log.ts';
import { type StockKeeper, stockKeeperOf } from './stock-keeper.ts';

/**
 * A PostgreSQL server, or a folder for the embedded database: for one keeper at a time, a second one is rejected; it
 * loses nothing when the process is killed, but may in a power cut. Or an ORM of yours on PostgreSQL: its server,
 * database and user are used, in connections of the keeper's own (ten at most), for the keeper has deadlines for its
 * statements and yours must not be cut off by them. It needs nothing else of it; to read the keeper's tables by it,
 * have `entities` among its entities, for which its MikroORM must be of the very version that this package has, and
 * name the schema: `em.find(SkuEntity, {}, { schema: 'stock_keeper' })`. Write them by the keeper alone.
 */
export type KeeperDatabase = { readonly url: string } | { readonly dataDir: string } | { readonly orm: OrmOfHost };

/** What a stock keeper is opened with; all but the database has a default. */
export interface StockKeeperOptions {
  readonly database: KeeperDatabase;
  /**
   * The PostgreSQL schema of the keeper's tables, so that they can be beside others of the same names; made when it is
   * not there. Without it that of the session, mostly `public`; with `orm` it is `stock_keeper`.
   */
  readonly schema?: string;
  /**
   * `run`, by default, brings the schema up to this build. `check` changes nothing, for a role that may not create
   * tables and functions: it rejects with `OlderSchema`, which names what is missing, and `migrationSql()` of
   * `stock-keeper/migrations` is what to run then.
   */
  readonly migrations?: 'run' | 'check';
  /**
   * A pino logger, or anything with `trace`, `info`, `warn` and `error` that takes facts and a message; nothing is
   * logged without it.
   */
  readonly logger?: Log;
  /** Milliseconds since the Unix epoch; that of the system by default. */
  readonly clock?: Clock;
  readonly limits?: Partial<KeeperLimits>;
  /** What an order of a checkout that names no freight is charged, minor units; 0 by default. */
  readonly defaultFreight?: number;
  /** How long nobody must have changed a cart that is swept, milliseconds; 30 days by default. */
  readonly cartIdleMs?: number;
}

const SILENT: Log = { trace: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Nobody may wait then, or nothing stays in memory; without any of the others nothing is ever done. */
const MAY_BE_NONE: ReadonlySet<string> = new Set(['waitersMax', 'waitingLinesMax', 'residentsMax', 'backoffMaxMs']);

const ORM_SCHEMA = 'stock_keeper';

const OPTIONS: Readonly<Record<keyof StockKeeperOptions, true>> = {
  database: true,
  schema: true,
  migrations: true,
  logger: true,
  clock: true,
  limits: true,
  defaultFreight: true,
  cartIdleMs: true,
};

/**
 * Connects to the database, which this keeper then owns, or stands by for while another one does, here or in another
 * process: it takes over when that is gone. Rejects with `TypeError` for wrong options, and with an error fit for an
 * operator's eyes when the database cannot be had.
 */
export async function createStockKeeper(options: StockKeeperOptions): Promise<StockKeeper> {
  for (const name of Object.keys(options ?? {})) {
    // Misspelt, it would be passed over: tables in another schema, no log.
    if (!Object.hasOwn(OPTIONS, name)) {
      throw new TypeError(`There is no option ${name}: there are ${Object.keys(OPTIONS).join(', ')}.`);
    }
  }
  const { migrations = 'run', clock, limits, defaultFreight = 0, cartIdleMs } = options ?? {};
  const { database, schema } = placeOf(options ?? {});
  const logger = safeLog(options.logger ?? SILENT);
  if (clock !== undefined && typeof clock !== 'function') throw new TypeError('clock must be a function.');
  if (migrations !== 'run' && migrations !== 'check') throw new TypeError(`migrations must be 'run' or 'check'.`);
  if (!Number.isInteger(defaultFreight) || defaultFreight < 0 || defaultFreight > COUNTER_MAX) {
    throw new TypeError(`defaultFreight must be minor units, an integer from 0 to ${COUNTER_MAX}.`);
  }
  if (cartIdleMs !== undefined && !(cartIdleMs > 0))
    throw new TypeError('cartIdleMs must be milliseconds, more than 0.');
  checkLimits(limits ?? {});
  const parts = await openParts({
    database,
    migrations,
    log: logger,
    ...(schema === undefined ? {} : { schema: checkedSchema(schema) }),
    ...(clock === undefined ? {} : { clock }),
    ...(limits === undefined ? {} : { limits }),
    ...(cartIdleMs === undefined ? {} : { cartIdleMs }),
  });
  parts.ownership.failed.catch((error: unknown) => {
    logger.error({ err: error }, 'this keeper can never own the database: close it');
  });
  return stockKeeperOf(parts, logger, defaultFreight);
}

function checkLimits(limits: Partial<KeeperLimits>): void {
  for (const [name, limit] of Object.entries(limits)) {
    if (!Object.hasOwn(KEEPER_LIMITS, name)) throw new TypeError(`There is no limit ${name}.`);
    const least = MAY_BE_NONE.has(name) ? 0 : 1;
    if (!Number.isInteger(limit) || limit < least)
      throw new TypeError(`limits.${name} must be an integer from ${least} on.`);
  }
}

function placeOf({ database, schema }: StockKeeperOptions): { database: DatabaseSettings; schema: string | undefined } {
  const given = (database ?? {}) as { readonly url?: unknown; readonly dataDir?: unknown; readonly orm?: unknown };
  const named = [given.url, given.dataDir, given.orm].filter((value) => value !== undefined);
  if (named.length !== 1) throw new TypeError('database must be one of { url }, { dataDir } and { orm }.');
  if (typeof given.url === 'string') return { database: { url: given.url }, schema };
  if (given.dataDir === '') throw new TypeError('database.dataDir must be the path of a folder.');
  if (typeof given.dataDir === 'string') return { database: { dataDir: given.dataDir }, schema };
  if ('orm' in database) return { database: { server: serverOf(database.orm) }, schema: schema ?? ORM_SCHEMA };
  throw new TypeError('database.url and database.dataDir must be texts.');
}
