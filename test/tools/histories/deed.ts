/**
 * A deed: one thing that happened once, whoever asked for it and however often. It is what wrote movements; the time it may have happened
 * in reaches from the first time it was asked for to the first time it was acknowledged.
 */
import type { Movement } from '../../../src/shop/skus/sku.ts';
import type { Act } from './act.ts';

export interface Deed {
  /** Who may have caused it: acknowledged, or never answered. None for what the clock caused. */
  readonly acts: readonly Act[];
  readonly invoked: number;
  /** `Infinity` while it is not acknowledged. */
  readonly completed: number;
  readonly movements: Movement[];
}

/** What the clock caused, or a foreign writer: at no time that is known. */
export function unasked(): Deed {
  return {
    acts: [],
    invoked: Number.NEGATIVE_INFINITY,
    completed: Number.POSITIVE_INFINITY,
    movements: [],
  };
}

/**
 * The deed of acts that ask for the same thing. An act that was acknowledged as the first, and not as a repeat, is the one that did it; without
 * such an answer it may have been any of those that were done or are unknown. Null when nobody can have done it.
 */
export function deedOf(acts: readonly Act[]): Deed | null {
  const first = acts.filter(
    (act) => act.fate === 'done' && TELLS_REPEATS.has(act.asked.kind) && act.operation.reply?.replayed === false,
  );
  const may = first.length === 1 ? first : acts.filter((act) => act.fate === 'done' || act.fate === 'unknown');
  if (may.length === 0) return null;
  let invoked = Number.POSITIVE_INFINITY;
  let completed = Number.POSITIVE_INFINITY;
  for (const { operation, fate } of may) {
    invoked = Math.min(invoked, operation.invoked);
    if (fate === 'done') completed = Math.min(completed, operation.completed ?? completed);
  }
  return { acts: may, invoked, completed, movements: [] };
}

/** Kinds whose answer says whether it is the first one. The others can be repeated without anyone noticing. */
const TELLS_REPEATS: ReadonlySet<string> = new Set(['create', 'place', 'receive', 'adjust', 'return']);
