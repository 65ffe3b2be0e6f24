/**
 * Requests in flight, by the names under which they may be asked again: an idempotency key, the order that is to be
 * placed, and for a checkout that has neither of them its cart and its terms.
 *
 * A request is in flight (by `enter`) until it is answered (by `leave`). Of several under one name the one that came
 * first is decided; the same request joins it, and another is refused, as soon as it is known that nothing was done
 * under that name before.
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
  /** Aborted when who asked first does not wait for the answer any more. */
  readonly signal: AbortSignal | null;
  readonly patience: Patience;
  readonly names: readonly RequestName[];
  /** Who came earlier has a smaller one. */
  readonly arrival: number;
}

/** What comes of a request that has an earlier one before it. */
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

  /** Names under which somebody asks. */
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
   * In its turn: what a request comes to for which another came earlier under one of its names, `null` when there is
   * none. What is recorded under a key, and an order that is there, say more than those who are in flight.
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

  /** Who came first under a name of a request, `null` when that is the request itself. */
  #before(request: Request, { text }: RequestName): Request | null {
    // Nothing is decided any more for one whose askers are all gone.
    const first = this.#byName.get(text)?.find(({ patience }) => !patience.isDropped) ?? request;
    return first.arrival < request.arrival ? first : null;
  }
}

/** The key comes before all others, as they are looked at. */
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
