/** The named answers of all commands. */

import type { Quarantined } from '../lib/corrupt.ts';
import type { CartRefusal, CartSuccess } from './carts/outcomes.ts';
import type { OrderRefusal, OrderSuccess } from './orders/outcomes.ts';
import type { ProductSuccess } from './products/product.ts';
import type { SkuRefusal, SkuSuccess } from './skus/outcomes.ts';
import type { StaleVersion } from './versions.ts';

/** What the keeper itself refuses, whatever the command. */
export type KeeperRefusal =
  | { readonly kind: 'idempotency_key_reused'; readonly key: string }
  /** At admission: too many commands, or too many of their lines, are in flight. Nothing was decided. */
  | { readonly kind: 'overloaded'; readonly retryAfterSeconds: number }
  /** Too little stock, and the waiting line has no place. Nothing was decided. */
  | { readonly kind: 'waiting_line_full'; readonly retryAfterSeconds: number }
  /** At admission: the keeper is closing. Nothing was decided. */
  | { readonly kind: 'closing'; readonly retryAfterSeconds: number }
  /** What is stored contradicts itself. Nothing was decided, and nothing will be until a person repairs it. */
  | (Quarantined & { readonly retryAfterSeconds: number })
  /** At admission: another process owns the database. Nothing was decided. */
  | { readonly kind: 'standby'; readonly retryAfterSeconds: number }
  /** It could not be made durable, or could not be read, within the deadline. It may have happened: ask again. */
  | { readonly kind: 'unknown_outcome'; readonly retryAfterSeconds: number };

/** Something was done, or had been done before. */
export type Success = SkuSuccess | OrderSuccess | CartSuccess | ProductSuccess;

export type Outcome = Success | SkuRefusal | OrderRefusal | CartRefusal | StaleVersion | KeeperRefusal;

/** `replayed` is true when the first answer under the same order id or idempotency key is given again. */
export interface Answer {
  readonly outcome: Outcome;
  readonly replayed: boolean;
}

/** The answer to a command that is decided for the first time. */
export const first = (outcome: Outcome): Answer => ({ outcome, replayed: false });

const SUCCESSES: Readonly<Record<Success['kind'], true>> = {
  sku_created: true,
  sku: true,
  availability: true,
  order_placed: true,
  order: true,
  cart: true,
  cart_swept: true,
  cart_kept: true,
  product_created: true,
  product: true,
};

/** The kinds of all of them. */
export const SUCCESS_KINDS = Object.keys(SUCCESSES) as readonly Success['kind'][];

/**
 * Whether the outcome says that something was done, now or before: a cancel of a cancelled order is done. An
 * idempotency key remembers only these outcomes; every refusal is decided again.
 */
export const isDone = (outcome: Outcome): outcome is Success => Object.hasOwn(SUCCESSES, outcome.kind);
