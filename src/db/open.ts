/** Opens the database of either kind: the connection or the folder, then the schema. */
import { join } from 'node:path';
import { Migrator } from '@mikro-orm/migrations';
import { Continuity } from './continuity.ts';
import { type Database, databaseOf, type SqlOrm } from './database.ts';
import { within } from './deadline.ts';
import { driverLog } from './driver-log.ts';
import { entities } from './entities.ts';
import { type Home, inFolder, inMemory } from './home.ts';
import { LockSession } from './lock-session.ts';
import { migrate, migrationsList } from './migrate.ts';
import { APPLICATION_NAME, connectionFault, PoolWatch, type Server, serverAt, sessionCheck } from './postgres.ts';
import { readWholeTexts } from './whole-texts.ts';

/** A PostgreSQL server, a folder for the embedded database, or an embedded database that is gone when it is closed. */
export type DatabaseSettings = ServerSettings | { readonly dataDir: string } | { readonly memory: true };

type ServerSettings = { readonly url: string } | { readonly server: Server };

export interface DatabaseOptions {
  /** The server ends a statement after this many milliseconds; without it, never. PostgreSQL only. */
  readonly statementTimeoutMs?: number;
  /**
   * The server ends a session whose transaction hears nothing from us for this many milliseconds. Without it, a session
   * whose wire went dead silently keeps its row locks until TCP gives up, hours later. PostgreSQL only.
   */
  readonly silentTransactionMs?: number;
  /**
   * How long making a connection, or waiting for a free one, may take, in milliseconds; 3 s without it. PostgreSQL
   * only.
   */
  readonly connectTimeoutMs?: number;
  /** The most connections; 10 without it. PostgreSQL only. */
  readonly poolMax?: number;
  /**
   * The PostgreSQL schema that the tables are in; without it, that of the session. It is made when it does not exist
   * and `createsSchema` is set.
   */
  readonly schema?: string;
  readonly createsSchema?: boolean;
  /** Told of connections lost and of migrations applied. Never sees parameters or passwords. */
  readonly log?: (message: string) => void;
}

/**
 * All our reads are of few rows in the order of an index. On a table without statistics (fresh, or on PGlite, which
 * never gathers any) a bitmap scan looks cheaper, but reads all matching rows before it sorts them: 100 000 overdue
 * orders for a page of 500. None of our statements is worth compiling either. On such a table their cost is estimated
 * too high: a load of 100 ids took 1 ms and its compilation 15.
 */
const PLANNER = [
  ['enable_bitmapscan', 'off'],
  ['jit', 'off'],
] as const;

const CONNECT_TIMEOUT_MS = 3_000;

/** How long a server may take for the first statement, connection included, in milliseconds. */
const FIRST_WORD_MS = 10_000;

/** How long closing waits for statements under way before it cuts the connections, in milliseconds. */
const CLOSE_TIMEOUT_MS = 3_000;

/**
 * Connects, and leaves the schema as it is. Rejects with an error fit for an operator when the server is out of reach
 * or another process holds the folder. Nothing stays open then.
 */
export function connectDatabase(settings: DatabaseSettings, options: DatabaseOptions = {}): Promise<Database> {
  if ('url' in settings) return openServer(serverAt(settings.url), options);
  return 'server' in settings ? openServer(settings.server, options) : openEmbedded(settings, options);
}

