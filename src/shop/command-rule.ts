/**
 * What is said of a command, once: what it needs in memory, how many lines it works on, when it may be carried out, how
 * it is decided.
 */

import type { KindName, Known } from './kind-names.ts';
import type { Answer, Outcome } from './outcome.ts';
import type { Turn } from './turn.ts';
import type { Conditional, StaleVersion } from './versions.ts';

/** A thing that a command names. */
export interface Need {
  readonly kind: KindName;
  readonly id: string;
  /** The id was made for this command, so there is nothing to look for under it. */
  readonly isNew?: boolean;
}

/** A SKU that a command works on. */
export interface SkuNamed {
  readonly skuId: string;
}

/**
 * A name under which a request is known while it is in flight: the same request joins the first, another is refused.
 */
export interface RequestName {
  /** No two names of different kinds have the same text. */
  readonly text: string;
  /** Tells the same request from another one. */
  readonly fingerprint: string;
  /** Whether what is stored answers it, whoever else is in flight. */
  isSettled(turn: Known): boolean;
  /** The answer to another request under this name. */
  readonly reused: Outcome;
}

/** How a command waits for stock, and as whom. */
export interface Waits {
  readonly orderId: string;
  readonly customerId: string | null;
  /** The cart that it buys. */
  readonly cartId: string | null;
  /** How long, seconds; 0 does not wait. */
  readonly seconds: number;
}

export interface CommandRule<C> {
  /** What it names, to be brought into memory first. */
  readonly needs: (command: C) => readonly Need[];
  /**
   * The SKUs of all lines that it works on, as far as is known: they are brought into memory next, and counted before.
   */
  readonly lines: (command: C, known: Known) => readonly SkuNamed[];
  /** Whose standing orders count, where a SKU that it works on has a limit for each customer. */
  readonly customer?: (command: C) => string | null;
  /**
   * Why it may not be carried out at the version that it asks for, `null` when it may. Asked in the turn, before
   * anything else is decided. Left out where a command is about nothing that has one version.
   */
  readonly stale?: (command: C & Conditional, turn: Turn) => StaleVersion | null;
  readonly decide: (command: C, turn: Turn) => Answer;
  /** Left out where it never waits for stock. */
  readonly waits?: (command: C) => Waits;
  /** Names of its own, beside its idempotency key. */
  readonly names?: (command: C & Conditional, hasKey: boolean) => readonly RequestName[];
  /** Asked by the keeper itself: it gives stock back, and is taken however many are in flight. */
  readonly isOwn?: true;
}

/** The rules of the commands in a union, by their kind. */
export type RulesOf<C extends { readonly kind: string }> = {
  readonly [K in C['kind']]: CommandRule<Extract<C, { readonly kind: K }>>;
};

export const NO_NEEDS: readonly Need[] = [];
export const NO_SKUS: readonly SkuNamed[] = [];
