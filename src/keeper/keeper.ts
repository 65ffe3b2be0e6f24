/**
 * The keeper: one door to all actors.
 *
 * A command is refused at the door, or gathers what it needs in memory, has its turn, and is answered when all that the answer
 * rests on is durable. A turn is synchronous: nothing comes between its first check and its last message. When the commit that an
 * answer rests on is lost, what it wrote has been thrown away, and the command is decided again: a bounded number of times.
 */
import { type Entry, Journal } from '../journal/journal.ts';
import { type Lists, SOLE_OWNER, type Store, type Tenure } from '../journal/record.ts';
import { type Clock, type Elapsed, systemClock, systemElapsed } from '../lib/clock.ts';
import { Corrupt } from '../lib/corrupt.ts';
import { type Observe, unobserved } from '../lib/observe.ts';
import { retryAfterSeconds } from '../lib/retry-after.ts';
import { AFTERMATH, verdictsOf } from './aftermath.ts';
import type { Answer, Command, Idempotency } from './command.ts';
import { decide } from './decide.ts';
import { Door, type Taken } from './door.ts';
import { Held } from './held.ts';
import { KEEPER_LIMITS, type KeeperLimits } from './limits.ts';
import { allLoaded, isCertain, LoadFailed } from './load-failed.ts';
import { Memory } from './memory.ts';
import { holdNeeds } from './needs.ts';
import type { KeeperOptions } from './options.ts';
import { Quarantine } from './quarantine.ts';
import { type Load, type Readiness, readinessOf, STANDBY } from './readiness.ts';
import { Turn } from './turn.ts';

/** What a turn decided, and the entries that its answer rests on. */
interface Decided {
  readonly answer: Answer;
  readonly restsOn: readonly Entry[];
}

/** Entries that were in a failed batch this often are committed alone, so that one that can never commit sinks no other. */
const ALONE_AFTER_ATTEMPTS = 2;

/** First pause before deciding again, milliseconds; doubled each time. */
const BACKOFF_MS = 4;

/** An order and then its SKUs, and again what lost its commit meanwhile. */
const LOAD_ROUNDS_MAX = 10;

export class Keeper {
  readonly lists: Lists;
  readonly #store: Store;
  readonly #tenure: Tenure;
  readonly #limits: KeeperLimits;
  readonly #clock: Clock;
  readonly #elapsed: Elapsed;
  readonly #observe: Observe;
  readonly #random: () => number;
  readonly #pause: (ms: number) => Promise<void>;
  readonly #memory: Memory;
  readonly #journal: Journal;
  readonly #door: Door;
  readonly #quarantine: Quarantine;

  constructor(options: KeeperOptions) {
    this.lists = options.lists;
    this.#store = options.store;
    this.#tenure = options.tenure ?? SOLE_OWNER;
    this.#limits = { ...KEEPER_LIMITS, ...options.limits };
    this.#clock = options.clock ?? systemClock;
    this.#elapsed = options.elapsed ?? systemElapsed;
    this.#observe = options.observe ?? unobserved;
    this.#random = options.random ?? Math.random;
    this.#pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    this.#door = new Door(this.#limits, this.#elapsed);
    this.#quarantine = new Quarantine(this.#observe);
    this.#memory = new Memory(options.store, this.#limits, options.schedule);
    this.#journal = new Journal(options.store, this.#limits, this.#observe, AFTERMATH, options.schedule, this.#elapsed);
  }

