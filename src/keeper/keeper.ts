/**
 * The keeper: the one way to all actors.
 *
 * A command is either refused at admission, or it gathers what it needs in memory, has its turn, and is answered once
 * everything the answer rests on is durable. A turn is synchronous: nothing comes between its first check and its last
 * message. When a commit that an answer rests on is lost, the memory it wrote has been thrown away and the command is
 * decided again, a bounded number of times.
 */
import { Journal } from '../journal/journal.ts';
import { type Lists, SOLE_OWNER, type Store, type Tenure } from '../journal/record.ts';
import { type Clock, type Elapsed, systemAlarm, systemClock, systemElapsed } from '../lib/clock.ts';
import { type Observe, unobserved } from '../lib/observe.ts';
import type { Command } from '../shop/commands.ts';
import type { Idempotency } from '../shop/idempotency.ts';
import type { Answer } from '../shop/outcome.ts';
import { available } from '../shop/skus/sku.ts';
import { skuOf } from '../shop/skus/sku-actor.ts';
import { Admission } from './admission.ts';
import { aftermathOf } from './aftermath.ts';
import { Attempts, waitMsOf } from './attempts.ts';
import { Decider } from './decider.ts';
import { InFlight, type Request } from './in-flight.ts';
import { KEEPER_LIMITS, type KeeperLimits } from './limits.ts';
import { Memory } from './memory/memory.ts';
import type { KeeperOptions } from './options.ts';
import { type Load, type Readiness, readinessOf, STANDBY } from './readiness.ts';
import type { Taken } from './taken.ts';
import type { Heard } from './waiting/askers.ts';
import { Patience, type WaitingTime } from './waiting/patience.ts';
import { WaitingLine } from './waiting/waiting-line.ts';

const NO_TIME_LEFT = { waitSeconds: 0 };

/** The part of the keeper that HTTP and the library call. */
export type KeeperDoor = Pick<Keeper, 'ask' | 'lists' | 'readiness' | 'role' | 'load' | 'waiting'>;

