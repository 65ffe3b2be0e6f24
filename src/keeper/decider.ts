/**
 * Decides a command: brings what it needs into memory, runs its turn, and hands what the turn decided to the journal.
 */
import type { Entry, Journal } from '../journal/journal.ts';
import type { Tenure } from '../journal/record.ts';
import type { Clock } from '../lib/clock.ts';
import { retryAfterSeconds } from '../lib/retry-after.ts';
import type { Answer, Outcome } from '../shop/outcome.ts';
import type { Admission } from './admission.ts';
import { decide } from './decide.ts';
import { linesOf, pinNamed, pinSkus } from './gather.ts';
import type { InFlight, Preceded, Request } from './in-flight.ts';
import { allLoaded, LoadFailed } from './memory/load-failed.ts';
import type { Memory } from './memory/memory.ts';
import { Pins } from './memory/pins.ts';
import type { Taken } from './taken.ts';
import { Turn } from './turn.ts';
import type { Patience } from './waiting/patience.ts';
import type { WaitingLine } from './waiting/waiting-line.ts';

/** What a turn decided, and the entries that its answer rests on. */
export interface Decided {
  readonly answer: Answer;
  readonly restsOn: readonly Entry[];
  /** The command was refused for lack of stock, and waits for it. */
  readonly waits: boolean;
}

/** The same request came earlier and is in flight. Its answer is the answer to this one too. */
export interface Joined {
  readonly joins: Request;
}

/** An answer that nobody hears. */
const DROPPED: Answer = { outcome: { kind: 'unknown_outcome', retryAfterSeconds: 1 }, replayed: false };

/** Rounds to load an order, then its SKUs, then again whatever lost its commit meanwhile. */
const LOAD_ROUNDS_MAX = 10;

/** What decisions are made of. */
export interface DeciderOptions {
  readonly memory: Memory;
  readonly journal: Journal;
  readonly line: WaitingLine;
  readonly inFlight: InFlight;
  readonly admission: Pick<Admission, 'overloaded' | 'closing' | 'admitsLines'>;
  readonly tenure: Tenure;
  readonly clock: Clock;
}

export class Decider {
  readonly #memory: Memory;
  readonly #journal: Journal;
  readonly #line: WaitingLine;
  readonly #inFlight: InFlight;
  readonly #admission: Pick<Admission, 'overloaded' | 'closing' | 'admitsLines'>;
  readonly #tenure: Tenure;
  readonly #clock: Clock;

  constructor({ memory, journal, line, inFlight, admission, tenure, clock }: DeciderOptions) {
    this.#memory = memory;
    this.#journal = journal;
    this.#line = line;
    this.#inFlight = inFlight;
    this.#admission = admission;
    this.#tenure = tenure;
    this.#clock = clock;
  }

  /**
   * Brings what the command needs into memory and runs its turn; at once when everything is there already. Refuses the
   * command as `overloaded` when its stored order or cart makes it work on more lines than may be in flight. Throws
   * `LoadFailed`, `Corrupt` or a bug.
   */
  async loadAndDecide(request: Request, taken: Taken, alone: boolean): Promise<Decided | Joined> {
    const pins = new Pins(this.#memory);
    const need = () => this.#need(request, taken, pins);
    try {
      let rounds = 0;
      // The last look at memory and the turn run in one synchronous stretch. An `await` between them could let a
      // resident leave.
      for (let loads = need(); loads === null || loads.length > 0; loads = need()) {
        if (loads === null) return refused(this.#admission.overloaded);
        if (rounds++ === LOAD_ROUNDS_MAX) throw new LoadFailed('what was read left memory again and again');
        await allLoaded(loads);
      }
      return this.#turn(request, pins, alone);
    } finally {
      pins.release();
    }
  }

  /**
   * Pins what the command needs. Returns what must be awaited before the turn, `null` when the command has too many
   * lines to be worked on now.
   */
  #need({ command, idempotency, patience }: Request, taken: Taken, pins: Pins): readonly Promise<void>[] | null {
    pinNamed(command, idempotency, patience.isSeen, pins);
    if (!this.#admission.admitsLines(taken, linesOf(command, pins))) return null;
    pinSkus(command, pins);
    const loads = pins.loading();
    const certain = this.#tenure.certain();
    if (certain !== null) loads.push(certain);
    return loads;
  }

  /** The turn. It is synchronous: no `await` from the first look at a resident to the entry in the journal. */
  #turn(request: Request, pins: Pins, alone: boolean): Decided | Joined {
    const { command, idempotency, patience } = request;
    const turn = new Turn(this.#memory, pins, this.#clock(), patience);
    if (patience.isDropped) return { answer: DROPPED, restsOn: [], waits: false };
    patience.askers.turn();
    try {
      const preceding = this.#inFlight.preceding(request, turn);
      if (preceding !== null) return withoutDecision(preceding, turn);
      const answer = decide(command, idempotency, turn);
      if (!turn.hasFacts) return this.#withoutFacts(answer, turn, patience);
      const { facts } = turn;
      const entry = this.#journal.append(facts, turn.wrote, turn.saw, alone);
      for (const resident of turn.wrote) resident.lastEntry = entry;
      // A repeat asks for no stock, even when it records its key.
      if (turn.asked !== null) patience.served(turn.asked, entry);
      if (this.#line.size > 0) this.#line.stirBy(facts);
      return { answer, restsOn: [entry], waits: false };
    } catch (bugOrCorrupt) {
      // Memory that a turn left half-changed is thrown away, never repaired.
      for (const resident of turn.saw) resident.home.evict(resident);
      throw bugOrCorrupt;
    }
  }

  #withoutFacts(answer: Answer, turn: Turn, patience: Patience): Decided {
    const restsOn = turn.restsOn();
    const { outcome } = answer;
    if (turn.asked === null || outcome.kind !== 'insufficient_stock') return { answer, restsOn, waits: false };
    const waiting = patience.wait(outcome, turn.asked, restsOn);
    if (waiting === 'waits' || waiting === 'refused') return { answer, restsOn, waits: waiting === 'waits' };
    if (waiting === 'line_closed') return refused(this.#admission.closing);
    // There is a free place at the latest when the first waiter's time is up.
    const seconds = retryAfterSeconds(this.#line.firstUntil - turn.at);
    return refused({ kind: 'waiting_line_full', retryAfterSeconds: seconds });
  }
}

/** A refusal that rests on nothing, because nothing was looked at. */
const refused = (outcome: Outcome): Decided => ({ answer: { outcome, replayed: false }, restsOn: [], waits: false });
function withoutDecision(preceding: Preceded, turn: Turn): Decided | Joined {
  if ('joins' in preceding) return preceding;
  return { answer: { outcome: preceding.refusal, replayed: false }, restsOn: turn.restsOn(), waits: false };
}
