/**
 * The attempts of a request. A request is decided until its answer is durable, a bounded number of times. Between two
 * attempts it pauses, waits for stock in its place in the line, or waits for the answer of the same request that came
 * earlier.
 */

import type { Elapsed } from '../lib/clock.ts';
import { Corrupt } from '../lib/corrupt.ts';
import type { Observe } from '../lib/observe.ts';
import { retryAfterSeconds } from '../lib/retry-after.ts';
import { type Command, ruleOf } from '../shop/commands.ts';
import type { Answer, Outcome } from '../shop/outcome.ts';
import { isDone } from '../shop/outcome.ts';
import type { Admission } from './admission.ts';
import { verdictsOf } from './aftermath.ts';
import type { Decided, Decider, Joined } from './decider.ts';
import type { Request } from './in-flight.ts';
import type { KeeperLimits } from './limits.ts';
import { isCertain, LoadFailed } from './memory/load-failed.ts';
import { Quarantine } from './memory/quarantine.ts';
import { STANDBY } from './readiness.ts';
import type { Taken } from './taken.ts';
import type { Heard } from './waiting/askers.ts';
import type { Patience } from './waiting/patience.ts';

/**
 * An entry that was in this many failed batches is committed alone, so that one that can never commit sinks no other.
 */
const ALONE_AFTER_ATTEMPTS = 2;

/** First pause before deciding again, in milliseconds. Each further pause is twice as long. */
const BACKOFF_MS = 4;

export interface AttemptsOptions {
  readonly decider: Decider;
  readonly admission: Admission;
  readonly limits: KeeperLimits;
  readonly role: () => 'owner' | 'standby';
  readonly elapsed: Elapsed;
  readonly observe: Observe;
  readonly random: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #admission: Admission;
  readonly #quarantine: Quarantine;
  /** Requests that wait for the answer of another request. */
  #joined = 0;

  constructor(options: AttemptsOptions) {
    this.#options = options;
    this.#admission = options.admission;
    this.#quarantine = new Quarantine(options.observe);
  }

