/**
 * The keeper: one door to all actors.
 *
 * A command is refused at the door, or gathers what it needs in memory, has its turn, and is answered when all that the answer
 * rests on is durable. A turn is synchronous: nothing comes between its first check and its last message. When the commit that an
 * answer rests on is lost, what it wrote has been thrown away, and the command is decided again: a bounded number of times.
 */
import { Journal } from '../journal/journal.ts';
import { type Lists, SOLE_OWNER, type Store, type Tenure } from '../journal/record.ts';
import { type Clock, type Elapsed, systemAlarm, systemClock, systemElapsed } from '../lib/clock.ts';
import { Corrupt } from '../lib/corrupt.ts';
import { type Observe, unobserved } from '../lib/observe.ts';
import { retryAfterSeconds } from '../lib/retry-after.ts';
import { available } from '../stock/sku.ts';
import { skuOf } from '../stock/sku-actor.ts';
import { aftermathOf, verdictsOf } from './aftermath.ts';
import type { Answer, Command, Idempotency } from './command.ts';
import { type Decided, Decider } from './decider.ts';
import { Door, type Taken } from './door.ts';
import { KEEPER_LIMITS, type KeeperLimits } from './limits.ts';
import { isCertain, LoadFailed } from './load-failed.ts';
import { Memory } from './memory.ts';
import type { KeeperOptions } from './options.ts';
import { Patience, type WaitingTime } from './patience.ts';
import { Quarantine } from './quarantine.ts';
import { type Load, type Readiness, readinessOf, STANDBY } from './readiness.ts';
import { WaitingLine } from './waiting-line.ts';

/** Entries that were in a failed batch this often are committed alone, so that one that can never commit sinks no other. */
const ALONE_AFTER_ATTEMPTS = 2;

/** First pause before deciding again, milliseconds; doubled each time. */
const BACKOFF_MS = 4;

export class Keeper {
  readonly lists: Lists;
  readonly #store: Store;
  readonly #tenure: Tenure;
  readonly #limits: KeeperLimits;
  readonly #clock: Clock;
  readonly #time: WaitingTime;
  readonly #elapsed: Elapsed;
  readonly #observe: Observe;
  readonly #random: () => number;
  readonly #pause: (ms: number) => Promise<void>;
  readonly #memory: Memory;
  readonly #journal: Journal;
  readonly #door: Door;
  readonly #decider: Decider;
  readonly #quarantine: Quarantine;
  readonly #line: WaitingLine;

