/**
 * What a rule sees of a turn: one synchronous decision over SKUs, orders, carts and products, all of them in memory.
 * The keeper makes it.
 */
import type { Cart } from './carts/cart.ts';
import type { CartDecision, CartMessage } from './carts/rules.ts';
import type { LineRequest, Order } from './orders/order.ts';
import type { OrderMessage, OrderSaid } from './orders/order-changes.ts';
import type { Product } from './products/product.ts';
import type { SkuRefusal } from './skus/outcomes.ts';
import type { LineMessage, NewSku, OwnMessage, StockDecision, StockMessage } from './skus/rules.ts';
import type { Sku } from './skus/sku.ts';

/** An order that this turn placed or told something. Only with it can the order's stock be moved. */
export interface OrderTold {
  readonly order: Order;
}

export interface Turn {
  /** Time of the turn, in milliseconds since the Unix epoch. */
  readonly at: number;

  /** The SKU as it stands, `null` if there is none. */
  sku(id: string): Sku | null;
  /** A SKU that a stored order or cart names. Throws `Corrupt` when there is none. */
  namedSku(id: string): Sku;
  /**
   * Why a SKU would refuse a message, `null` if it would not. Sends nothing. Throws `Corrupt` when there is no such
   * SKU.
   */
  refusalOf(id: string, message: StockMessage): SkuRefusal | null;
  /**
   * Units of a SKU in the standing orders of a customer, less what was returned. The SKU must have a limit per
   * customer.
   */
  standing(customerId: string, skuId: string): number;
  /** Units of a SKU that the waiters ahead of this command in the waiting line ask for. */
  ahead(skuId: string): number;
  /** Opens a SKU that does not exist yet. */
  openSku(asked: Omit<NewSku, 'reserved' | 'sales'>): Sku;
  /** Sends a SKU a message that concerns no order. */
  tellSku(id: string, message: OwnMessage): StockDecision;
  /** Sends a SKU a message of an order. Throws `Corrupt` when a stored order cannot be true of the SKU. */
  moveStock(of: OrderTold, skuId: string, message: LineMessage): StockDecision;

  /** The order as it stands, `null` if there is none. */
  order(id: string): Order | null;
  /** Places an order that does not exist yet. */
  placeOrder(order: Order): OrderTold;
  /** Sends a message to an order that exists. */
  tellOrder(id: string, message: OrderMessage): OrderTold & { readonly said: OrderSaid };

  /** The cart as it stands, `null` if there is none. */
  cart(id: string): Cart | null;
  /** Sends a message to a cart. A cart that does not exist is created when the message changes it. */
  tellCart(id: string, message: CartMessage): CartDecision;
  /** Removes a cart that exists. */
  removeCart(id: string): void;

  /** The texts of a product, `null` if it has none. */
  product(id: string): Product | null;
  /** Sets the texts of a product. */
  putProduct(product: Product): void;

  /** Says what stock the command asks for in this turn. If it is refused for lack of stock, it may wait for it. */
  asks(lines: readonly LineRequest[]): void;
  /**
   * The lines that an earlier turn of the same command kept; `null` when it kept none, or when what that turn had seen
   * by then was lost.
   */
  recall(): readonly LineRequest[] | null;
  /** Keeps lines for later turns of the same command. They rest on what the turn has seen so far. */
  keep(lines: readonly LineRequest[]): void;
}