export class Keeper {
  readonly lists: Lists;
  readonly #store: Store;
  readonly #tenure: Tenure;
  readonly #limits: KeeperLimits;
  readonly #clock: Clock;
  readonly #time: WaitingTime;
  readonly #elapsed: Elapsed;
  readonly #observe: Observe;
  readonly #memory: Memory;
  readonly #journal: Journal;
  readonly #admission: Admission;
  readonly #inFlight = new InFlight();
  readonly #attempts: Attempts;
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
    this.#admission = new Admission(this.#limits, this.#elapsed);
    this.#line = new WaitingLine(this.#limits);
    this.#memory = new Memory(options.store, this.#limits, options.schedule);
    const aftermath = aftermathOf((entries) => {
      if (this.#line.size > 0) for (const { facts } of entries) this.#line.stirByLoss(facts);
    });
    this.#journal = new Journal(options.store, this.#limits, this.#observe, aftermath, options.schedule, this.#elapsed);
    const [memory, journal, line, admission] = [this.#memory, this.#journal, this.#line, this.#admission] as const;
    const inFlight = this.#inFlight;
    const decider = new Decider({
      memory,
      journal,
      line,
      inFlight,
      admission,
      tenure: this.#tenure,
      clock: this.#clock,
    });
    this.#attempts = new Attempts({
      decider,
      admission,
      limits: this.#limits,
      role: () => this.role,
      elapsed: this.#elapsed,
      observe: this.#observe,
      random: options.random ?? Math.random,
      pause: options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms))),
    });
  }

  /**
   * Decides a command and answers once the answer is durable. Refusals are answers; it rejects only for a bug. With an
   * idempotency key, what was done is recorded under the key in the same transaction, and that answer is given again
   * for 24 hours. A refusal is decided afresh. While a request is in flight, the same request joins it, and a different
   * one under its key or order id is refused. `signal` aborts when the asker no longer waits for the answer. A request
   * that waits for stock is dropped once all its askers are gone; other requests are not.
   */
  ask(command: Command, idempotency: Idempotency | null = null, signal: AbortSignal | null = null): Promise<Answer> {
    return this.#ask(command, idempotency, signal, false);
  }

  /** `isSeen`: the request waited in line before, where others saw its order id. */
  #ask(
    command: Command,
    idempotency: Idempotency | null,
    signal: AbortSignal | null,
    isSeen: boolean,
  ): Promise<Answer> {
    const refusal = this.role === 'standby' ? STANDBY : this.#admission.refusalOf(command);
    if (refusal !== null) return Promise.resolve({ outcome: refusal, replayed: false });
    const taken = this.#admission.take(command);
    const patience = new Patience(this.#line, command, idempotency, this.#time, isSeen);
    const request = this.#inFlight.enter({ command, idempotency, signal, patience });
    const heard = request.names.length === 0 ? taken.answered : this.#hear(request, taken);
    this.#attempts.run(request, taken).then(
      (answer) => this.#admission.answer(taken, this.#endWait(patience, answer)),
      (bug) => this.#admission.fail(taken, this.#endWait(patience, bug)),
    );
    return heard;
  }

  /** What the first asker of a request hears. Others may join that request. */
  #hear(request: Request, taken: Taken): Promise<Answer> {
    const { command, idempotency, signal, patience } = request;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const hear = (heard: Heard) => {
      if (heard.kind === 'answer') return resolve(heard.answer);
      const answer = this.#attempts.answerOf(heard, patience, request, taken);
      // What the asker had been told is lost, and so is the request. Its time to wait is up.
      const again = () => this.#ask({ ...command, ...NO_TIME_LEFT }, idempotency, signal, true);
      resolve(answer.then((told) => (told === 'again' ? again() : told)));
    };
    patience.attend(waitMsOf(command), signal, { hear, fail: reject });
    taken.answered.then(
      (answer) => {
        this.#inFlight.leave(request);
        patience.askers.finish(answer);
      },
      (bug) => {
        this.#inFlight.leave(request);
        patience.askers.fail(bug);
      },
    );
    return promise;
  }

  /** The requests that wait for stock, by SKU and by order. */
  get waiting(): Pick<WaitingLine, 'of' | 'forOrder'> {
    return this.#line;
  }

  /** No request may wait for stock any more. Those that wait are told that the keeper is closing. */
  stopWaiting(): void {
    this.#line.close();
  }

  /** A standby refuses every command, because another process decides. */
  get role(): 'owner' | 'standby' {
    return this.#tenure.role;
  }

  /** Whether commands are taken and the database answers. */
  readiness(): Promise<Readiness> {
    return readinessOf(this.#admission, this.#tenure, () => {
      const began = this.#elapsed();
      return this.#store.ping().then(
        () => null,
        () => this.#elapsed() - began,
      );
    });
  }

  /**
   * Memory can no longer be trusted. Throws it away, with all decisions that wait for the database. Their commands are
   * decided again, or are told that this process stands by.
   */
  startOver(): void {
    this.#journal.loseWaiting();
    this.#memory.clear();
    this.#line.wakeAll('again');
  }

  /** Takes no more commands, and resolves when all that were taken are answered. */
  async close(): Promise<void> {
    this.#admission.close();
    this.stopWaiting();
    await this.#admission.idle();
    if (!this.#admission.isGivenUp) await this.#journal.drained();
  }

  /**
   * For a shutdown that the database holds up. Takes no more commands, and answers `unknown_outcome` at once to all
   * that were taken. What is on its way to the database may still be committed; `close` does not wait for it.
   */
  giveUp(): void {
    this.stopWaiting();
    this.#admission.giveUp((taken) => this.#attempts.unknown(taken, null));
  }

  /**
   * Answers `unknown_outcome` to commands that have been worked on for too long. Must be called now and then. Each step
   * of a command has its own deadline, but many steps that wait behind one another may add up. A command answered this
   * way stays in flight until it is through.
   */
  answerLate(): void {
    this.#admission.answerLate(this.#limits.answerMs, (taken) => this.#attempts.unknown(taken, null));
  }

  get load(): Load {
    const {
      residents: { skus, orders },
      bytes,
    } = this.#memory;
    const { commandsMax } = this.#limits;
    return {
      commands: this.#admission.commands,
      commandsMax,
      skus: skus.size,
      orders: orders.size,
      residentBytes: bytes,
      waiting: this.#line.size,
    };
  }

  /** Stirs the lines that the request stood in, because waiters behind it may now have enough. */
  #endWait<T>(patience: Patience, answer: T): T {
    for (const skuId of patience.end()) {
      const owner = this.#memory.residents.skus.peek(skuId);
      this.#line.stir(skuId, owner === null ? null : available(skuOf(owner)));
    }
    return answer;
  }
}