  /**
   * Decides a command and answers once the answer is durable. Refusals are answers; it rejects only for a bug.
   * With an idempotency key, the first answer under it is recorded in the same transaction and given again for 24 hours;
   * refusals for lack of stock are not recorded.
   */
  ask(command: Command, idempotency: Idempotency | null = null): Promise<Answer> {
    const refusal = this.role === 'standby' ? STANDBY : this.#door.refusalOf(command);
    if (refusal !== null) return Promise.resolve({ outcome: refusal, replayed: false });
    const taken = this.#door.take(command);
    this.#decideUntilDurable(command, idempotency, taken).then(
      (answer) => this.#door.answer(taken, answer),
      (bug) => this.#door.fail(taken, bug),
    );
    return taken.answered;
  }

  /** A standby refuses every command: another process decides. */
  get role(): 'owner' | 'standby' {
    return this.#tenure.role;
  }

  /** Whether commands are taken and the database answers. */
  readiness(): Promise<Readiness> {
    return readinessOf(this.#door, this.role, () => {
      const began = this.#elapsed();
      return this.#store.ping().then(
        () => null,
        () => this.#elapsed() - began,
      );
    });
  }

  /**
   * Memory may not be believed any more: it is thrown away, with all decisions that wait for the database. Their commands are decided again, or
   * told that this process stands by.
   */
  startOver(): void {
    this.#journal.loseWaiting();
    this.#memory.clear();
  }

  /** Takes no more commands and resolves when all that were taken are answered. */
  async close(): Promise<void> {
    this.#door.close();
    await this.#door.idle();
    if (!this.#door.isGivenUp) await this.#journal.drained();
  }

  /**
   * For a way out that the database holds up: takes no more commands, and answers `unknown_outcome` to all that were taken, now. What of them
   * is on its way to the database may still be committed; `close` does not wait for it.
   */
  giveUp(): void {
    this.#door.giveUp((taken) => this.#unknown(taken, null));
  }

  /**
   * Answers `unknown_outcome` to commands that have been worked on for too long; to be called now and then. Each step of a command has its
   * deadline, but many that wait behind one another may add up. It keeps its place in the line until it is through.
   */
  answerLate(): void {
    this.#door.answerLate(this.#limits.answerMs, (taken) => this.#unknown(taken, null));
  }

  get load(): Load {
    const { skus, orders } = this.#memory;
    const { commandsMax } = this.#limits;
    return { commands: this.#door.commands, commandsMax, skus: skus.size, orders: orders.size };
  }

  async #decideUntilDurable(command: Command, idempotency: Idempotency | null, taken: Taken): Promise<Answer> {
    let failure: Error | null = null;
    while (this.#mayTry(taken)) {
      if (taken.attempts > 0) await this.#backoff(taken.attempts);
      if (!this.#door.has(taken)) break;
      if (this.role === 'standby') return { outcome: STANDBY, replayed: false };
      const alone = taken.attempts++ >= ALONE_AFTER_ATTEMPTS;
      let decided: Decided;
      try {
        decided = await this.#loadAndDecide(command, idempotency, alone);
      } catch (error) {
        if (isCertain(error, failure)) return { outcome: this.#quarantine.outcomeOf(error), replayed: false };
        failure = this.#setback(error);
        continue;
      }
      const verdicts = await verdictsOf(decided.restsOn);
      if (verdicts.every((verdict) => verdict === 'durable')) return decided.answer;
      if (verdicts.includes('unknown')) break;
      // Its own facts have not been tried: whoever stands behind others that fail, again and again, is not to give up for it.
      if (!verdicts.includes('lost')) taken.attempts--;
    }
    return this.#unknown(taken, failure);
  }

  /** Brings into memory what the command needs, and has its turn: at once when all of it is there. Throws `LoadFailed`, `Corrupt` or a bug. */
  async #loadAndDecide(command: Command, idempotency: Idempotency | null, alone: boolean): Promise<Decided> {
    const held = new Held(this.#memory);
    const need = () => this.#need(command, idempotency, held);
    try {
      let rounds = 0;
      // The last look at what is in memory and the turn share one synchronous run: an `await` between them lets a resident leave.
      for (let loads = need(); loads.length > 0; loads = need()) {
        if (rounds++ === LOAD_ROUNDS_MAX) throw new LoadFailed('what was read left memory again and again');
        await allLoaded(loads);
      }
      return this.#turn(command, idempotency, held, alone);
    } finally {
      held.release();
    }
  }

  /** Holds what the command needs; what must be waited for before it can have its turn. */
  #need(command: Command, idempotency: Idempotency | null, held: Held): readonly Promise<void>[] {
    holdNeeds(command, idempotency, held);
    const loads = held.loading();
    const certain = this.#tenure.certain();
    if (certain !== null) loads.push(certain);
    return loads;
  }

  /** What a further attempt may overcome. Throws what is a bug. */
  #setback(error: unknown): Error {
    if (!(error instanceof LoadFailed || error instanceof Corrupt)) throw error;
    if (error instanceof LoadFailed && this.role === 'owner') this.#observe({ kind: 'load_failed', error });
    return error;
  }

  #mayTry({ attempts, began }: Taken): boolean {
    return attempts < this.#limits.attemptsMax && this.#elapsed() - began < this.#limits.attemptsMs;
  }

  #unknown(taken: Taken, error: Error | null): Answer {
    // Given up or late, it was observed and answered before.
    if (this.#door.has(taken)) this.#observe({ kind: 'gave_up', command: taken.kind, attempts: taken.attempts, error });
    // What has been in vain for a while will be, as far as one can tell, for as long again.
    const seconds = retryAfterSeconds(this.#elapsed() - taken.began);
    return { outcome: { kind: 'unknown_outcome', retryAfterSeconds: seconds }, replayed: false };
  }

  /** The turn. Synchronous: no `await` from the first look at a resident to the entry in the journal. */
  #turn(command: Command, idempotency: Idempotency | null, held: Held, alone: boolean): Decided {
    const turn = new Turn(this.#memory, held, this.#clock());
    try {
      const answer = decide(command, idempotency, turn);
      if (!turn.hasFacts) return { answer, restsOn: turn.restsOn() };
      const entry = this.#journal.append(turn.facts, turn.wrote, turn.saw, alone);
      for (const resident of turn.wrote) resident.lastEntry = entry;
      return { answer, restsOn: [entry] };
    } catch (bugOrCorrupt) {
      // Memory that a turn left half-changed is thrown away, never repaired.
      for (const resident of turn.saw) resident.home.evict(resident);
      throw bugOrCorrupt;
    }
  }

  #backoff(attempt: number): Promise<void> {
    const ms = Math.min(this.#limits.backoffMaxMs, BACKOFF_MS * 2 ** (attempt - 1));
    return this.#pause(ms * (0.5 + this.#random() / 2));
  }
}
