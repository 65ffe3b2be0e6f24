/**
 * The property kit. It finds out whether your own shop sells anything twice or gives anything back twice. It needs the
 * package `fast-check`.
 */
import '../lib/need-node.js';

export {
  AdapterFault,
  type OpenedSku,
  type OrderAsked,
  type PlaceSaid,
  type Said,
  type ShopAdapter,
  type SkuIds,
} from './adapter.ts';
export { type CheckOptions, checkShop } from './check-shop.ts';
export { openShop, type ShopCommand, shopCommands } from './commands.ts';
export { type Finding, ShopBroken } from './counterexample.ts';
export type { HistoryOptions, Retries } from './history.ts';
export { type HttpCall, type HttpRead, type HttpReply, type HttpShop, httpAdapter } from './http-adapter.ts';
export { LAWS, type Law, type Products, type Seen } from './laws.ts';
export type { Answered, Call, Told } from './model.ts';
export type { OpenShop } from './open-shop.ts';
export { type Broken, ShopModel } from './shop-model.ts';
export type { CheckReport } from './tally.ts';
