/**
 * Entities and migrations as an ORM of somebody else takes them. What they are is said here without a type of MikroORM: its declarations do not compile
 * under every option of TypeScript, and who uses the keeper need not look at them.
 */
import * as tables from './entities.ts';
import { migrationsOfHosts } from './migrate.ts';

/** An entity of a MikroORM of yours: `em.find(SkuEntity, …)` resolves with rows of this shape. Nothing else can be done with it: it makes nothing. */
export type KeeperEntity<Row> = (abstract new () => Row) & { readonly prototype: Row };

/** A migration of a MikroORM of yours, in `migrationsList`; MikroORM alone makes something of its `class`. */
export interface KeeperMigration {
  /** As the database remembers it. */
  name: string;
  class: new () => never;
}

/** Told by the compiler when a row is not as its table has it. */
const forHosts = <Row>(table: { readonly '~entity': Row }): KeeperEntity<Row> => table as unknown as KeeperEntity<Row>;

/** When a row was written first, and last. */
export interface Timed {
  createdAt: Date;
  updatedAt: Date;
}

/** The row of a SKU: its counters, its policy, and as `version` the number of its movements. */
export interface SkuRow extends Timed {
  id: string;
  productId?: string | null | undefined;
  name: string;
  /** Minor units. */
  price: number;
  currency: string;
  onHand: number;
  reserved: number;
  sales: number;
  safetyStock: number;
  backorderLimit: number;
  maxPerOrder?: number | null | undefined;
  maxPerCustomer?: number | null | undefined;
  version: number;
}

/** The row of an order; its lines are rows of their own. */
export interface OrderRow extends Timed {
  id: string;
  status: 'pending' | 'confirmed' | 'shipped' | 'cancelled';
  payment: 'online' | 'cash_on_delivery';
  customerId?: string | null | undefined;
  /** Minor units. */
  freight: number;
  currency: string;
  expiresAt?: Date | null | undefined;
  cancelReason?: 'requested' | 'expired' | null | undefined;
  version: number;
  /** Of the request that placed it, by which a repeat is known. */
  fingerprint: string;
}

/** A line of an order: `ordered` units at first, `quantity` now, `returned` of them. */
export interface OrderLineRow {
  orderId: string;
  skuId: string;
  position: number;
  quantity: number;
  ordered: number;
  /** Minor units, of the moment it was placed. */
  unitPrice: number;
  returned: number;
}

/** A line of a SKU's ledger, with the counters after it. */
export interface MovementRow {
  skuId: string;
  version: number;
  kind: 'received' | 'adjusted' | 'reserved' | 'released' | 'shipped' | 'returned' | 'changed';
  quantity: number;
  onHand: number;
  reserved: number;
  sales: number;
  orderId?: string | null | undefined;
  reason?: string | null | undefined;
  reference?: string | null | undefined;
  restocked?: boolean | null | undefined;
  at: Date;
}

/** The row of a cart, with all of its lines. */
export interface CartRow extends Timed {
  id: string;
  lines: { skuId: string; quantity: number; selected: boolean }[];
  version: number;
}

/** The row of a product. */
export interface ProductRow extends Timed {
  id: string;
  name: string;
  description?: string | null | undefined;
  version: number;
}

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
  endedAt?: Date | null | undefined;
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

/** All of them, for the `entities` of a MikroORM of yours. */
export const entities: KeeperEntity<object>[] = tables.entities.map((table) => forHosts<object>(table));

/** All of them, in the order in which they run. */
export const migrations: KeeperMigration[] = migrationsOfHosts as unknown as KeeperMigration[];
