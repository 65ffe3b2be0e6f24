/** The table from a refusal to what is said about it. Makes the problem documents (RFC 9457). */

import { isoTime } from '../../lib/iso-time.ts';
import type { Outcome } from '../../shop/outcome.ts';
import type { FaultEntry, Refusal, RefusalEntries, RefusalEntry, RefusalOf } from './entry.ts';
import { CART_REFUSALS } from './of-carts.ts';
import { KEEPER_REFUSALS } from './of-keeper.ts';
import { ORDER_REFUSALS } from './of-orders.ts';
import { FAULTS } from './of-requests.ts';
import { SKU_REFUSALS } from './of-skus.ts';

export type { Refusal } from './entry.ts';

/** Refusals by the door itself, before the keeper is asked. */
export type DoorCode = keyof typeof FAULTS;

export type ProblemCode = Refusal['kind'] | DoorCode;

/** A new outcome does not compile until it has its entry in one of these. */
const REFUSALS: RefusalEntries = { ...SKU_REFUSALS, ...ORDER_REFUSALS, ...CART_REFUSALS, ...KEEPER_REFUSALS };

/** What is said about each problem, by code. */
export const PROBLEMS: Readonly<Record<ProblemCode, Pick<FaultEntry, 'status' | 'title' | 'remedy'>>> = {
  ...FAULTS,
  ...REFUSALS,
};

/** The kinds of the keeper's refusals. */
export const REFUSAL_KINDS = Object.keys(REFUSALS) as Refusal['kind'][];

/** Whether an outcome is answered with a problem. */
export const isRefusal = (outcome: Outcome): outcome is Refusal => Object.hasOwn(REFUSALS, outcome.kind);

/** A refusal by the door. It is thrown inside and answered by the door; no caller sees the error itself. */
export class DoorFault extends Error {
  override readonly name = 'DoorFault';
  readonly code: DoorCode;
  readonly facts: Readonly<Record<string, unknown>>;

  /** `detail` is the sentence for the client. `facts` become members of the problem. */
  constructor(code: DoorCode, detail: string, facts: DoorFault['facts'] = {}) {
    super(detail);
    this.code = code;
    this.facts = facts;
  }
}

/** A refusal by something between the door and the keeper. It is thrown inside and answered as that refusal. */
export class SentAway extends Error {
  override readonly name = 'SentAway';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.kind);
    this.refusal = refusal;
  }
}

/** Whether the request itself is wrong, whatever is in stock. */
export const isFaultOfRequest = ({ code }: DoorFault): boolean => PROBLEMS[code].status === 400;

export interface Problem {
  /** URI reference; a `GET` of it says what the problem means. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  /** With a 503: an honest estimate, in seconds. */
  readonly retryAfterSeconds?: number;
  readonly [fact: string]: unknown;
}

/** The problem document of a refusal, without the members that name the request. */
export function problemOf(refusal: Refusal | DoorFault): Problem {
  const facts = factsOf(refusal);
  if (refusal instanceof DoorFault) return compose(refusal.code, refusal.message, facts);
  return compose(refusal.kind, sentenceOf(refusal), facts);
}

/** The facts of a refusal. Times are shown as in every body. */
export function factsOf(refusal: Refusal | DoorFault): Readonly<Record<string, unknown>> {
  if (refusal instanceof DoorFault) return refusal.facts;
  const { kind: _, ...facts } = refusal;
  return 'expiresAt' in facts ? { ...facts, expiresAt: isoTime(facts.expiresAt) } : facts;
}

function compose(code: ProblemCode, detail: string, facts: Readonly<Record<string, unknown>>): Problem {
  const { status, title } = PROBLEMS[code];
  return { type: `/problems/${code}`, title, status, detail, code, ...facts };
}

/** An entry's sentence takes refusals of its own kind. The type of the table cannot say that for all kinds at once. */
const sentenceOf = <K extends Refusal['kind']>(refusal: RefusalOf<K>): string =>
  (REFUSALS[refusal.kind as K] as RefusalEntry<K>).sentence(refusal);

/** An example refusal of this kind, for the documents. */
export const exampleRefusal = (kind: Refusal['kind']): Refusal => ({ kind, ...REFUSALS[kind].example }) as Refusal;

/** An example problem document, without the members that name the request. */
export const exampleOf = (code: ProblemCode): Problem =>
  problemOf(isDoorCode(code) ? faultOf(code) : exampleRefusal(code));

const isDoorCode = (code: ProblemCode): code is DoorCode => Object.hasOwn(FAULTS, code);

/** The fault of this code, where its sentence does not depend on the request. */
export function faultOf(code: DoorCode): DoorFault {
  const { detail, facts }: FaultEntry = FAULTS[code];
  return new DoorFault(code, detail, facts);
}
