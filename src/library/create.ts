/** Opens a stock keeper. Importing this does nothing, and two stock keepers share nothing. */
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
 * Where the stock is kept. One of three:
 *
 * - `url`: a PostgreSQL server.
 * - `dataDir`: a folder for the embedded database. It serves one keeper at a time, and a second one is rejected. It
 *   loses nothing when the process is killed, but may in a power cut.
 * - `orm`: an ORM of yours on PostgreSQL. The keeper uses its server, database and user, in connections of its own, ten
 *   at most. It has its own because the deadlines of its statements must not cut off yours. It needs nothing else of
 *   the ORM.
 *
 * To read the keeper's tables through your ORM, put `entities` among its entities. Its MikroORM must then have exactly
 * the version that this package has. Name the schema: `em.find(SkuEntity, {}, { schema: 'stock_keeper' })`. Only the
 * keeper may write these tables.
 */
export type KeeperDatabase = { readonly url: string } | { readonly dataDir: string } | { readonly orm: OrmOfHost };

/** The options of a stock keeper. All but the database have a default. */
export interface StockKeeperOptions {
  readonly database: KeeperDatabase;
  /**
   * The PostgreSQL schema of the keeper's tables, so that they can be in one database with others of the same names. It
   * is created if it does not exist. By default it is the schema of the session, mostly `public`, and `stock_keeper`
   * with `orm`.
   */
  readonly schema?: string;
  /**
   * `run`, the default, brings the schema up to this build. `check` changes nothing, for a role that may not create
   * tables and functions. It rejects with `OlderSchema`, which names what is missing. Run what `migrationSql()` of
   * `stock-keeper/migrations` returns in that case.
   */
  readonly migrations?: 'run' | 'check';
  /**
   * A pino logger, or anything with `trace`, `info`, `warn` and `error` that takes facts and a message. Without it
   * nothing is logged.
   */
  readonly logger?: Log;
  /** Milliseconds since the Unix epoch; the system's clock by default. */
  readonly clock?: Clock;
  readonly limits?: Partial<KeeperLimits>;
  /** The freight of a checkout that names none, minor units; 0 by default. */
  readonly defaultFreight?: number;
  /** A cart that nobody has changed for this long is swept, milliseconds; 30 days by default. */
  readonly cartIdleMs?: number;
}

const SILENT: Log = { trace: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * These limits may be 0: then no request waits, nothing stays in memory, or nothing backs off. With any other limit at
 * 0, no command would ever be done.
 */
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
 * Connects to the database. The keeper then owns the database, or stands by while another keeper owns it, in this
 * process or another one. It takes over when that one is gone. Rejects with `TypeError` for wrong options. When the
 * database cannot be had, it rejects with an error that an operator can read.
 */
export async function createStockKeeper(options: StockKeeperOptions): Promise<StockKeeper> {
  for (const name of Object.keys(options ?? {})) {
    // A misspelt option would be ignored: the tables would be in another schema, or there would be no log.
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
