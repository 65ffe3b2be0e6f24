/** The public face of the library. Importing it does nothing. */
import './lib/need-node.js';

export {
  CartEntity,
  EpochEntity,
  entities,
  IdempotencyKeyEntity,
  MovementEntity,
  OrderEntity,
  OrderLineEntity,
  ProductEntity,
  SkuEntity,
} from './db/entities.ts';
export { NewerSchema, OlderSchema } from './db/migrate.ts';
export type { KeeperLimits } from './keeper/limits.ts';
export { createStockKeeper, type KeeperDatabase, type StockKeeperOptions } from './library/create.ts';
export type { PageRequest } from './library/listings.ts';
export type * from './library/outcomes.ts';
export type { Adjustment, StockKeeper } from './library/stock-keeper.ts';
export type { Log } from './log.ts';
