/**
 * Requests in flight, by the names under which they may be asked again: an idempotency key, the order to be placed,
 * and, for a checkout that has neither, its cart and its terms.
 *
 * A request is in flight (by `enter`) until it is answered (by `leave`). Of several requests under one name, the first
 * to arrive is decided. The same request joins it, and a different one is refused. Both happen only once it is known
 * that nothing was done under that name before.
 */
import type { RequestName } from '../shop/command-rule.ts';
import { type Command, ruleOf } from '../shop/commands.ts';
import { type Idempotency, remembered } from '../shop/idempotency.ts';
import type { Outcome } from '../shop/outcome.ts';
import type { Turn } from './turn.ts';
import type { Patience } from './waiting/patience.ts';

/** A command as it was asked, and what becomes of it. */
export interface Request {
  readonly command: Command;
  readonly idempotency: Idempotency | null;
  /** Aborted when the first asker no longer waits for the answer. */
  readonly signal: AbortSignal | null;
  readonly patience: Patience;
  readonly names: readonly RequestName[];
  /** Smaller for a request that came earlier. */
  readonly arrival: number;
}

/** What becomes of a request that has an earlier one before it. */
export type Preceded = { readonly joins: Request } | { readonly refusal: Outcome };

const NAMELESS: readonly RequestName[] = [];

export class InFlight {
  readonly #byName = new Map<string, Request[]>();
  #arrivals = 0;

  enter(asked: Omit<Request, 'names' | 'arrival'>): Request {
    const names = namesOf(asked.command, asked.idempotency);
    const request = { ...asked, names, arrival: this.#arrivals++ };
    for (const { text } of names) {
      const others = this.#byName.get(text);
      if (others === undefined) this.#byName.set(text, [request]);
      else others.push(request);
    }
    return request;
  }

  /** Names under which a request is in flight. */
  get size(): number {
    return this.#byName.size;
  }

  leave(request: Request): void {
    for (const { text } of request.names) {
      const left = (this.#byName.get(text) ?? []).filter((other) => other !== request);
      if (left.length === 0) this.#byName.delete(text);
      else this.#byName.set(text, left);
    }
  }

  /**
   * Called in the turn of a request. What becomes of it when another came earlier under one of its names; `null` when
   * none did. A record under its key, or an order that exists, takes precedence over requests in flight.
   */
  preceding(request: Request, turn: Turn): Preceded | null {
    const { idempotency, names } = request;
    if (idempotency !== null && remembered(turn.find('keys', idempotency.key), turn.at) !== null) return null;
    let first: Request | null = null;
    for (const name of names) {
      if (name.isSettled(turn)) break;
      const other = this.#before(request, name);
      if (other === null) continue;
      const isSame = other.names.some(
        ({ text, fingerprint }) => text === name.text && fingerprint === name.fingerprint,
      );
      if (!isSame) return { refusal: name.reused };
      if (first === null || other.arrival < first.arrival) first = other;
    }
    return first === null ? null : { joins: first };
  }

  /** The request that came first under a name of this one; `null` when that is this request itself. */
  #before(request: Request, { text }: RequestName): Request | null {
    // Nothing more is decided for a request whose askers are all gone.
    const first = this.#byName.get(text)?.find(({ patience }) => !patience.isDropped) ?? request;
    return first.arrival < request.arrival ? first : null;
  }
}

/** The key comes first, because names are looked at in this order. */
function namesOf(command: Command, idempotency: Idempotency | null): readonly RequestName[] {
  const own = ruleOf(command).names?.(command, idempotency !== null) ?? NAMELESS;
  return idempotency === null ? own : [keyName(idempotency), ...own];
}

const keyName = ({ key, fingerprint }: Idempotency): RequestName => ({
  text: `key ${key}`,
  fingerprint,
  isSettled: () => false,
  reused: { kind: 'idempotency_key_reused', key },
});
