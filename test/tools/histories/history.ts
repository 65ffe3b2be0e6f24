/**
 * What the clients of one process asked and were answered, in the words of HTTP: what the checkers of histories read.
 *
 * An operation is open (asked, not answered: its outcome is unknown) → answered, by the client that asked. One whose connection broke stays open.
 * All times are of one clock that never goes back, so "answered before it was asked" can be told across all clients of a process.
 */
import type { Request } from '../../support/shop-client.ts';

/** What an answer is to the checkers. */
export interface RecordedReply {
  readonly status: number;
  readonly text: string;
  readonly replayed: boolean;
  readonly etag: string | null;
}

export interface Operation {
  readonly request: Request;
  /** Milliseconds, taken before the request leaves. */
  readonly invoked: number;
  /** Milliseconds, taken behind the last byte of the answer; null while there is none. */
  completed: number | null;
  reply: RecordedReply | null;
}

/**
 * What an answer says of the deed:
 * - `done`: it is so, durably (2xx, 304).
 * - `refused`: it is not so, for the reason told (4xx).
 * - `undecided`: nothing was decided (a 503 that says so): as if it had not been asked.
 * - `unknown`: it may have happened, may happen yet, or never (the connection broke, or any other 5xx).
 */
export type Fate = 'done' | 'refused' | 'undecided' | 'unknown';

/** Codes of the 503 whose sentence says that nothing was decided; every other 5xx leaves it open. */
export const UNDECIDED: ReadonlySet<string> = new Set([
  'overloaded',
  'waiting_line_full',
  'closing',
  'standby',
  'sku_quarantined',
  'order_quarantined',
]);

/** An operation takes about 1 kB, so a full history about half a gigabyte. */
export const OPERATIONS_MAX = 500_000;

export class History {
  readonly #operations: Operation[] = [];
  readonly #now: () => number;

  /** `now`: milliseconds on a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** In the order in which they were asked. */
  get operations(): readonly Operation[] {
    return this.#operations;
  }

  /** To be called before the request leaves. Throws when the history is full: what is not recorded cannot be checked. */
  begin(request: Request): Operation {
    if (this.#operations.length === OPERATIONS_MAX) throw new Error(`a history holds ${OPERATIONS_MAX} operations`);
    const operation: Operation = { request, invoked: this.#now(), completed: null, reply: null };
    this.#operations.push(operation);
    return operation;
  }

  /** To be called when the whole answer is there. */
  end(operation: Operation, reply: RecordedReply): void {
    operation.completed = this.#now();
    operation.reply = reply;
  }
}

export function fateOf({ reply }: Pick<Operation, 'reply'>): Fate {
  if (reply === null) return 'unknown';
  if (reply.status < 400) return 'done';
  if (reply.status < 500) return 'refused';
  return reply.status === 503 && UNDECIDED.has(problemCode(reply.text)) ? 'undecided' : 'unknown';
}

/** `code` of a problem document; an empty text when it is none, as from a proxy in between. */
export function problemCode(text: string): string {
  try {
    const { code } = JSON.parse(text) as { readonly code?: unknown };
    return typeof code === 'string' ? code : '';
  } catch {
    return '';
  }
}
