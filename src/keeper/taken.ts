/** A command that was admitted. */

import type { Command } from '../shop/commands.ts';
import type { Answer } from '../shop/outcome.ts';
import type { Linked } from './memory/recency.ts';

/** A command being worked on. */
export interface Taken extends Linked<Taken> {
  readonly kind: Command['kind'];
  /** Lines that it works on, as far as is known: `admitsLines` counts those that a stored order or cart brings. */
  lines: number;
  /** What it takes up of all that may be in flight. */
  share: number;
  isAnswered: boolean;
  /** It is in flight no more. */
  isThrough: boolean;
  /** It waits for stock, or for the answer of another. */
  isResting: boolean;
  /** How often it was decided. */
  attempts: number;
  began: number;
  /** What the asker waits for. */
  readonly answered: Promise<Answer>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (bug: unknown) => void;
}
