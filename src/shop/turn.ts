/**
 * What a rule sees: one synchronous decision over SKUs, orders, carts and products, all of them in memory. The keeper
 * makes it.
 */
import type { Cart } from './carts/cart.ts';
import type { CartDecision, CartMessage } from './carts/rules.ts';
import type { LineRequest, Order } from './orders/order.ts';
import type { OrderMessage, OrderSaid } from './orders/order-changes.ts';
import type { Product } from './products/product.ts';
import type { SkuRefusal } from './skus/outcomes.ts';
import type { LineMessage, NewSku, OwnMessage, StockDecision, StockMessage } from './skus/rules.ts';
import type { Sku } from './skus/sku.ts';

/** An order that this turn placed, or told something. Its stock can be moved by it alone. */
export interface OrderTold {
  readonly order: Order;
}

export interface Turn {
  /** Time of the turn, milliseconds since the Unix epoch. */
  readonly at: number;

  /** The SKU as it stands, `null` if there is none. */
  sku(id: string): Sku | null;
  /** A SKU that a stored order or cart names. Throws `Corrupt` when there is none. */
  namedSku(id: string): Sku;
  /**
   * Why a SKU would refuse a message, `null` if it would not; nothing is sent. Throws `Corrupt` when there is no such
   * SKU.
   */
  refusalOf(id: string, message: StockMessage): SkuRefusal | null;
  /**
   * Units of a SKU in the standing orders of a customer, less what was returned. The SKU must have a limit for each
   * customer.
   */
  standing(customerId: string, skuId: string): number;
  /** Units of a SKU that those ask for who are ahead of this command in the waiting line. */
  ahead(skuId: string): number;
  /** Opens a SKU where there is none. */
  openSku(asked: Omit<NewSku, 'reserved' | 'sales'>): Sku;
  /** Sends a SKU a message that concerns no order. */
  tellSku(id: string, message: OwnMessage): StockDecision;
  /** Sends a SKU a message of an order. Throws `Corrupt` when a stored order cannot be true of the SKU. */
  moveStock(of: OrderTold, skuId: string, message: LineMessage): StockDecision;

  /** The order as it stands, `null` if there is none. */
  order(id: string): Order | null;
  /** Places an order where there is none. */
  placeOrder(order: Order): OrderTold;
  /** Sends a message to an order that is there. */
  tellOrder(id: string, message: OrderMessage): OrderTold & { readonly said: OrderSaid };

  /** The cart as it stands, `null` if there is none. */
  cart(id: string): Cart | null;
  /** Sends a message to a cart; a cart that is not there comes into being when the message changes it. */
  tellCart(id: string, message: CartMessage): CartDecision;
  /** Ends a cart that is there. */
  removeCart(id: string): void;

  /** What a product says of itself, `null` if nothing. */
  product(id: string): Product | null;
  /** Sets what a product says of itself. */
  putProduct(product: Product): void;

  /** What the command asks of stock in this turn: if that is refused for lack of stock, it may wait for it. */
  asks(lines: readonly LineRequest[]): void;
  /**
   * What an earlier turn of the same command kept; `null` when nothing, or when what that turn had seen until then was
   * lost.
   */
  recall(): readonly LineRequest[] | null;
  /** Keeps lines for later turns of the same command. It rests on what the turn has seen by now. */
  keep(lines: readonly LineRequest[]): void;
}
