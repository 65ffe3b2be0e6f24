/** The types that outcomes are made of. They are the keeper's outcomes, shown as HTTP shows them. */
import type { FAULTS } from '../api/problems/of-requests.ts';
import type { ProblemCode, Refusal } from '../api/problems/problems.ts';
import type { LISTED, ListedKind, SHOWN, SuccessKind } from '../api/shown.ts';

/** The part that every answer of a command has. */
export interface Replayed {
  /**
   * True when this is the first answer given again, under the same order id or idempotency key, or the answer to the
   * same request in flight. Never true of a refusal.
   */
  readonly replayed: boolean;
}

/** The same type as one object, because an editor shows that better. */
type Flat<T> = T extends unknown ? { readonly [K in keyof T]: T[K] } : never;

/** The body in a field of this name, or the body itself. */
type Under<Name extends string | null, Body> = Name extends string ? { readonly [N in Name]: Body } : Body;

/**
 * A success of one of these kinds. It has `sku`, `order`, `cart` or `product` as it was when the command was asked or
 * done, or the fields of what was read.
 */
export type Answered<K extends SuccessKind> = K extends unknown
  ? Flat<{ readonly kind: K } & Under<(typeof SHOWN)[K]['name'], ReturnType<(typeof SHOWN)[K]['body']>> & Replayed>
  : never;

/**
 * What was read from the database or the waiting line. To read the next page, give `next` of a page as `after`. The
 * last page has `null`.
 */
export type Read<K extends ListedKind, Body> = K extends unknown
  ? Flat<{ readonly kind: K } & Under<(typeof LISTED)[K], Body>>
  : never;

/** Times are ISO 8601, as everywhere. */
type Timed<R> = R extends { readonly expiresAt: number } ? Omit<R, 'expiresAt'> & { readonly expiresAt: string } : R;

/** A fault of the request has no facts here, because it is thrown. */
type Facts<F> = F extends { readonly facts: infer Of } ? Readonly<Of> : never;

/** Why something was not read, of these kinds. */
export type NotRead<K extends ProblemCode> = K extends Refusal['kind']
  ? Timed<Extract<Refusal, { readonly kind: K }>>
  : K extends keyof typeof FAULTS
    ? { readonly kind: K } & Facts<(typeof FAULTS)[K]>
    : never;

/**
 * Why something was not done, of these kinds. Nothing was decided, except perhaps with `unknown_outcome`: ask again
 * with the same id or key.
 */
export type Refused<K extends ProblemCode> = K extends unknown ? NotRead<K> & Replayed : never;

/** The version has changed since the one that was asked for. What does not exist is at version 0. Nothing was done. */
export type StaleVersion = {
  readonly kind: 'stale_version';
  readonly expected: number;
  readonly version: number;
} & Replayed &
  (
    | { readonly skuId: string }
    | { readonly orderId: string }
    | { readonly cartId: string }
    | { readonly productId: string }
  );
