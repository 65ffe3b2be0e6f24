/**
 * The rule of a command: what it needs in memory, how many lines it works on, when it may be carried out, and how it is
 * decided.
 */

import type { KindName, Known } from './kind-names.ts';
import type { Answer, Outcome } from './outcome.ts';
import type { Turn } from './turn.ts';
import type { Conditional, StaleVersion } from './versions.ts';

/** A row that a command names. */
export interface Need {
  readonly kind: KindName;
  readonly id: string;
  /** The id was made for this command, so no row can have it. */
  readonly isNew?: boolean;
}

/** A SKU that a command works on. */
export interface SkuNamed {
  readonly skuId: string;
}

/**
 * A name under which a request is known while it is in flight. The same request joins the first, and a different one is
 * refused.
 */
export interface RequestName {
  /** No two names of different kinds have the same text. */
  readonly text: string;
  /** The same for the same request, different for a different one. */
  readonly fingerprint: string;
  /** Whether what is stored answers it, no matter what else is in flight. */
  isSettled(turn: Known): boolean;
  /** The answer to a different request under this name. */
  readonly reused: Outcome;
}

/** How a command waits for stock, and under which names. */
export interface Waits {
  readonly orderId: string;
  readonly customerId: string | null;
  /** How long it may wait, in seconds; 0 does not wait. */
  readonly seconds: number;
}

export interface CommandRule<C> {
  /** The rows that it names. They are brought into memory first. */
  readonly needs: (command: C) => readonly Need[];
  /**
   * The SKUs of all lines that it works on, as far as is known. The lines are counted, and then the SKUs are brought
   * into memory.
   */
  readonly lines: (command: C, known: Known) => readonly SkuNamed[];
  /** The customer whose standing orders count where a SKU that it works on has a limit per customer. */
  readonly customer?: (command: C) => string | null;
  /**
   * Why it may not be carried out at the version that it asks for; `null` when it may. Called in the turn before
   * anything else is decided. Left out for a command that is not about one thing with a version.
   */
  readonly stale?: (command: C & Conditional, turn: Turn) => StaleVersion | null;
  readonly decide: (command: C, turn: Turn) => Answer;
  /** Left out when it never waits for stock. */
  readonly waits?: (command: C) => Waits;
  /** Its own names, besides its idempotency key. */
  readonly names?: (command: C & Conditional, hasKey: boolean) => readonly RequestName[];
  /** The keeper itself asks it. It gives stock back, so it is taken however many commands are in flight. */
  readonly isOwn?: true;
}

/** The rules of the commands in a union, by their kind. */
export type RulesOf<C extends { readonly kind: string }> = {
  readonly [K in C['kind']]: CommandRule<Extract<C, { readonly kind: K }>>;
};

export const NO_NEEDS: readonly Need[] = [];
export const NO_SKUS: readonly SkuNamed[] = [];
