/**
 * Entities and migrations in the form that another program's ORM takes. Their types are declared here without a type of
 * MikroORM, because its declarations do not compile under every option of TypeScript, and users of the keeper need not
 * look at them.
 */
import type { Cart } from '../shop/carts/cart.ts';
import type { Order, OrderLine } from '../shop/orders/order.ts';
import type { Product } from '../shop/products/product.ts';
import type { Movement, Sku } from '../shop/skus/sku.ts';
import * as tables from './entities.ts';
import { migrationsOfHosts } from './migrate.ts';

/**
 * An entity for a MikroORM of yours: `em.find(SkuEntity, …)` resolves with rows of this shape. Nothing else can be done
 * with it; it cannot be constructed.
 */
export type KeeperEntity<Row> = (abstract new () => Row) & { readonly prototype: Row };

/** A migration for a MikroORM of yours, in `migrationsList`. Only MikroORM can make something of its `class`. */
export interface KeeperMigration {
  /** As the database remembers it. */
  name: string;
  class: new () => never;
}

/** The compiler rejects a column whose type differs from the type that its row has. */
const forHosts = <Row>(table: {
  readonly '~entity': { readonly [Name in keyof Row]?: Row[Name] | undefined };
}): KeeperEntity<Row> => table as unknown as KeeperEntity<Row>;

/** The domain's times: milliseconds there, a `Date` in a row. */
type Moment = 'createdAt' | 'updatedAt' | 'expiresAt' | 'at';
/** A type of the domain as a row has it. */
type Stored<Words> = {
  -readonly [Name in keyof Words]: Name extends Moment ? Date | Extract<Words[Name], null> : Words[Name];
};

/** The row of a SKU: its counters, its policy, and as `version` the number of its movements. */
export type SkuRow = Stored<Sku>;
/** The row of an order; its lines are rows of their own. */
export type OrderRow = Stored<Omit<Order, 'lines'>>;
/** A line of an order, the one at `position`: `ordered` units at first, `quantity` now, `returned` of them. */
export type OrderLineRow = Stored<OrderLine> & { orderId: string; position: number };
/** A line of a SKU's ledger, with the counters after it. */
export type MovementRow = Stored<Movement>;
/** The row of a cart, with all of its lines. */
export type CartRow = Stored<Cart>;
/** The row of a product. */
export type ProductRow = Stored<Product>;

/** What was answered under an idempotency key. */
export interface IdempotencyKeyRow {
  key: string;
  fingerprint: string;
  outcome: string;
  at: Date;
}

/** A time during which one process owned the database. */
export interface EpochRow {
  epoch: bigint;
  owner: string;
  instance: string;
  batch: bigint;
  beganAt: Date;
  endedAt: Date | null;
}

/** The table of SKUs. */
export const SkuEntity: KeeperEntity<SkuRow> = forHosts(tables.SkuEntity);
/** The table of orders. */
export const OrderEntity: KeeperEntity<OrderRow> = forHosts(tables.OrderEntity);
/** The table of the lines of orders. */
export const OrderLineEntity: KeeperEntity<OrderLineRow> = forHosts(tables.OrderLineEntity);
/** The ledgers of all SKUs. */
export const MovementEntity: KeeperEntity<MovementRow> = forHosts(tables.MovementEntity);
/** The table of carts. */
export const CartEntity: KeeperEntity<CartRow> = forHosts(tables.CartEntity);
/** The table of products. */
export const ProductEntity: KeeperEntity<ProductRow> = forHosts(tables.ProductEntity);
/** The table of idempotency keys. */
export const IdempotencyKeyEntity: KeeperEntity<IdempotencyKeyRow> = forHosts(tables.IdempotencyKeyEntity);
/** The table of the times during which a process owned the database. */
export const EpochEntity: KeeperEntity<EpochRow> = forHosts(tables.EpochEntity);

/** All entities, for the `entities` of a MikroORM of yours. */
export const entities: KeeperEntity<object>[] = tables.entities.map((table) => forHosts<object>(table));

/** All migrations, in the order in which they run. */
export const migrations: KeeperMigration[] = migrationsOfHosts as unknown as KeeperMigration[];
