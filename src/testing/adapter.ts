/** The words between the kit and a team's own shop: what the kit calls, what it is told, and what it hands over. */
import type { LineRequest } from '../shop/orders/order.ts';

/** A SKU that a run begins with. */
export interface OpenedSku {
  /** New for each run, so that a shop that cannot be emptied serves as well. */
  readonly skuId: string;
  /** SKUs of the same run may share a product. */
  readonly productId: string;
  /** Units that can be ordered, 1 or more. */
  readonly stock: number;
}

/** An order as the kit asks for it. Its lines name each SKU once, quantities are 1 or more. */
export interface OrderAsked {
  /** New for each order, and the same again when the kit repeats the call. */
  readonly orderId: string;
  readonly lines: readonly LineRequest[];
}

/**
 * `done`: it is so now, whether by this call or an earlier one. `refused`: the shop said no, and nothing was changed by
 * this call.
 */
export type Said = 'done' | 'refused';

/**
 * `placed` under the kit's order id, or `{ orderId }` if the shop gives its orders ids of its own: the kit then uses
 * that one. An order that was refused, or whose answer was lost, is named by the kit's id also there: nothing is known
 * under it.
 */
export type PlaceSaid = 'placed' | 'refused' | { readonly orderId: string };

/** Ids that the shop gave to SKUs, by the `skuId` that it was handed. */
export type SkuIds = Readonly<Record<string, string>>;

type Awaitable<T> = T | Promise<T>;

/**
 * A shop, as functions that call it. They are called as its clients would call it: several at once, without waiting for
 * one another.
 *
 * A function that throws or rejects says "I do not know whether it happened": the kit then takes either for right, but
 * nothing between. It must be over by then, though: what takes effect later looks as if it came from nowhere. One whose
 * every call throws is taken for a faulty adapter. A shop that throws its refusals says so by `isRefusal`, or answers
 * `refused` in a `catch`.
 */
export interface ShopAdapter {
  /**
   * Sees to it that the shop has these SKUs, new ones, and no orders on them: by emptying it or by adding them. Called
   * before each run, with nothing else under way unless `atOnce` was set. Answers nothing, or the ids of the SKUs if
   * the shop gives them ids of its own.
   */
  open(opening: { readonly skus: readonly OpenedSku[] }): Awaitable<void> | Awaitable<SkuIds>;
  /** Reserves the units of all lines, or of none. */
  place(order: OrderAsked): Promise<PlaceSaid>;
  /**
   * Gives the units of an order back, unless it was shipped. Answering nothing is answering `done`; so is what a shop
   * says to a repeated cancel.
   */
  cancel(orderId: string): Promise<void> | Promise<Said>;
  /**
   * Units of a SKU that can be ordered now, as they are and not as a cache remembers them. Asked only when nothing else
   * is under way.
   */
  stock(skuId: string): Awaitable<number>;
  /** Marks an order as paid: from then on it does not expire. */
  confirm?(orderId: string): Promise<Said>;
  /**
   * Makes this order, and no other, overdue, and lets the shop see to it: its units come back unless it was confirmed.
   * Answering nothing is answering `done`, `refused` is that nothing was changed.
   */
  expire?(orderId: string): Promise<void> | Promise<Said>;
  /** Sends the units of an order off. */
  ship?(orderId: string): Promise<Said>;
  /**
   * Takes units of a shipped order back and offers them again. Two returns are two returns, also with the same lines.
   */
  return?(orderId: string, lines: readonly LineRequest[]): Promise<Said>;
  /** Units of a SKU in orders that stand: placed, and neither cancelled nor expired nor returned. */
  sales?(skuId: string): Awaitable<number>;
  /** The same, of all SKUs of a product. */
  productSales?(productId: string): Awaitable<number>;
  /**
   * Kills the shop as a power cut would, with calls under way or just answered, and starts it again; resolves when it
   * serves. Calls that were under way may reject, or never be answered.
   */
  restart?(): Awaitable<void>;
  /**
   * Whether what a call threw is the shop's no, for a shop that throws its refusals: `(error) => error instanceof
   * OutOfStock`.
   */
  isRefusal?(error: unknown): boolean;
}

/** Nothing can be said of the shop: the adapter does not work, or nothing came of its calls. */
export class AdapterFault extends Error {
  override readonly name = 'AdapterFault';
}
