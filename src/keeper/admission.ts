/**
 * Admission decides which commands are taken, counts those in flight, and knows when the last of them has been
 * answered.
 *
 * Admission is open → closed (by `close`) → given up (by `giveUp`), and never goes back.
 *
 * A command is taken → through (by `answer`, `fail`, `giveUp`). It is answered exactly once: when it is through, or
 * earlier when it takes too long (by `answerLate`). A command that was answered early is still in flight, because work
 * that nobody waits for must be bounded too. A command rests while it waits for stock or for the answer of another
 * request (`rest`, `resume`). A resting command is not work and does not count here; other limits bound how many may
 * wait.
 */
import { type Elapsed, systemElapsed } from '../lib/clock.ts';
import { Pace } from '../lib/pace.ts';
import { retryAfterSeconds } from '../lib/retry-after.ts';
import { type Command, ruleOf } from '../shop/commands.ts';
import type { Answer, Outcome } from '../shop/outcome.ts';
import { linesAsked } from './gather.ts';
import type { KeeperLimits } from './limits.ts';
import { Recency } from './memory/recency.ts';
import type { Taken } from './taken.ts';

export class Admission {
  readonly #limits: Pick<KeeperLimits, 'commandsMax' | 'linesMax'>;
  readonly #elapsed: Elapsed;
  readonly #pace: Pace;
  /**
   * In order of arrival. Not a `Set`: one that is filled and emptied for ever leaves a chain of outgrown tables behind,
   * and that chain keeps old members alive through one garbage collection after another.
   */
  readonly #taken = new Recency<Taken>();
  #commands = 0;
  #lines = 0;
  /** Commands that wait for stock, or for the answer of another request. */
  #resting = 0;
  #state: 'open' | 'closed' | 'given_up' = 'open';
  readonly #whenIdle: (() => void)[] = [];
  readonly #whenGivenUp = new Set<() => void>();

  constructor(limits: Pick<KeeperLimits, 'commandsMax' | 'linesMax'>, elapsed: Elapsed = systemElapsed) {
    this.#limits = limits;
    this.#elapsed = elapsed;
    this.#pace = new Pace(elapsed);
  }

  get commands(): number {
    return this.#commands;
  }

