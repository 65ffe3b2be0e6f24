/** What was asked and what was answered, with the moments of both. */

import type { Command } from '../../../src/shop/commands.ts';
import type { Idempotency } from '../../../src/shop/idempotency.ts';
import type { Answer } from '../../../src/shop/outcome.ts';

/** What a client wants, once; it may ask for it several times. */
export interface Request {
  readonly n: number;
  readonly command: Command;
  readonly idempotency: Idempotency | null;
  /** Whether asking again is the same request to the keeper: it has an id or a key, or asks for a state. */
  readonly isRepeatable: boolean;
}

/** One time that it was asked. */
export interface Asked {
  readonly request: Request;
  /** As it was asked this time: an order id made for a request is made anew. */
  readonly command: Command;
  /** Moments on the timeline's ticks. */
  readonly called: number;
  answered: number | null;
  /** The same, milliseconds. */
  readonly calledMs: number;
  answeredMs: number | null;
  /** `null` while it is unanswered, and for good when the process died. */
  answer: Answer | null;
  /** When the client was gone before it was answered, on the timeline's ticks, and whether it was known to wait in the line then. */
  dropped: { readonly tick: number; readonly wasInLine: boolean } | null;
  /** The process that it was asked of died, the client was gone, or its turn was stopped by a bug: as good as unknown. */
  isBroken: boolean;
}

/** One that was answered. */
export type Told = Asked & { readonly answered: number; readonly answer: Answer };

/** Whether the answer says nothing of what happened. */
export function isUnknown({ answer, isBroken }: Asked): boolean {
  return isBroken || answer === null || answer.outcome.kind === 'unknown_outcome';
}

/** Whether nothing was decided: it was refused at the door. */
export function isTurnedAway({ answer }: Asked): boolean {
  const { kind = null } = answer?.outcome ?? {};
  return kind === 'overloaded' || kind === 'waiting_line_full' || kind === 'closing' || kind === 'standby';
}

/** Whether asking again may bring another answer. */
export function isFinal(asked: Asked): boolean {
  return !isUnknown(asked) && !isTurnedAway(asked);
}

/** A command that places an order: of lines that it names, or of a cart. */
export type Placement = Extract<Command, { kind: 'place' | 'checkout' }>;

export function isPlacement(command: Command): command is Placement {
  return command.kind === 'place' || command.kind === 'checkout';
}

/** Of an order: what all who ask for it have in common. An id that is made for a request is made anew for each who asks, and one of them is placed. */
export const requestName = (orderId: string): string => orderId.split('.')[0] ?? orderId;
