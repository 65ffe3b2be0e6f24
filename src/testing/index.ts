/** The property kit: learn whether a shop of your own sells nothing twice and gives nothing back twice. Needs the package `fast-check`. */
export {
  AdapterFault,
  type OpenedSku,
  type OrderAsked,
  type PlaceSaid,
  type Said,
  type ShopAdapter,
} from './adapter.ts';
export { type CheckOptions, type CheckReport, checkShop } from './check-shop.ts';
export { type Finding, ShopBroken } from './counterexample.ts';
export type { Retries } from './history.ts';
export { type HttpCall, type HttpRead, type HttpReply, type HttpShop, httpAdapter } from './http-adapter.ts';
export { LAWS, type Law } from './laws.ts';
