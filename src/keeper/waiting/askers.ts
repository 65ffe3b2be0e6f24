/**
 * The askers of one request: the first asker, and those that ask for the same while it is in flight. All of them share
 * one place in the waiting line, and each has its own time.
 *
 * An asker is
 *   listening  it waits for the answer, and for stock               → late | gone | told
 *   late       its time to wait for stock is up, or it has none     → told (the answer, or before that the next
 *              refusal) | gone
 *   gone       nobody waits for its answer any more; for good
 *   told       it has heard what there is to hear; for good
 */
import type { Entry } from '../../journal/journal.ts';
import type { Answer } from '../../shop/outcome.ts';
import { isDone } from '../../shop/outcome.ts';
import type { WaitingTime } from './patience.ts';

/**
 * What an asker hears: the answer of the request; a refusal for lack of stock, which rests on entries, while others
 * wait on; or that the request must be decided by itself, because it was refused before this asker asked for it.
 */
export type Heard =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'sent_away'; readonly answer: Answer; readonly restsOn: readonly Entry[] }
  | { readonly kind: 'again' };

/** How an asker is told. `fail` is for a bug. */
export interface Ear {
  readonly hear: (heard: Heard) => void;
  readonly fail: (bug: unknown) => void;
}

interface Asker {
  readonly waitMs: number;
  readonly signal: AbortSignal | null;
  /** Turns that the request had had when this asker came; -1 for the first asker. */
  readonly turnsBefore: number;
  isLate: boolean;
  /** Stops its alarm, and stops listening to its signal. */
  disarm: () => void;
  readonly ear: Ear;
}

/** An answer that nobody hears. */
const UNHEARD: Answer = { outcome: { kind: 'unknown_outcome', retryAfterSeconds: 1 }, replayed: false };

const NOTHING_ARMED = () => {};

export class Askers {
  readonly #time: WaitingTime;
  /** Called when an asker becomes late or gone. */
  readonly #changed: () => void;
  #all: Asker[] = [];
  #isFirst = true;
  #turns = 0;
  /** The request waits for stock, or did. The time of an asker that comes now runs at once. */
  #isWaiting = false;
  #refused = UNHEARD;
  #end: Answer | null = null;

  constructor(time: WaitingTime, changed: () => void) {
    this.#time = time;
    this.#changed = changed;
  }

  get areGone(): boolean {
    return this.#all.length === 0;
  }

  /** Whether at least one asker waits for stock. */
  get areListening(): boolean {
    return this.#all.some(({ isLate, signal }) => !isLate && signal?.aborted !== true);
  }

  /** The longest time that an asker waits, in milliseconds, if all their times began now. */
  get waitMs(): number {
    return Math.max(0, ...this.#all.map(({ waitMs }) => waitMs));
  }

  /** Adds an asker of the request. It is told once, when there is something to hear. */
  attend(waitMs: number, signal: AbortSignal | null, ear: Ear): void {
    const turnsBefore = this.#isFirst ? -1 : this.#turns;
    this.#isFirst = false;
    if (this.#end !== null) return ear.hear(heardAtTheEnd(this.#end, false));
    // All askers were gone: the request gives up its place, and nothing more is decided for it.
    if (this.#isWaiting && this.areGone) return ear.hear({ kind: 'again' });
    const asker: Asker = { waitMs, signal, turnsBefore, isLate: waitMs === 0, disarm: NOTHING_ARMED, ear };
    this.#all.push(asker);
    if (this.#isWaiting) this.#arm(asker);
    if (this.#isWaiting && asker.isLate) this.#changed();
  }

  /** The request has a turn. */
  turn(): void {
    this.#turns++;
  }

  /** The request takes its place in the waiting line. The time of its askers runs from now on. */
  beginToWait(): void {
    this.#isWaiting = true;
    for (const asker of [...this.#all]) this.#arm(asker);
  }

  /** Called in the turn that refused the request, which waits on. The askers whose time is up hear of the refusal. */
  sendAway(answer: Answer, restsOn: readonly Entry[]): void {
    this.#refused = answer;
    for (const asker of this.#all.filter(({ isLate }) => isLate)) {
      this.#remove(asker);
      asker.ear.hear({ kind: 'sent_away', answer, restsOn });
    }
  }

  /** The request is answered. */
  finish(answer: Answer): void {
    this.#end = answer;
    for (const asker of this.#takeAll()) asker.ear.hear(heardAtTheEnd(answer, asker.turnsBefore < this.#turns));
  }

  fail(bug: unknown): void {
    this.#end = UNHEARD;
    for (const asker of this.#takeAll()) asker.ear.fail(bug);
  }

  #takeAll(): readonly Asker[] {
    const all = this.#all;
    this.#all = [];
    for (const asker of all) asker.disarm();
    return all;
  }

  #arm(asker: Asker): void {
    const { signal, waitMs } = asker;
    const gone = () => {
      this.#remove(asker);
      asker.ear.hear({ kind: 'answer', answer: this.#refused });
      this.#changed();
    };
    if (signal?.aborted === true) return gone();
    const late = () => {
      asker.isLate = true;
      this.#changed();
    };
    const off = asker.isLate ? NOTHING_ARMED : this.#time.alarm(waitMs, late);
    signal?.addEventListener('abort', gone);
    asker.disarm = () => {
      off();
      signal?.removeEventListener('abort', gone);
    };
  }

  #remove(asker: Asker): void {
    asker.disarm();
    this.#all = this.#all.filter((other) => other !== asker);
  }
}

/**
 * What was done is the answer for every asker, and so is an unknown outcome. A refusal is the answer only for those
 * that asked before it was decided. For later ones it may be older than what has been answered since.
 */
function heardAtTheEnd(answer: Answer, isOfLaterTurn: boolean): Heard {
  const isForAll = isDone(answer.outcome) || answer.outcome.kind === 'unknown_outcome';
  return isForAll || isOfLaterTurn ? { kind: 'answer', answer } : { kind: 'again' };
}
