/**
 * What is said about a problem, in one entry. A new refusal takes its outcome, its entry here, and its name in the
 * calls that may answer it.
 */
import type { CartSuccess } from '../../shop/carts/outcomes.ts';
import type { OrderSuccess } from '../../shop/orders/outcomes.ts';
import type { Outcome } from '../../shop/outcome.ts';
import type { ProductSuccess } from '../../shop/products/product.ts';
import type { SkuSuccess } from '../../shop/skus/outcomes.ts';

/** Outcomes that are answered with a problem. */
export type Refusal = Exclude<Outcome, SkuSuccess | OrderSuccess | CartSuccess | ProductSuccess>;

/** The refusal of this kind. */
export type RefusalOf<K extends Refusal['kind']> = Extract<Refusal, { readonly kind: K }>;

type FactsOf<R> = R extends Refusal ? Omit<R, 'kind'> : never;

interface Entry {
  /** The HTTP status. */
  readonly status: number;
  readonly title: string;
  /** What the client, or the person who runs it, can do about it in every case. Shown at `/problems/{code}`. */
  readonly remedy: string;
}

/** A refusal of the keeper. */
export interface RefusalEntry<K extends Refusal['kind']> extends Entry {
  /** What is wrong, with the facts, and what to do about it. */
  readonly sentence: (refusal: RefusalOf<K>) => string;
  /** Example facts of the refusal, for the documents. */
  readonly example: FactsOf<RefusalOf<K>>;
}

/** A refusal by the door, before the keeper is asked. */
export interface FaultEntry extends Entry {
  /** The sentence, or an example of it where it depends on the request. */
  readonly detail: string;
  /** Example facts, where the request gives some. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export type RefusalEntries<K extends Refusal['kind'] = Refusal['kind']> = { readonly [P in K]: RefusalEntry<P> };
export type FaultEntries = Readonly<Record<string, FaultEntry>>;