/** Connects and migrates. Rejects as above, and when the schema is newer than this build. */
export async function openDatabase(settings: DatabaseSettings, options: DatabaseOptions = {}): Promise<Database> {
  const database = await connectDatabase(settings, options);
  try {
    await migrate(database, options.log);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The options that both drivers are given. */
function common(options: DatabaseOptions) {
  return {
    entities,
    extensions: [Migrator],
    // `migrate` makes sure of what is needed, under its lock.
    ensureDatabase: false,
    ...(options.schema === undefined ? {} : { schema: options.schema }),
    // Only migrations make functions; no entity describes them.
    schemaGenerator: { ignoreRoutines: true },
    migrations: { migrationsList, snapshot: false, silent: true, disableForeignKeys: false },
    loggerFactory: () => driverLog((message) => options.log?.(message)),
  };
}

async function openServer(given: Server, options: DatabaseOptions): Promise<Database> {
  const { MikroORM } = await import('@mikro-orm/postgresql');
  const connections = new PoolWatch();
  const continuity = new Continuity();
  const inSchema = options.schema === undefined ? [] : [`-c search_path=${options.schema}`];
  const session = (...settings: readonly string[]): Server => {
    const all = [given.options ?? [], inSchema, settings].flat();
    return all.length === 0 ? given : { ...given, options: all.join(' ') };
  };
  const orm: SqlOrm = await MikroORM.init({
    ...common(options),
    // Replaced below by what the server says. The driver reads the URL itself, because it knows all of its parameters.
    dbName: 'postgres',
    pool: { max: options.poolMax ?? 10 },
    driverOptions: {
      ...session(...PLANNER.map(([name, value]) => `-c ${name}=${value}`)),
      connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      keepAlive: true,
      application_name: APPLICATION_NAME,
      ...(options.statementTimeoutMs === undefined ? {} : { statement_timeout: options.statementTimeoutMs }),
      ...(options.silentTransactionMs === undefined
        ? {}
        : { idle_in_transaction_session_timeout: options.silentTransactionMs }),
      onPoolCreated: connections.watch,
      verify: sessionCheck((query) => continuity.askSession(query)),
    },
  });
  const database = databaseOf(orm, {
    kind: 'postgresql',
    continuity,
    openLockSession: () => LockSession.open(session(), options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS),
    sever: connections.sever,
    close: async () => {
      const impatient = setTimeout(connections.sever, CLOSE_TIMEOUT_MS);
      await orm.close(true).finally(() => clearTimeout(impatient));
    },
  });
  try {
    const rows = await within(database, FIRST_WORD_MS, () =>
      database.query<{ name: string }>('select current_database() as name', []),
    );
    orm.config.set('dbName', rows[0]?.name ?? 'postgres');
    await makeSchema(database, options);
    return database;
  } catch (error) {
    await database.close();
    throw error instanceof SchemaMissing ? error : connectionFault(given, error);
  }
}

/** The one dependency that may be left out by users that have a server. Any other failure is passed on as it is. */
async function embeddedDriver(): Promise<typeof import('@mikro-orm/pglite')> {
  try {
    return await import('@mikro-orm/pglite');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error(
      'the embedded database needs the package @mikro-orm/pglite, which is not installed. npm leaves it out when it ' +
        'is told --omit=optional, and without a word when it runs on a Node older than 22.17. ' +
        'Add it, on this Node: npm install @mikro-orm/pglite@7.2.1; or give the url of a server',
      { cause: error },
    );
  }
}

async function openEmbedded(
  settings: { readonly dataDir: string } | { readonly memory: true },
  options: DatabaseOptions,
): Promise<Database> {
  const driver = await embeddedDriver();
  const open = async (place: { dbName: string; driverOptions?: object }, home: Home): Promise<Database> => {
    const orm: SqlOrm = await driver.MikroORM.init({ ...common(options), ...place });
    const { continuity, look } = home;
    const close = () => home.leave(() => orm.close(true));
    const database = databaseOf(orm, {
      kind: 'pglite',
      continuity,
      openLockSession: null,
      sever: () => {},
      look,
      close,
    });
    const connection = orm.em.getConnection();
    if (!(connection instanceof driver.PgliteConnection)) throw new Error('the embedded database has another driver');
    readWholeTexts(await connection.getNativeClient());
    await database.query('select 1', []);
    await home.settle();
    await makeSchema(database, options);
    // Set once, because there is one session as long as the database is open.
    if (options.schema !== undefined) await database.query(`set search_path to "${options.schema}"`, []);
    for (const [name, value] of PLANNER) await database.query(`set ${name} = ${value}`, []);
    return database;
  };
  if ('memory' in settings) return open({ dbName: 'memory://' }, inMemory());
  const { dataDir } = settings;
  return inFolder(dataDir, options.log, (home) =>
    open({ dbName: 'postgres', driverOptions: { dataDir: join(dataDir, 'pglite') } }, home),
  );
}

/** The schema that the tables should be in does not exist, and could not be made. */
class SchemaMissing extends Error {
  override readonly name = 'SchemaMissing';
}

async function makeSchema(database: Database, { schema, createsSchema = false }: DatabaseOptions): Promise<void> {
  if (schema === undefined) return;
  const found = await database.query('select 1 from pg_namespace where nspname = $1', [schema]);
  if (found.length > 0) return;
  if (!createsSchema) throw new SchemaMissing(`the database has no schema "${schema}"`);
  try {
    await database.query(`create schema if not exists "${schema}"`, []);
  } catch (error) {
    throw new SchemaMissing(`schema "${schema}" cannot be made`, { cause: error });
  }
}