  /** Estimated seconds until all commands now taken are through. */
  get retryAfterSeconds(): number {
    return retryAfterSeconds(this.#pace.drainMs);
  }

  get isFull(): boolean {
    return this.#commands >= this.#limits.commandsMax || this.#lines >= this.#limits.linesMax;
  }

  get isClosed(): boolean {
    return this.#state !== 'open';
  }

  get isGivenUp(): boolean {
    return this.#state === 'given_up';
  }

  /** Why a command is not taken, decided before anything of it is looked at; `null` when it may be taken. */
  refusalOf(command: Command): Outcome | null {
    if (this.isClosed) return this.closing;
    if (ruleOf(command).isOwn) return null;
    const fits =
      this.#commands < this.#limits.commandsMax && this.#lines + linesAsked(command) <= this.#limits.linesMax;
    return fits ? null : this.overloaded;
  }

  /**
   * Reading a stored order or cart showed that the command works on `lines` lines in all. Counts the lines that are
   * new. Returns false when that would exceed the lines that may be in flight. Lines stay counted once they are
   * counted: a row that has left memory is read again, and brings the same lines again.
   */
  admitsLines(taken: Taken, lines: number): boolean {
    const more = lines - taken.lines;
    if (more <= 0) return true;
    if (this.#lines + more > this.#limits.linesMax && !ruleOf(taken).isOwn) return false;
    // A command that was answered late or given up no longer counts.
    if (taken.isThrough) return true;
    this.#lines += more;
    const share = this.#shareOf(lines);
    this.#pace.join(share - taken.share);
    taken.lines = lines;
    taken.share = share;
    return true;
  }

  #shareOf(lines: number): number {
    return Math.max(1 / this.#limits.commandsMax, lines / this.#limits.linesMax);
  }

  get closing(): Outcome {
    return { kind: 'closing', retryAfterSeconds: this.retryAfterSeconds };
  }

  get overloaded(): Outcome {
    return { kind: 'overloaded', retryAfterSeconds: this.retryAfterSeconds };
  }

  take(command: Command): Taken {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const { kind } = command;
    const lines = linesAsked(command);
    const taken: Taken = {
      kind,
      lines,
      share: this.#shareOf(lines),
      isAnswered: false,
      isThrough: false,
      isResting: false,
      attempts: 0,
      began: this.#elapsed(),
      answered: promise,
      resolve,
      reject,
      older: null,
      newer: null,
    };
    this.#enter(taken);
    return taken;
  }

  /**
   * The command waits for stock, or for the answer of another request. Nothing is worked on, and its time does not run.
   */
  rest(taken: Taken): void {
    if (taken.isThrough || taken.isResting) return;
    taken.isResting = true;
    this.#resting++;
    this.#exit(taken);
  }

  /** The command is worked on again, as if it had just arrived. */
  resume(taken: Taken): void {
    if (taken.isThrough || !taken.isResting) return;
    taken.isResting = false;
    this.#resting--;
    taken.attempts = 0;
    taken.began = this.#elapsed();
    this.#enter(taken);
  }

  /** Whether it is still to be answered. */
  has(taken: Taken): boolean {
    return !taken.isAnswered;
  }

  /** The command is through. Answers it, unless it was answered before. */
  answer(taken: Taken, answer: Answer): void {
    this.#leave(taken);
    taken.isAnswered = true;
    taken.resolve(answer);
  }

  fail(taken: Taken, bug: unknown): void {
    this.#leave(taken);
    taken.isAnswered = true;
    taken.reject(bug);
  }

  /** Answers every command taken at least `ms` milliseconds ago with what `answerOf` returns. */
  answerLate(ms: number, answerOf: (taken: Taken) => Answer): void {
    const now = this.#elapsed();
    for (let taken = this.#taken.oldest; taken !== null; taken = taken.newer) {
      if (now - taken.began < ms) break;
      if (taken.isAnswered) continue;
      const answer = answerOf(taken);
      taken.isAnswered = true;
      taken.resolve(answer);
    }
  }

  close(): void {
    if (this.#state === 'open') this.#state = 'closed';
  }

  /** Closes, and answers every taken command at once with what `answerOf` returns. */
  giveUp(answerOf: (taken: Taken) => Answer): void {
    this.#state = 'given_up';
    for (const resolve of this.#whenGivenUp) resolve();
    for (let { oldest } = this.#taken; oldest !== null; oldest = this.#taken.oldest)
      this.answer(oldest, answerOf(oldest));
  }

  /**
   * Resolves with what `work` resolves with, or with `given_up` when the keeper gives up first. A resting command
   * learns of that in no other way.
   */
  async unlessGivenUp<T>(work: Promise<T>): Promise<T | 'given_up'> {
    if (this.isGivenUp) return 'given_up';
    const { promise, resolve } = Promise.withResolvers<'given_up'>();
    const giveUp = () => resolve('given_up');
    this.#whenGivenUp.add(giveUp);
    return Promise.race([work, promise]).finally(() => this.#whenGivenUp.delete(giveUp));
  }

  /** Resolves when no command is in flight or resting. */
  idle(): Promise<void> {
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #leave(taken: Taken): void {
    if (taken.isThrough) return;
    taken.isThrough = true;
    if (!taken.isResting) return this.#exit(taken);
    this.#resting--;
    this.#tellIdle();
  }

  #enter(taken: Taken): void {
    this.#taken.use(taken);
    this.#commands++;
    this.#lines += taken.lines;
    this.#pace.join(taken.share);
  }

  #exit(taken: Taken): void {
    this.#taken.remove(taken);
    this.#commands--;
    this.#lines -= taken.lines;
    this.#pace.leave(taken.share);
    this.#tellIdle();
  }

  get #isIdle(): boolean {
    return this.#commands === 0 && this.#resting === 0;
  }

  #tellIdle(): void {
    if (this.#isIdle) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
