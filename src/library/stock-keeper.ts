/**
 * The keeper as a library: one method for each message, with the same words, defaults and limits as HTTP.
 *
 * A stock keeper is open → closing (`close` was called) → closed; whatever is asked then is answered `closing`.
 */

import { CartParams, CheckoutBody, checkOut } from '../api/carts/requests.ts';
import { NewOrderBody, OrderParams, placeOrder } from '../api/orders/requests.ts';
import {
  CancelBody,
  cancelOrder,
  confirmOrder,
  LineParams,
  QuantityBody,
  ReturnBody,
  returnUnits,
  shipOrder,
} from '../api/orders/step-requests.ts';
import { NewProductBody, NewProductParams } from '../api/products/requests.ts';
import { readAvailability, SkuIdsBody } from '../api/skus/availability.ts';
import { ChangesBody, createSku, NewSkuBody, SkuParams } from '../api/skus/requests.ts';
import { AdjustBody, adjustStock, ReceiveBody, receiveStock } from '../api/skus/stock-requests.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { newOrderId } from '../lib/order-id.ts';
import type { Log } from '../log.ts';
import {
  type Given,
  Keyed,
  KeyedAndVersioned,
  KeyedAndWaiting,
  KeyedVersionedAndWaiting,
  KeyRequiredAndVersioned,
  Versioned,
} from './ask-options.ts';
import { Carts } from './carts.ts';
import { Desk } from './desk.ts';
import { INSIDE, type Inside } from './inside.ts';
import type * as Outcomes from './outcomes.ts';
import type { Parts } from './parts.ts';

/** By `delta`, or to `onHand` as counted; `reason` is shown in the ledger. */
export type Adjustment = { readonly reason: string } & ({ readonly delta: number } | { readonly onHand: number });

/** Made by `createStockKeeper`. Its methods answer refusals and never throw them; they reject with `TypeError` for what cannot be asked. */
export class StockKeeper extends Carts implements AsyncDisposable {
  /** For the doors of this package alone. */
  readonly [INSIDE]: Inside;
  readonly #desk: Desk;
  readonly #parts: Parts;
  readonly #defaultFreight: number;

  constructor(parts: Parts, log: Log, defaultFreight: number) {
    const desk = new Desk(parts.keeper, log);
    super(desk);
    this.#desk = desk;
    this.#parts = parts;
    this.#defaultFreight = defaultFreight;
    const { keeper, watch } = parts;
    this[INSIDE] = { door: keeper, defaultFreight, stopWaiting: () => keeper.stopWaiting(), watch };
  }

  /**
   * `standby` while another process, or another keeper in this one, owns the same database, and for good when another database has taken its
   * place, which `readiness` tells and the log says more of: then every call is answered `standby`.
   */
  get role(): 'owner' | 'standby' {
    return this.#parts.ownership.role;
  }

  /** Whether calls are taken and the database answers. */
  readiness(): ReturnType<KeeperDoor['readiness']> {
    return this.#parts.keeper.readiness();
  }

  /** Creates a SKU with its opening stock, if any; currency EUR, all counters 0 and no limits by default. */
  async createSku(sku: Given<typeof NewSkuBody>, options: Keyed = {}): Promise<Outcomes.CreateSkuOutcome> {
    const body = this.#desk.read('createSku', NewSkuBody, sku);
    return this.#desk.ask('createSku', () => createSku(body), this.#desk.read('createSku', Keyed, options));
  }

  /** This read, as those of one order and one cart, never shows what a crash could undo and is never older than what was answered. */
  async readSku(skuId: string): Promise<Outcomes.ReadSkuOutcome> {
    const { id } = this.#desk.read('readSku', SkuParams, { id: skuId });
    return this.#desk.tell('readSku', { kind: 'read_sku', skuId: id });
  }

  /** Changes name, price, product or policy; what is left out stays as it is. */
  async changeSku(
    skuId: string,
    changes: Given<typeof ChangesBody>,
    options: Versioned = {},
  ): Promise<Outcomes.ChangeSkuOutcome> {
    const { id } = this.#desk.read('changeSku', SkuParams, { id: skuId });
    const body = this.#desk.read('changeSku', ChangesBody, changes);
    const at = this.#desk.read('changeSku', Versioned, options);
    return this.#desk.tell('changeSku', { kind: 'change_sku', skuId: id, changes: body }, at);
  }

  /** What may be reserved of 1 to 1000 SKUs, all of one moment. */
  async availability(skuIds: readonly string[]): Promise<Outcomes.AvailabilityOutcome> {
    const body = this.#desk.read('availability', SkuIdsBody, { skuIds });
    return this.#desk.tell('availability', readAvailability(body));
  }

  /** Adds to what is on hand. Asked twice it happens twice: give an `idempotencyKey`. */
  async receive(
    skuId: string,
    goods: Given<typeof ReceiveBody>,
    options: KeyedAndVersioned = {},
  ): Promise<Outcomes.ReceiveOutcome> {
    const { id } = this.#desk.read('receive', SkuParams, { id: skuId });
    const body = this.#desk.read('receive', ReceiveBody, goods);
    const keyed = this.#desk.read('receive', KeyedAndVersioned, options);
    return this.#desk.ask('receive', () => receiveStock(id, body), keyed);
  }

