/** The shapes that outcomes are made of: those of the keeper, shown as HTTP shows them. */
import type { FAULTS } from '../api/problems/of-requests.ts';
import type { ProblemCode, Refusal } from '../api/problems/problems.ts';
import type { LISTED, ListedKind, SHOWN, SuccessKind } from '../api/shown.ts';

/** What every answer of a command says of itself. */
export interface Replayed {
  /**
   * True when the first answer under the same order id or idempotency key is given again, or that of the same request
   * in flight. Never of a refusal.
   */
  readonly replayed: boolean;
}

/** As one object, which is how an editor shows it. */
type Flat<T> = T extends unknown ? { readonly [K in keyof T]: T[K] } : never;

/** In a field of this name, or as it is. */
type Under<Name extends string | null, Body> = Name extends string ? { readonly [N in Name]: Body } : Body;

/**
 * A success of one of these kinds: `sku`, `order`, `cart` or `product` as it stands when that was asked or done, or the
 * fields of what was read.
 */
export type Answered<K extends SuccessKind> = K extends unknown
  ? Flat<{ readonly kind: K } & Under<(typeof SHOWN)[K]['name'], ReturnType<(typeof SHOWN)[K]['body']>> & Replayed>
  : never;

/**
 * What was read of the database or of the waiting line. Give `next` of a page as `after` for the one behind it; `null`
 * is the last.
 */
export type Read<K extends ListedKind, Body> = K extends unknown
  ? Flat<{ readonly kind: K } & Under<(typeof LISTED)[K], Body>>
  : never;

/** Times are ISO 8601, as everywhere. */
type Timed<R> = R extends { readonly expiresAt: number } ? Omit<R, 'expiresAt'> & { readonly expiresAt: string } : R;

/** A fault of the request has no facts, and is thrown. */
type Facts<F> = F extends { readonly facts: infer Of } ? Readonly<Of> : never;

/** Why something was not read, of these kinds. */
export type NotRead<K extends ProblemCode> = K extends Refusal['kind']
  ? Timed<Extract<Refusal, { readonly kind: K }>>
  : K extends keyof typeof FAULTS
    ? { readonly kind: K } & Facts<(typeof FAULTS)[K]>
    : never;

/**
 * Why something was not done, of these kinds: nothing was decided. But `unknown_outcome` may have been: ask again with
 * the same id or key.
 */
export type Refused<K extends ProblemCode> = K extends unknown ? NotRead<K> & Replayed : never;

/**
 * It has changed since it was at the version that was asked for; what is not there is at version 0. Nothing was done.
 */
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
