/** An admitted command. */

import type { Command } from '../shop/commands.ts';
import type { Answer } from '../shop/outcome.ts';
import type { Linked } from './memory/recency.ts';

export interface Taken extends Linked<Taken> {
  readonly kind: Command['kind'];
  /** Lines that it works on, as far as is known. `admitsLines` adds those that a stored order or cart brings. */
  lines: number;
  /** Its fraction of everything that may be in flight. */
  share: number;
  isAnswered: boolean;
  /** It is no longer in flight. */
  isThrough: boolean;
  /** It waits for stock, or for the answer of another request. */
  isResting: boolean;
  /** How often it was decided. */
  attempts: number;
  began: number;
  /** What the asker waits for. */
  readonly answered: Promise<Answer>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (bug: unknown) => void;
}