  /** Corrects what is on hand. By `delta` asked twice it happens twice: give an `idempotencyKey`. */
  async adjust(
    skuId: string,
    adjustment: Adjustment,
    options: KeyedAndVersioned = {},
  ): Promise<Outcomes.AdjustOutcome> {
    const { id } = this.#desk.read('adjust', SkuParams, { id: skuId });
    const body = this.#desk.read('adjust', AdjustBody, adjustment);
    const keyed = this.#desk.read('adjust', KeyedAndVersioned, options);
    return this.#desk.ask('adjust', () => adjustStock(id, body), keyed);
  }

  /**
   * Reserves the stock of all lines or of none. Choose the `id`, and asking again is safe. By default it is paid `online`: it holds its stock for
   * 900 s, or `expiresInSeconds`, until it is confirmed. `waitSeconds` waits in line for stock; `signal` gives up the place.
   */
  async place(order: Given<typeof NewOrderBody>, options: KeyedAndWaiting = {}): Promise<Outcomes.PlaceOutcome> {
    const body = this.#desk.read('place', NewOrderBody, order);
    const keyed = this.#desk.read('place', KeyedAndWaiting, options);
    return this.#desk.ask('place', () => placeOrder(body, newOrderId), keyed);
  }

  async readOrder(orderId: string): Promise<Outcomes.ReadOrderOutcome> {
    const { id } = this.#desk.read('readOrder', OrderParams, { id: orderId });
    return this.#desk.tell('readOrder', { kind: 'read_order', orderId: id });
  }

  /** The payment has come: the order no longer expires. Confirmed or shipped already, it is answered the same. */
  async confirm(orderId: string, options: KeyedAndVersioned = {}): Promise<Outcomes.ConfirmOutcome> {
    const { id } = this.#desk.read('confirm', OrderParams, { id: orderId });
    return this.#desk.ask('confirm', () => confirmOrder(id), this.#desk.read('confirm', KeyedAndVersioned, options));
  }

  /** Gives its stock back, once, however often it is asked: every time the same answer. */
  async cancel(
    orderId: string,
    why: Given<typeof CancelBody> = {},
    options: KeyedAndVersioned = {},
  ): Promise<Outcomes.CancelOutcome> {
    const { id } = this.#desk.read('cancel', OrderParams, { id: orderId });
    const body = this.#desk.read('cancel', CancelBody, why);
    return this.#desk.ask('cancel', () => cancelOrder(id, body), this.#desk.read('cancel', KeyedAndVersioned, options));
  }

  /** All its units leave the building. Shipped already, it is answered the same. */
  async ship(orderId: string, options: KeyedAndVersioned = {}): Promise<Outcomes.ShipOutcome> {
    const { id } = this.#desk.read('ship', OrderParams, { id: orderId });
    return this.#desk.ask('ship', () => shipOrder(id), this.#desk.read('ship', KeyedAndVersioned, options));
  }

  /** Sets a smaller quantity, 0 removes the line; the last line gone cancels the order. Absolute, so it can be repeated. */
  async reduce(
    orderId: string,
    skuId: string,
    to: Given<typeof QuantityBody>,
    options: Versioned = {},
  ): Promise<Outcomes.ReduceOutcome> {
    const line = this.#desk.read('reduce', LineParams, { id: orderId, skuId });
    const { quantity } = this.#desk.read('reduce', QuantityBody, to);
    const at = this.#desk.read('reduce', Versioned, options);
    return this.#desk.tell('reduce', { kind: 'reduce', orderId: line.id, skuId: line.skuId, quantity }, at);
  }

  /** Takes units of a shipped order back. Asked twice it would happen twice, so the `idempotencyKey` is required. */
  async return(
    orderId: string,
    units: Given<typeof ReturnBody>,
    options: KeyRequiredAndVersioned,
  ): Promise<Outcomes.ReturnOutcome> {
    const { id } = this.#desk.read('return', OrderParams, { id: orderId });
    const body = this.#desk.read('return', ReturnBody, units);
    return this.#desk.ask(
      'return',
      () => returnUnits(id, body),
      this.#desk.read('return', KeyRequiredAndVersioned, options ?? {}),
    );
  }

  /** Places an order of the selected lines, and takes what was bought out of the cart: all at once, or nothing. Options as those of `place`; `ifVersion` is of the cart. */
  async checkout(
    cartId: string,
    terms: Given<typeof CheckoutBody>,
    options: KeyedVersionedAndWaiting = {},
  ): Promise<Outcomes.CheckoutOutcome> {
    const { id } = this.#desk.read('checkout', CartParams, { id: cartId });
    const body = this.#desk.read('checkout', CheckoutBody, terms);
    const keyed = this.#desk.read('checkout', KeyedVersionedAndWaiting, options);
    return this.#desk.ask('checkout', () => checkOut(id, body, newOrderId, this.#defaultFreight), keyed);
  }

  /** Sets what a product says of itself; which SKUs it has, they say. A product that was never put is at version 0. */
  async putProduct(
    productId: string,
    texts: Given<typeof NewProductBody>,
    options: Versioned = {},
  ): Promise<Outcomes.PutProductOutcome> {
    const { id } = this.#desk.read('putProduct', NewProductParams, { id: productId });
    const { name, description = null } = this.#desk.read('putProduct', NewProductBody, texts);
    const at = this.#desk.read('putProduct', Versioned, options);
    return this.#desk.tell('putProduct', { kind: 'put_product', product: { id, name, description } }, at);
  }

  /** Answers what was asked, and lets go of the database: within 8.5 seconds, whatever the database does. Safe to call twice. */
  close(): Promise<void> {
    this.#desk.close();
    return this.#parts.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
