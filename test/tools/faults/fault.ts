/** The words of the fault suite: what a fault is, what it may use while it runs, and what must hold afterwards. */
import type { Query } from '../../support/laws.ts';
import type { PostgresOptions, PostgresServer } from '../../support/postgres-server.ts';
import type { Service, ServiceEnv, ServiceOptions } from '../../support/service.ts';
import type { ShopClient } from '../../support/shop-client.ts';
import type { SqlSession } from '../../support/sql.ts';

/** What must hold after every fault. */
export const INVARIANTS = {
  I1: 'counters are what the ledger says, reserved is what open orders hold, nothing is oversold',
  I2: 'every acknowledged operation is in the ledger exactly once',
  I3: 'no line of the ledger that nobody asked for',
  I4: 'an order reserves once and gives back no more than that; any number of cancels answer the same',
  I5: 'versions are gapless, the row has the last one',
  I6: 'memory is what the database says: a restart reads the same',
  I7: 'an unknown outcome is never told as a refusal, and asking again tells the truth',
  I8: 'the history of each SKU is linearizable',
  I9: 'every request is answered within its deadline, and throughput is back soon after the fault',
  I10: 'queues, memory and sockets stay bounded',
} as const;

export type Invariant = keyof typeof INVARIANTS;

/** One row of the table of faults. */
export interface Fault {
  readonly row: number;
  readonly title: string;
  /** Why it cannot be injected on this machine, `null` when it can. */
  obstacle(): Promise<string | null>;
  /** Injects it and checks what must hold. Rejects when the row could not be carried out, which counts as a violation. */
  run(trial: Trial): Promise<void>;
}

/** One database, the services on it and all that was asked of them through `client`. Ends with its trial. */
export interface Ground {
  /** What makes a service use the database. */
  readonly env: ServiceEnv;
  /** Of a PostgreSQL database. Throws for the embedded one. */
  readonly url: string;
  /** Starts a service on the database; `env` is added to the ground's own. Ends with the trial. */
  service(env?: ServiceEnv, options?: ServiceOptions): Promise<Service>;
  /** A client whose requests go into the history of this ground. Ends with the trial. */
  client(url: string, connections?: number): ShopClient;
  /** A session in the PostgreSQL database. Ends with the trial. */
  sql(): Promise<SqlSession>;
  /** Reads the database: the embedded one only while no service runs on it. */
  read<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /**
   * Asks the database and the history for all that can be asked of any fault: the laws by SQL (I1, I4, I5), the certificate of what was
   * acknowledged (I2, I3, I5, I7, I8) and the deadlines (I9). Nothing may be under way.
   */
  audit(options?: AuditOptions): Promise<void>;
}

export interface AuditOptions {
  /** SKUs that someone else has changed: lines of their ledgers that no client asked for are no fault. */
  readonly foreign?: readonly string[];
}

/** What a fault may use. Everything it hands out ends with it. */
export interface Trial {
  /** `short` within `npm test`, `long` in `npm run test:faults`. */
  readonly size: 'short' | 'long';
  /** Of two numbers the one for this size; counted as the row's rounds. */
  rounds(short: number, long: number): number;
  /** A migrated and empty database of its own on the shared PostgreSQL, which is as durable as in production. */
  ground(): Promise<Ground>;
  /** The database at `url`, reached through whatever the fault has put in between; `direct` is the way around that. */
  groundAt(url: string, direct?: string): Ground;
  /** An embedded database in a folder of its own. */
  embedded(): Promise<Ground>;
  /** A PostgreSQL server of one's own; stopped at the end. */
  postgres(options?: PostgresOptions): Promise<PostgresServer>;
  /** An empty folder that a PostgreSQL server can keep its data in; removed at the end. */
  dataFolder(): string;
  /** Runs at the end, the last one first. */
  defer(cleanup: () => unknown): void;
  /** Counts the check of each invariant, and what broke it. */
  check(invariant: Invariant | readonly Invariant[], violations: readonly string[]): void;
  /** `check` of one sentence that must be so. */
  demand(invariant: Invariant | readonly Invariant[], holds: boolean, violation: string): void;
  /** Milliseconds from the fault's end until the throughput is above 80 % of what it was; `null` when it was not within the limit. */
  recovered(ms: number | null): void;
  /** One line on stderr while the row runs. */
  progress(words: string): void;
  /** A figure or an observation for the report. */
  note(words: string): void;
  /** A part of the row that cannot be injected here. */
  partly(what: string, why: string): void;
}
