/** The types between the kit and a team's own shop: what the kit calls, what it passes in, and what it gets back. */
import type { LineRequest } from '../shop/orders/order.ts';

/** A SKU that a run begins with. */
export interface OpenedSku {
  /** New for each run, so that a shop that cannot be emptied can be used as well. */
  readonly skuId: string;
  /** SKUs of the same run may share a product. */
  readonly productId: string;
  /** Units that can be ordered, 1 or more. */
  readonly stock: number;
}

/** An order that the kit asks for. Its lines name each SKU once, and quantities are 1 or more. */
export interface OrderAsked {
  /** New for each order. When the kit repeats the call, the id is the same. */
  readonly orderId: string;
  readonly lines: readonly LineRequest[];
}

/** `done`: it is so now, by this call or an earlier one. `refused`: the shop said no, and this call changed nothing. */
export type Said = 'done' | 'refused';

/**
 * `placed`: the order has the kit's id. `{ orderId }`: the shop gives orders ids of its own, and the kit uses that one
 * from then on. If the order was refused or the answer was lost, the kit keeps using its own id, and the shop knows
 * nothing under it.
 */
export type PlaceSaid = 'placed' | 'refused' | { readonly orderId: string };

/** The ids that the shop gave to SKUs, by the `skuId` that it was given. */
export type SkuIds = Readonly<Record<string, string>>;

type Awaitable<T> = T | Promise<T>;

/**
 * A shop, as functions that call it. The kit calls them as clients of the shop would: several at once, without waiting
 * for one another.
 *
 * A function that throws or rejects says "I do not know whether it happened". The kit then accepts both outcomes, but
 * nothing in between. The call must be over by then: an effect that comes later looks as if it came from nowhere. If
 * every call of a function throws, the kit takes the adapter to be faulty. A shop that throws its refusals must say so
 * by `isRefusal`, or answer `refused` in a `catch`.
 */
export interface ShopAdapter {
  /**
   * Makes sure that the shop has these new SKUs and no orders on them, by emptying the shop or by adding the SKUs. It
   * is called before each run. Nothing else is under way then, unless `atOnce` was set. Answers nothing, or the ids of
   * the SKUs if the shop gives them ids of its own.
   */
  open(opening: { readonly skus: readonly OpenedSku[] }): Awaitable<void> | Awaitable<SkuIds>;
  /** Reserves the units of all lines, or of none. */
  place(order: OrderAsked): Promise<PlaceSaid>;
  /**
   * Gives the units of an order back, unless it was shipped. Answering nothing counts as `done`. Whatever a shop says
   * to a repeated cancel counts as `done` too.
   */
  cancel(orderId: string): Promise<void> | Promise<Said>;
  /**
   * Units of a SKU that can be ordered now: the real number, not a cached one. Asked only when nothing else is under
   * way.
   */
  stock(skuId: string): Awaitable<number>;
  /** Marks an order as paid. From then on it does not expire. */
  confirm?(orderId: string): Promise<Said>;
  /**
   * Makes this order overdue, and no other, and lets the shop handle it. Its units come back unless it was confirmed.
   * Answering nothing counts as `done`. `refused` means that nothing was changed.
   */
  expire?(orderId: string): Promise<void> | Promise<Said>;
  /** Sends the units of an order off. */
  ship?(orderId: string): Promise<Said>;
  /**
   * Takes units of a shipped order back and offers them again. Two returns are two returns, even with the same lines.
   */
  return?(orderId: string, lines: readonly LineRequest[]): Promise<Said>;
  /** Units of a SKU in orders that stand: placed, and neither cancelled nor expired nor returned. */
  sales?(skuId: string): Awaitable<number>;
  /** The same, for all SKUs of a product. */
  productSales?(productId: string): Awaitable<number>;
  /**
   * Kills the shop as a power cut would, with calls under way or just answered, and starts it again. Resolves when the
   * shop serves. Calls that were under way may reject, or may never be answered.
   */
  restart?(): Awaitable<void>;
  /**
   * Whether the error of a call is a refusal, for a shop that throws its refusals: `(error) => error instanceof
   * OutOfStock`.
   */
  isRefusal?(error: unknown): boolean;
}

/** The kit can say nothing about the shop: the adapter does not work, or its calls achieved nothing. */
export class AdapterFault extends Error {
  override readonly name = 'AdapterFault';
}
