/** The public face of the library. Importing it does nothing. */
import './lib/need-node.js';

export type { CartBody } from './api/carts/body.ts';
export type { OrderBody } from './api/orders/body.ts';
export type { MovementBody, SkuBody } from './api/skus/body.ts';
export {
  CartEntity,
  type CartRow,
  EpochEntity,
  type EpochRow,
  entities,
  IdempotencyKeyEntity,
  type IdempotencyKeyRow,
  type KeeperEntity,
  MovementEntity,
  type MovementRow,
  OrderEntity,
  OrderLineEntity,
  type OrderLineRow,
  type OrderRow,
  ProductEntity,
  type ProductRow,
  SkuEntity,
  type SkuRow,
} from './db/for-hosts.ts';
export { NewerSchema, OlderSchema } from './db/schema-faults.ts';
export type { KeeperLimits } from './keeper/limits.ts';
export { createStockKeeper, type KeeperDatabase, type StockKeeperOptions } from './library/create.ts';
export type { Operation, OptionsOf, OutcomeOf, RequestOf } from './library/operations.ts';
export type * from './library/outcomes.ts';
export type { StockKeeper } from './library/stock-keeper.ts';
export type { Log } from './log.ts';
