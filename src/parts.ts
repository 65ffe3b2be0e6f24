/**
 * The parts behind every door, opened from the bottom up and closed from the top down. The service and the library
 * stand on the same parts.
 *
 * The states of the parts: open → closing (`close` was called) → closed.
 */
import { within } from './db/deadline.ts';
import { migrate, refuseNewerSchema, requireCurrentSchema } from './db/migrate.ts';
import { connectDatabase, type DatabaseSettings } from './db/open.ts';
import { NewerSchema, OlderSchema } from './db/schema-faults.ts';
import { SqlStore, STORE_DEADLINES, type StoreDeadlines } from './journal/sql-store.ts';
import { Keeper } from './keeper/keeper.ts';
import type { KeeperLimits } from './keeper/limits.ts';
import { Sweeper } from './keeper/sweeper.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { type Observe, tellAll } from './lib/observe.ts';
import type { ClosingDoor, Parts } from './library/parts.ts';
import { type Log, logObservation } from './log.ts';
import { Ownership } from './ownership/ownership.ts';
import { createLists } from './reads/lists.ts';

/**
 * While closing: what the database has not decided after this time is answered `unknown_outcome` and no longer waited
 * for.
 */
const GIVE_UP_MS = 7000;
/** From then on, whatever tries again on a new connection is cut off this often. */
const SEVER_AGAIN_MS = 100;
/** How often commands that take too long are looked for. */
const LATE_CHECK_MS = 1000;
/** A client that has not taken its answer after this time is cut off. */
const CUT_OFF_MS = 7500;
/** A database that has not let go of its connections after this time is left as it is. */
const LEAVE_MS = 8500;

export interface PartsOptions {
  readonly database: DatabaseSettings;
  /** The PostgreSQL schema of the tables; by default that of the session. */
  readonly schema?: string;
  /** `check` refuses a schema that this build would have to change; `run` is the default. */
  readonly migrations?: 'run' | 'check';
  readonly log: Log;
  readonly observe?: Observe;
  readonly limits?: Partial<KeeperLimits>;
  readonly deadlines?: Partial<StoreDeadlines>;
  readonly clock?: Clock;
  /** A cart that nobody has changed for this long is swept, milliseconds; 30 days by default. */
  readonly cartIdleMs?: number;
}

/**
 * Connects to the database. This process then owns it and has brought its schema up to this build, or it stands by
 * while another process owns it. Rejects with an error that an operator can read, and then leaves nothing open.
 */
export async function openParts(options: PartsOptions): Promise<Parts> {
  const { log, clock = systemClock, migrations = 'run' } = options;
  const deadlines = { ...STORE_DEADLINES, ...options.deadlines };
  const observers = new Set(options.observe === undefined ? [] : [options.observe]);
  const observe = tellAll(
    (observation) => logObservation(log, observation),
    (observation) => tellAll(...observers)(observation),
  );
  const tell = (message: string) => log.info({}, message);
  const database = await connectDatabase(options.database, {
    // The server ends a statement before we cut its connection. The first is a certain abort; the second would have to
    // be settled.
    statementTimeoutMs: deadlines.commitMs * 0.8,
    // A transaction whose connection is lost ends while there is still time to settle what became of it.
    silentTransactionMs: deadlines.settleMs / 2,
    ...(options.schema === undefined ? {} : { schema: options.schema, createsSchema: migrations === 'run' }),
    log: tell,
  });
  if (database.kind === 'pglite') {
    log.warn(
      {},
      'embedded database: a killed process loses nothing, a power cut may; a PostgreSQL server loses nothing',
    );
  }
  const ownership = new Ownership({
    database,
    observe,
    // Only the first preparation migrates. If the tables are later not those it knew, it must not make new ones,
    // because it would then serve an empty shop.
    prepare: async (isFirst) => {
      if (migrations === 'check') await requireCurrentSchema(database);
      else if (isFirst) await migrate(database, tell);
      else await requireCurrentSchema(database, 'start again, which runs them');
    },
    isFatal: (error) => error instanceof NewerSchema || error instanceof OlderSchema,
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
  const { cartIdleMs } = options;
  const sweeper = new Sweeper({ keeper, store, clock, observe, ...(cartIdleMs === undefined ? {} : { cartIdleMs }) });
  ownership.follow({ lost: () => keeper.startOver(), taken: () => {} });
  try {
    // A standby leaves the schema to the owner. But it must find out now, not when it is needed, that it cannot read
    // it.
    const look = migrations === 'run' ? refuseNewerSchema : requireCurrentSchema;
    await within(database, deadlines.readMs, () => look(database));
    await ownership.start();
  } catch (error) {
    await ownership.close();
    await database.close();
    throw error;
  }
  sweeper.start();
  const late = setInterval(() => keeper.answerLate(), LATE_CHECK_MS).unref();

  const drain = async (door?: ClosingDoor) => {
    const swept = sweeper.stop();
    // First of all: the door waits for every request, and these would let it wait for up to a minute.
    keeper.stopWaiting();
    await door?.close();
    await swept;
    await keeper.close();
    await ownership.close();
    await database.close();
  };
  const close = async (door?: ClosingDoor) => {
    const left = Promise.withResolvers<void>();
    let severing: NodeJS.Timeout | undefined;
    const giveUp = setTimeout(() => {
      log.warn({}, 'closing takes too long: what is not decided is given up');
      keeper.giveUp();
      database.sever();
      severing = setInterval(() => database.sever(), SEVER_AGAIN_MS);
    }, GIVE_UP_MS);
    const cutOff = setTimeout(() => door?.cutOff(), CUT_OFF_MS);
    const leave = setTimeout(left.resolve, LEAVE_MS);
    await Promise.race([drain(door), left.promise]).finally(() => {
      for (const timer of [late, giveUp, severing, cutOff, leave]) clearTimeout(timer);
    });
  };
  let closed: Promise<void> | null = null;
  return {
    kind: database.kind,
    keeper,
    ownership,
    watch: (watcher) => {
      observers.add(watcher);
      return () => void observers.delete(watcher);
    },
    close: (door) => {
      closed ??= close(door);
      return closed;
    },
  };
}