  /** The answer to a request. Rejects for a bug. */
  async run(request: Request, taken: Taken): Promise<Answer> {
    let failure: Error | null = null;
    while (this.#mayTry(taken)) {
      if (taken.attempts > 0) await this.#backoff(taken.attempts);
      if (!this.#admission.has(taken)) break;
      if (this.#options.role() === 'standby') return { outcome: STANDBY, replayed: false };
      const alone = taken.attempts++ >= ALONE_AFTER_ATTEMPTS;
      let decided: Decided | Joined;
      try {
        decided = await this.#options.decider.loadAndDecide(request, taken, alone);
      } catch (error) {
        if (isCertain(error, failure)) return { outcome: this.#quarantine.outcomeOf(error), replayed: false };
        failure = this.#setback(error);
        continue;
      }
      const answer = await this.#answerTo(decided, request, taken);
      if (answer === 'unknown') break;
      if (answer !== 'again') return answer;
    }
    return this.unknown(taken, failure);
  }

  /**
   * The answer to an asker that has heard something about its request; `again` when the request must be decided by
   * itself. Rejects for a bug.
   */
  async answerOf(first: Heard, patience: Patience, asker: Request, taken: Taken): Promise<Answer | 'again'> {
    for (let heard = first; ; heard = await listen(patience, 0, asker.signal)) {
      if (heard.kind === 'again') return 'again';
      if (heard.kind === 'answer') return heard.answer;
      const verdicts = await this.#admission.unlessGivenUp(verdictsOf(heard.restsOn));
      if (verdicts === 'given_up' || verdicts.includes('unknown')) return this.unknown(taken, null);
      // Otherwise the refusal is lost with the entries it rests on. An asker whose time is up hears the next refusal.
      if (verdicts.every((verdict) => verdict === 'durable')) return heard.answer;
    }
  }

  unknown(taken: Taken, error: Error | null): Answer {
    const { elapsed, observe } = this.#options;
    // A command that was given up or is late was observed and answered before.
    if (this.#admission.has(taken)) observe({ kind: 'gave_up', command: taken.kind, attempts: taken.attempts, error });
    // The best guess: what has failed for a while fails for as long again.
    const seconds = retryAfterSeconds(elapsed() - taken.began);
    return { outcome: { kind: 'unknown_outcome', retryAfterSeconds: seconds }, replayed: false };
  }

  #answerTo(decided: Decided | Joined, request: Request, taken: Taken): Promise<Answer | 'again' | 'unknown'> {
    if ('joins' in decided) return this.#join(decided.joins, request, taken);
    return decided.waits ? this.#wait(decided.answer, taken, request.patience) : this.#durable(decided, taken);
  }

  /** The answer, once everything it rests on is durable. */
  async #durable({ answer, restsOn }: Decided, taken: Taken): Promise<Answer | 'again' | 'unknown'> {
    const verdicts = await verdictsOf(restsOn);
    if (verdicts.every((verdict) => verdict === 'durable')) return answer;
    if (verdicts.includes('unknown')) return 'unknown';
    // Its own facts have not been tried. A request must not use up its attempts because earlier entries keep failing.
    if (!verdicts.includes('lost')) taken.attempts--;
    return 'again';
  }

  /** Waits for stock in its place in the line. */
  async #wait(refused: Answer, taken: Taken, patience: Patience): Promise<Answer | 'again'> {
    this.#admission.rest(taken);
    const woken = await patience.woken();
    if (woken === 'closing') return { outcome: this.#admission.closing, replayed: false };
    // Nobody hears this answer.
    if (woken === 'dropped') return refused;
    this.#admission.resume(taken);
    return 'again';
  }

  /**
   * Waits for the answer of the same request that came earlier. That answer is given again as the answer to this one.
   */
  async #join(first: Request, request: Request, taken: Taken): Promise<Answer | 'again'> {
    if (this.#joined >= this.#options.limits.waitersMax)
      return { outcome: this.#admission.overloaded, replayed: false };
    this.#joined++;
    this.#admission.rest(taken);
    const heard = await listen(first.patience, waitMsOf(request.command), request.signal)
      .then((told) => this.answerOf(told, first.patience, request, taken))
      .finally(() => {
        this.#joined--;
      });
    if (heard !== 'again' && !isAbout(heard.outcome, first, request)) {
      return { outcome: heard.outcome, replayed: heard.replayed || isDone(heard.outcome) };
    }
    this.#admission.resume(taken);
    return 'again';
  }

  /** Returns a failure that a further attempt may overcome. Throws a bug. */
  #setback(error: unknown): Error {
    if (!(error instanceof LoadFailed || error instanceof Corrupt)) throw error;
    const { observe, role } = this.#options;
    if (error instanceof LoadFailed && role() === 'owner') observe({ kind: 'load_failed', error });
    return error;
  }

  #mayTry({ attempts, began }: Taken): boolean {
    const { limits, elapsed } = this.#options;
    return attempts < limits.attemptsMax && elapsed() - began < limits.attemptsMs;
  }

  #backoff(attempt: number): Promise<void> {
    const { limits, random, pause } = this.#options;
    const ms = Math.min(limits.backoffMaxMs, BACKOFF_MS * 2 ** (attempt - 1));
    return pause(ms * (0.5 + random() / 2));
  }
}

const listen = (patience: Patience, waitMs: number, signal: AbortSignal | null): Promise<Heard> =>
  new Promise((hear, fail) => patience.attend(waitMs, signal, { hear, fail }));

/** How long a request may wait for stock, in milliseconds. */
export const waitMsOf = (command: Command): number => (ruleOf(command).waits?.(command).seconds ?? 0) * 1000;

/**
 * Whether an answer concerns something that only the first request has: its precondition, or its key. Nothing is
 * recorded under the key of the other request.
 */
function isAbout(outcome: Outcome, first: Request, { idempotency }: Request): boolean {
  if (outcome.kind === 'stale_version') return true;
  const key = idempotency?.key ?? null;
  if (outcome.kind === 'idempotency_key_reused') return outcome.key !== key;
  return isDone(outcome) && key !== null && first.idempotency?.key !== key;
}
