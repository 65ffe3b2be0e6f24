/**
 * The types of the record: the facts that one transaction writes (a batch), the rows that are loaded, and the store
 * that does both. The keeper knows the store by this interface alone. PostgreSQL, PGlite and the double in the tests
 * are behind it.
 */
import type { Facts } from '../shop/facts.ts';
import type { KindName, Row } from '../shop/kind-names.ts';
import type { Order } from '../shop/orders/order.ts';

import type { Movement, Sku } from '../shop/skus/sku.ts';

/** Facts that share one transaction, in the order of their turns. */
export type Batch = readonly Facts[];

/**
 * - `committed`: durable.
 * - `lost`: a row had another version than its basis, or existed already: another writer wrote it. Nothing was written.
 * - `aborted`: the database certainly refused it (`error` says why). Nothing was written.
 * - `refused`: as `aborted`, but because of the data and not of the moment: the same batch would be refused again.
 * - `unknown`: it may or may not have been written, and that could not be settled within the deadline.
 */
export type CommitResult =
  | { readonly kind: 'committed' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'aborted'; readonly error: Error }
  | { readonly kind: 'refused'; readonly error: Error }
  | { readonly kind: 'unknown'; readonly error: Error };

/** Ids to bring into memory, by kind. */
export type Wanted = { readonly [K in KindName]: readonly string[] } & {
  /** What customers have of SKUs. Each is the JSON of `[customerId, skuId]`. */
  readonly standings: readonly string[];
};

/**
 * What a customer has of a SKU: the units in its standing orders, less what was returned. 0 also when the customer or
 * the SKU does not exist.
 */
export interface StandingRow {
  readonly id: string;
  readonly units: number;
}

/** A row that contradicts itself or its ledger. It is named, and not handed out. */
export interface CorruptRow {
  readonly kind: 'skus' | 'orders' | 'carts';
  readonly id: string;
  /** What was found, in words that fit "the SKU", "the order" or "the cart". */
  readonly reason: string;
}

/** Rows by kind. */
export type RowsByKind = { readonly [K in KindName]: readonly Row<K>[] };

/** The wanted rows that exist. */
export type Loaded = RowsByKind & {
  readonly standings: readonly StandingRow[];
  /** The wanted rows that exist but cannot be worked with. */
  readonly corrupt: readonly CorruptRow[];
};

/** Where a walk over the overdue orders stands. */
export interface DueOrder {
  readonly id: string;
  readonly expiresAt: number;
}

/** Where a walk over the idle carts stands. */
export interface IdleCart {
  readonly id: string;
  readonly updatedAt: number;
}

export interface Store {
  /** One round trip. Rejects when the database cannot answer. */
  load(wanted: Wanted): Promise<Loaded>;
  /** One transaction. Never rejects. */
  commit(batch: Batch): Promise<CommitResult>;
  /** Pending orders with `expiresAt ≤ now`, the earliest first, after `after`, at most `limit`. */
  due(now: number, after: DueOrder | null, limit: number): Promise<readonly DueOrder[]>;
  /** Carts with `updatedAt ≤ before`, the longest idle first, after `after`, at most `limit`. */
  idleCarts(before: number, after: IdleCart | null, limit: number): Promise<readonly IdleCart[]>;
  /** Deletes at most `limit` keys recorded before `before`. Resolves with how many. */
  forgetKeys(before: number, limit: number): Promise<number>;
  /** Rejects when the database cannot be reached within its deadline. */
  ping(): Promise<void>;
}

/** Whether this process is the one that decides. */
export interface Tenure {
  /** A `standby` knows that another process owns the database, or that it can never own it. */
  readonly role: 'owner' | 'standby';
  /** A standby that can never be the owner again: the database it began with is gone, or out of its reach. */
  readonly hasFailed?: boolean;
  /**
   * `null` while it is certain that no other process decides. Otherwise resolves once that is certain again, and
   * rejects when it cannot be made certain now.
   */
  certain(): Promise<void> | null;
}

/** For a store that no other process can reach. */
export const SOLE_OWNER: Tenure = { role: 'owner', certain: () => null };

export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of the next page: the id (or version) of the last item; `null` on the last page. */
  readonly next: string | null;
}

export interface PageRequest {
  /** Items after this cursor; `null` starts at the beginning. */
  readonly after: string | null;
  readonly limit: number;
}

/**
 * A product with what its SKUs have sold, which is summed when it is read and never stored. Name and description are
 * `null` and the version is 0 when only SKUs name it.
 */
export interface ProductSold {
  readonly id: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly version: number;
  /** Units in orders that stand. */
  readonly sales: number;
  readonly skuCount: number;
}

/**
 * A place among the best sellers: after all products that sold more, and those with the same sales and a smaller id.
 */
export interface Rank {
  readonly sales: number;
  readonly id: string;
}

/** Lists are read from the database, where only durable rows can be seen. */
export interface Lists {
  /** By id. Ids that do not exist are left out. */
  skusById(ids: readonly string[]): Promise<readonly Sku[]>;
  /** All SKUs, ordered by id. */
  skus(page: PageRequest): Promise<Page<Sku>>;
  /** The ledger of a SKU from version 1 on, `null` when there is no such SKU. The cursor is a version. */
  movements(skuId: string, page: PageRequest): Promise<Page<Movement> | null>;
  /** A product and its SKUs, `null` when it was never put and no SKU names it. */
  product(productId: string, page: PageRequest): Promise<(ProductSold & { readonly skus: Page<Sku> }) | null>;
  /** All products, ordered by id. */
  products(page: PageRequest): Promise<Page<ProductSold>>;
  /** All products, the best selling first, then by id. Reads every SKU that belongs to a product. */
  bestSellers(
    after: Rank | null,
    limit: number,
  ): Promise<{ readonly items: readonly ProductSold[]; readonly next: Rank | null }>;
  /** Orders by id. */
  orders(
    filter: { readonly status: Order['status'] | null; readonly customerId: string | null },
    page: PageRequest,
  ): Promise<Page<Order>>;
}
