/**
 * The composition root: the only file that knows everyone. Opens from the bottom up, closes from the top down.
 *
 * An app is starting → running (`startApp` resolved) → closing (`close` was called) → closed.
 */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { within } from './db/deadline.ts';
import { migrate, NewerSchema, refuseNewerSchema } from './db/migrate.ts';
import { connectDatabase, type DatabaseSettings } from './db/open.ts';
import type { Access } from './http/auth.ts';
import { Metrics } from './http/metrics.ts';
import { buildServer, type ServerLimits } from './http/server.ts';
import { createLists } from './journal/lists.ts';
import { Ownership } from './journal/ownership.ts';
import { SqlStore, STORE_DEADLINES, type StoreDeadlines } from './journal/sql-store.ts';
import { Keeper } from './keeper/keeper.ts';
import type { KeeperLimits } from './keeper/limits.ts';
import { Sweeper } from './keeper/sweeper.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { tellAll } from './lib/observe.ts';
import { logObservation } from './log.ts';

/** While closing, what the database has not decided by now is answered `unknown_outcome`, and waited for no longer. */
const GIVE_UP_MS = 7000;
/** From then on, whatever is tried once more on a new connection is cut off this often. */
const SEVER_AGAIN_MS = 100;
/** How often commands that take too long are looked for. */
const LATE_CHECK_MS = 1000;
/** A client that has not taken its answer by now is cut off. */
const CUT_OFF_MS = 7500;
/** A database that has not let go of its connections by now is left as it is. */
const LEAVE_MS = 8500;

export interface AppOptions {
  readonly database: DatabaseSettings;
  readonly log: Logger;
  /** Who is let in; everyone by default. */
  readonly access?: Access;
  readonly limits?: Partial<KeeperLimits>;
  readonly server?: Partial<ServerLimits>;
  readonly deadlines?: Partial<StoreDeadlines>;
  readonly clock?: Clock;
  /** Of a checkout that names none, minor units; 0 by default. */
  readonly defaultFreight?: number;
  /** How long nobody must have changed a cart that is swept, milliseconds; 30 days by default. */
  readonly cartIdleMs?: number;
}

export interface App {
  readonly server: FastifyInstance;
  readonly keeper: Keeper;
  readonly ownership: Pick<Ownership, 'role' | 'follow' | 'failed'>;
  /** Stops accepting, answers what was accepted, and lets go of the database: within 8.5 seconds, whatever the database does. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Connects to the database and puts the house together; the caller listens. It then owns the database, whose schema it has brought up to
 * this build, or stands by while another process does. Rejects with an error fit for an operator's eyes.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { log, clock = systemClock } = options;
  const deadlines = { ...STORE_DEADLINES, ...options.deadlines };
  const metrics = new Metrics();
  const observe = tellAll((observation) => logObservation(log, observation), metrics.observe);
  const tell = (message: string) => log.info({}, message);
  const database = await connectDatabase(options.database, {
    // The server ends a statement before we cut its connection: the first is certain, the second must be settled.
    statementTimeoutMs: deadlines.commitMs * 0.8,
    // A transaction that the wire has lost is over while there is still time to settle what became of it.
    silentTransactionMs: deadlines.settleMs / 2,
    log: tell,
  });
  if (database.kind === 'pglite') {
    log.warn(
      'embedded database: a killed process loses nothing, a power cut may; set DATABASE_URL for a PostgreSQL server',
    );
  }
  const ownership = new Ownership({
    database,
    observe,
    prepare: () => migrate(database, tell),
    isFatal: (error) => error instanceof NewerSchema,
  });
  const store = new SqlStore(database, ownership, observe, deadlines);
  const keeper = new Keeper({
    store,
    lists: createLists(database, deadlines.readMs),
    tenure: ownership,
    limits: options.limits ?? {},
    clock,
    observe,
  });
  const sweeper = new Sweeper({
    keeper,
    store,
    clock,
    observe,
    ...(options.cartIdleMs === undefined ? {} : { cartIdleMs: options.cartIdleMs }),
  });
  ownership.follow({ lost: () => keeper.startOver(), taken: () => {} });
  try {
    // A standby leaves the schema to the owner, and must not find out only when it is needed that it cannot read it.
    await within(database, deadlines.readMs, () => refuseNewerSchema(database));
    await ownership.start();
    const server = await buildServer({
      keeper,
      logger: log,
      metrics,
      limits: options.server ?? {},
      defaultFreight: options.defaultFreight ?? 0,
      ...(options.access === undefined ? {} : { access: options.access }),
    });
    sweeper.start();
    const late = setInterval(() => keeper.answerLate(), LATE_CHECK_MS).unref();
    let closed: Promise<void> | null = null;
    const drain = async () => {
      const swept = sweeper.stop();
      // First of all: the server waits for every request, and these would let it wait for a minute.
      keeper.stopWaiting();
      await server.close();
      await swept;
      await keeper.close();
      await ownership.close();
      await database.close();
    };
    const close = async () => {
      const left = Promise.withResolvers<void>();
      let severing: NodeJS.Timeout | undefined;
      const giveUp = setTimeout(() => {
        log.warn({}, 'closing takes too long: what is not decided is given up');
        keeper.giveUp();
        database.sever();
        severing = setInterval(() => database.sever(), SEVER_AGAIN_MS);
      }, GIVE_UP_MS);
      const cutOff = setTimeout(() => server.server.closeAllConnections(), CUT_OFF_MS);
      const leave = setTimeout(left.resolve, LEAVE_MS);
      await Promise.race([drain(), left.promise]).finally(() => {
        for (const timer of [late, giveUp, severing, cutOff, leave]) clearTimeout(timer);
      });
    };
    return {
      server,
      keeper,
      ownership,
      close: () => {
        closed ??= close();
        return closed;
      },
    };
  } catch (error) {
    await ownership.close();
    await database.close();
    throw error;
  }
}
