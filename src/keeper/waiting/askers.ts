/**
 * Those who ask for one request: who asked first, and who asks for the same while it is in flight. There is one place
 * in the waiting line for all of them, and each has its own time.
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
 * What an asker hears: the answer of the request; that it is refused for lack of stock while others wait on, which
 * rests on entries; or that it is to be decided by itself, for the request was refused before it was asked for this
 * time.
 */
export type Heard =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'sent_away'; readonly answer: Answer; readonly restsOn: readonly Entry[] }
  | { readonly kind: 'again' };

/** How an asker is told. `fail`: for a bug. */
export interface Ear {
  readonly hear: (heard: Heard) => void;
  readonly fail: (bug: unknown) => void;
}

interface Asker {
  readonly waitMs: number;
  readonly signal: AbortSignal | null;
  /** Turns that the request had had when it came; -1 for the first. */
  readonly turnsBefore: number;
  isLate: boolean;
  /** Its time, and its signal, are looked at no more. */
  disarm: () => void;
  readonly ear: Ear;
}

/** Nobody hears it. */
const UNHEARD: Answer = { outcome: { kind: 'unknown_outcome', retryAfterSeconds: 1 }, replayed: false };

const NOTHING_ARMED = () => {};

export class Askers {
  readonly #time: WaitingTime;
  /** Called when one is late or gone. */
  readonly #changed: () => void;
  #all: Asker[] = [];
  #isFirst = true;
  #turns = 0;
  /** The request waits for stock, or did: the time of those who come runs at once. */
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

  /** Whether one of them waits for stock. */
  get areListening(): boolean {
    return this.#all.some(({ isLate, signal }) => !isLate && signal?.aborted !== true);
  }

  /** The longest that one of them waits, milliseconds; from now on, when their time begins now. */
  get waitMs(): number {
    return Math.max(0, ...this.#all.map(({ waitMs }) => waitMs));
  }

  /** Asks for the request: it is told once, when there is something to hear. */
  attend(waitMs: number, signal: AbortSignal | null, ear: Ear): void {
    const turnsBefore = this.#isFirst ? -1 : this.#turns;
    this.#isFirst = false;
    if (this.#end !== null) return ear.hear(heardAtTheEnd(this.#end, false));
    // All were gone: the request gives up its place, and is decided for nobody any more.
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

  /** The request takes its place in the waiting line: their time runs from now on. */
  beginToWait(): void {
    this.#isWaiting = true;
    for (const asker of [...this.#all]) this.#arm(asker);
  }

  /** In the turn that refused the request, which waits: those whose time is up hear of it. */
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
 * What was done is the answer to whoever asks for it. A refusal is, to those who asked before it was decided: to others
 * it may be older than what has been answered since. What is unknown is unknown to all.
 */
function heardAtTheEnd(answer: Answer, isOfLaterTurn: boolean): Heard {
  const isForAll = isDone(answer.outcome) || answer.outcome.kind === 'unknown_outcome';
  return isForAll || isOfLaterTurn ? { kind: 'answer', answer } : { kind: 'again' };
}
