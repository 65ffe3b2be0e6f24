/**
 * One row being carried out: hands out databases, services and clients, collects what was checked and what was found, and ends all of it.
 *
 * A trial is running (until its fault's `run` has settled) → ended (everything it handed out is closed, its result is final).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cloneDatabase, type Template } from '../../support/postgres.ts';
import { reachableTmpdir, serverAccount } from '../../support/postgres-binaries.ts';
import { ownFolder, type PostgresOptions, type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { embeddedDatabase } from '../replay/database.ts';
import type { Fault, Ground, Invariant, Trial } from './fault.ts';
import { type Place, postgresPlace, RecordedGround } from './ground.ts';

/** What came of one row. */
export interface TrialResult {
  readonly row: number;
  readonly title: string;
  /** Why it was not carried out at all, `null` when it was. */
  readonly obstacle: string | null;
  readonly rounds: number;
  readonly acknowledged: number;
  readonly unknown: number;
  /** How often each invariant was checked. */
  readonly checked: Readonly<Partial<Record<Invariant, number>>>;
  /** `I2: what was found`. */
  readonly violations: readonly string[];
  /** One for each time that it was measured; `null` when it was not within the limit. */
  readonly recoveriesMs: readonly (number | null)[];
  readonly notes: readonly string[];
  /** Parts that could not be injected, with the reason. */
  readonly left: readonly string[];
  readonly seconds: number;
}

export interface TrialOptions {
  readonly size: Trial['size'];
  readonly template: Template;
  readonly progress: (words: string) => void;
}

/** So many violations of one row are kept. */
const VIOLATIONS_MAX = 200;

class RunningTrial implements Trial {
  readonly size: Trial['size'];
  readonly checked: Partial<Record<Invariant, number>> = {};
  readonly violations: string[] = [];
  readonly recoveriesMs: (number | null)[] = [];
  readonly notes: string[] = [];
  readonly left: string[] = [];
  readonly grounds: RecordedGround[] = [];
  roundsAsked = 0;
  readonly #options: TrialOptions;
  readonly #cleanups: (() => unknown)[] = [];

  constructor(options: TrialOptions) {
    this.#options = options;
    this.size = options.size;
  }

  rounds(short: number, long: number): number {
    const rounds = this.size === 'short' ? short : long;
    this.roundsAsked += rounds;
    return rounds;
  }

  async ground(): Promise<Ground> {
    const database = await cloneDatabase(this.#options.template);
    this.defer(() => database.drop());
    return this.#at(postgresPlace(database.url));
  }

  groundAt(url: string, direct?: string): Ground {
    return this.#at(postgresPlace(url, direct));
  }

  async embedded(): Promise<Ground> {
    const { env, read, remove } = await embeddedDatabase();
    this.defer(remove);
    return this.#at({ env, url: null, read });
  }

  async postgres(options: PostgresOptions = {}): Promise<PostgresServer> {
    const server = await startPostgres(options);
    this.defer(() => server.stop());
    return server;
  }

  dataFolder(): string {
    const account = serverAccount();
    const folder = mkdtempSync(path.join(reachableTmpdir(account), 'stock-keeper-faults-'));
    this.defer(() => rmSync(folder, { recursive: true, force: true }));
    return ownFolder(folder, account);
  }

  defer(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup);
  }

  check(invariant: Invariant | readonly Invariant[], violations: readonly string[]): void {
    const named: readonly Invariant[] = typeof invariant === 'string' ? [invariant] : invariant;
    for (const one of named) this.checked[one] = (this.checked[one] ?? 0) + 1;
    this.violations.push(...violations.map((violation) => `${named.join('/')}: ${violation}`));
    this.violations.splice(VIOLATIONS_MAX);
  }

  demand(invariant: Invariant | readonly Invariant[], holds: boolean, violation: string): void {
    this.check(invariant, holds ? [] : [violation]);
  }

  recovered(ms: number | null): void {
    this.recoveriesMs.push(ms);
    // On a machine that runs other tests meanwhile, speed is told, and nothing that was checked.
    if (this.size === 'long') this.demand('I9', ms !== null, 'throughput was not back above 80 % in time');
  }

  progress(words: string): void {
    this.#options.progress(words);
  }

  note(words: string): void {
    this.notes.push(words);
  }

  partly(what: string, why: string): void {
    this.left.push(`${what}: ${why}`);
  }

  async end(): Promise<void> {
    for (const cleanup of this.#cleanups.reverse()) {
      try {
        await cleanup();
      } catch (error) {
        this.violations.push(`tidying up: ${wordsOf(error)}`);
      }
    }
  }

  #at(place: Place): Ground {
    const ground = new RecordedGround(place, this);
    this.grounds.push(ground);
    return ground;
  }
}

/** Carries out one row. Never rejects: a row that could not be carried out to its end is a violation. */
export async function carryOut(fault: Fault, options: TrialOptions): Promise<TrialResult> {
  const began = performance.now();
  const trial = new RunningTrial(options);
  let obstacle: string | null = null;
  try {
    obstacle = await fault.obstacle();
    if (obstacle === null) await fault.run(trial);
  } catch (error) {
    trial.violations.push(`not carried out to its end: ${wordsOf(error)}`);
  }
  await trial.end();
  const { checked, violations, recoveriesMs, notes, left } = trial;
  const sum = (of: 'acknowledged' | 'unknown') => trial.grounds.reduce((all, ground) => all + ground.timing[of], 0);
  return {
    row: fault.row,
    title: fault.title,
    obstacle,
    rounds: trial.roundsAsked,
    acknowledged: sum('acknowledged'),
    unknown: sum('unknown'),
    checked,
    violations,
    recoveriesMs,
    notes,
    left,
    seconds: (performance.now() - began) / 1000,
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