  constructor(options: KeeperOptions) {
    this.lists = options.lists;
    this.#store = options.store;
    this.#tenure = options.tenure ?? SOLE_OWNER;
    this.#limits = { ...KEEPER_LIMITS, ...options.limits };
    this.#clock = options.clock ?? systemClock;
    this.#time = { clock: this.#clock, alarm: options.alarm ?? systemAlarm };
    this.#elapsed = options.elapsed ?? systemElapsed;
    this.#observe = options.observe ?? unobserved;
    this.#random = options.random ?? Math.random;
    this.#pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    this.#door = new Door(this.#limits, this.#elapsed);
    this.#quarantine = new Quarantine(this.#observe);
    this.#line = new WaitingLine(this.#limits);
    this.#memory = new Memory(options.store, this.#limits, options.schedule);
    const aftermath = aftermathOf((entries) => {
      if (this.#line.size > 0) for (const { facts } of entries) this.#line.stirByLoss(facts);
    });
    this.#journal = new Journal(options.store, this.#limits, this.#observe, aftermath, options.schedule, this.#elapsed);
    const [memory, journal, line, door] = [this.#memory, this.#journal, this.#line, this.#door] as const;
    this.#decider = new Decider({ memory, journal, line, door, tenure: this.#tenure, clock: this.#clock });
  }

  /**
   * Decides a command and answers once the answer is durable. Refusals are answers; it rejects only for a bug.
   * With an idempotency key, the first answer under it is recorded in the same transaction and given again for 24 hours;
   * refusals for lack of stock are not recorded. `signal` tells that nobody waits for the answer any more: a command that waits for stock is
   * dropped then, others are not.
   */
  ask(command: Command, idempotency: Idempotency | null = null, signal: AbortSignal | null = null): Promise<Answer> {
    const refusal = this.role === 'standby' ? STANDBY : this.#door.refusalOf(command);
    if (refusal !== null) return Promise.resolve({ outcome: refusal, replayed: false });
    const taken = this.#door.take(command);
    const patience = new Patience(this.#line, command, idempotency, signal, this.#time);
    this.#decideUntilDurable(command, idempotency, taken, patience).then(
      (answer) => this.#door.answer(taken, this.#endWait(patience, answer)),
      (bug) => this.#door.fail(taken, this.#endWait(patience, bug)),
    );
    return taken.answered;
  }

  /** Who waits for stock, SKU by SKU and order by order. */
  get waiting(): Pick<WaitingLine, 'of' | 'forOrder'> {
    return this.#line;
  }

  /** Nobody waits for stock any more: those who do are told that the keeper is closing. */
  stopWaiting(): void {
    this.#line.close();
  }

  /** A standby refuses every command: another process decides. */
  get role(): 'owner' | 'standby' {
    return this.#tenure.role;
  }

  /** Whether commands are taken and the database answers. */
  readiness(): Promise<Readiness> {
    return readinessOf(this.#door, this.#tenure, () => {
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
    this.#line.wakeAll('again');
  }

  /** Takes no more commands and resolves when all that were taken are answered. */
  async close(): Promise<void> {
    this.#door.close();
    this.stopWaiting();
    await this.#door.idle();
    if (!this.#door.isGivenUp) await this.#journal.drained();
  }

  /**
   * For a way out that the database holds up: takes no more commands, and answers `unknown_outcome` to all that were taken, now. What of them
   * is on its way to the database may still be committed; `close` does not wait for it.
   */
  giveUp(): void {
    this.stopWaiting();
    this.#door.giveUp((taken) => this.#unknown(taken, null));
  }

  /**
   * Answers `unknown_outcome` to commands that have been worked on for too long; to be called now and then. Each step of a command has its
   * deadline, but many that wait behind one another may add up. It stays in flight until it is through.
   */
  answerLate(): void {
    this.#door.answerLate(this.#limits.answerMs, (taken) => this.#unknown(taken, null));
  }

  get load(): Load {
    const { skus, orders, bytes } = this.#memory;
    const { commandsMax } = this.#limits;
    return {
      commands: this.#door.commands,
      commandsMax,
      skus: skus.size,
      orders: orders.size,
      residentBytes: bytes,
      waiting: this.#line.size,
    };
  }

  async #decideUntilDurable(
    command: Command,
    idempotency: Idempotency | null,
    taken: Taken,
    patience: Patience,
  ): Promise<Answer> {
    let failure: Error | null = null;
    while (this.#mayTry(taken)) {
      if (taken.attempts > 0) await this.#backoff(taken.attempts);
      if (!this.#door.has(taken)) break;
      if (this.role === 'standby') return { outcome: STANDBY, replayed: false };
      const alone = taken.attempts++ >= ALONE_AFTER_ATTEMPTS;
      let decided: Decided;
      try {
        decided = await this.#decider.loadAndDecide(command, idempotency, patience, alone, taken);
      } catch (error) {
        if (isCertain(error, failure)) return { outcome: this.#quarantine.outcomeOf(error), replayed: false };
        failure = this.#setback(error);
        continue;
      }
      const answer = decided.waits
        ? await this.#wait(decided.answer, taken, patience)
        : await this.#durable(decided, taken);
      if (answer === 'unknown') break;
      if (answer !== 'again') return answer;
    }
    return this.#unknown(taken, failure);
  }

  /** The answer once all that it rests on is durable. */
  async #durable({ answer, restsOn }: Decided, taken: Taken): Promise<Answer | 'again' | 'unknown'> {
    const verdicts = await verdictsOf(restsOn);
    if (verdicts.every((verdict) => verdict === 'durable')) return answer;
    if (verdicts.includes('unknown')) return 'unknown';
    // Its own facts have not been tried: whoever stands behind others that fail, again and again, is not to give up for it.
    if (!verdicts.includes('lost')) taken.attempts--;
    return 'again';
  }

  /** Waits for stock, in its place in the line. */
  async #wait(refused: Answer, taken: Taken, patience: Patience): Promise<Answer | 'again'> {
    this.#door.rest(taken);
    const woken = await patience.woken();
    if (woken === 'closing') return { outcome: this.#door.closing, replayed: false };
    // Nobody hears it.
    if (woken === 'dropped') return refused;
    this.#door.resume(taken);
    return 'again';
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

  /** Whoever stood behind it may have enough now. */
  #endWait<T>(patience: Patience, answer: T): T {
    for (const skuId of patience.end()) {
      const owner = this.#memory.skus.peek(skuId);
      this.#line.stir(skuId, owner === null ? null : available(skuOf(owner)));
    }
    return answer;
  }

  #backoff(attempt: number): Promise<void> {
    const ms = Math.min(this.#limits.backoffMaxMs, BACKOFF_MS * 2 ** (attempt - 1));
    return this.#pause(ms * (0.5 + this.#random() / 2));
  }
}
