/**
 * The keeper as a library: one method for each message, with the same words, defaults and limits as HTTP.
 *
 * A stock keeper is open → closing (`close` was called) → closed; whatever is asked then is answered `closing`.
 */

import { CALLS } from '../api/calls.ts';
import type { CheckoutBody } from '../api/carts/requests.ts';
import type { NewOrderBody } from '../api/orders/requests.ts';
import type { CancelBody, QuantityBody, ReturnBody } from '../api/orders/step-requests.ts';
import type { NewProductBody } from '../api/products/requests.ts';
import type { ChangesBody, NewSkuBody } from '../api/skus/requests.ts';
import type { ReceiveBody } from '../api/skus/stock-requests.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { newOrderId } from '../lib/order-id.ts';
import type { Log } from '../log.ts';
import type {
  Given,
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

  constructor(parts: Parts, log: Log, defaultFreight: number) {
    const desk = new Desk(parts.keeper, log, { newOrderId, defaultFreight });
    super(desk);
    this.#desk = desk;
    this.#parts = parts;
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
    return this.#desk.ask('createSku', CALLS.createSku, {}, sku, options);
  }

  /** This read, as those of one order and one cart, never shows what a crash could undo and is never older than what was answered. */
  async readSku(skuId: string): Promise<Outcomes.ReadSkuOutcome> {
    return this.#desk.ask('readSku', CALLS.readSku, { id: skuId }, {});
  }

  /** Changes name, price, product or policy; what is left out stays as it is. */
  async changeSku(
    skuId: string,
    changes: Given<typeof ChangesBody>,
    options: Versioned = {},
  ): Promise<Outcomes.ChangeSkuOutcome> {
    return this.#desk.ask('changeSku', CALLS.changeSku, { id: skuId }, changes, options);
  }

  /** What may be reserved of 1 to 1000 SKUs, all of one moment. */
  async availability(skuIds: readonly string[]): Promise<Outcomes.AvailabilityOutcome> {
    return this.#desk.ask('availability', CALLS.readAvailability, {}, { skuIds });
  }

  /** Adds to what is on hand. Asked twice it happens twice: give an `idempotencyKey`. */
  async receive(
    skuId: string,
    goods: Given<typeof ReceiveBody>,
    options: KeyedAndVersioned = {},
  ): Promise<Outcomes.ReceiveOutcome> {
    return this.#desk.ask('receive', CALLS.receiveStock, { id: skuId }, goods, options);
  }

  /** Corrects what is on hand. By `delta` asked twice it happens twice: give an `idempotencyKey`. */
  async adjust(
    skuId: string,
    adjustment: Adjustment,
    options: KeyedAndVersioned = {},
  ): Promise<Outcomes.AdjustOutcome> {
    return this.#desk.ask('adjust', CALLS.adjustStock, { id: skuId }, adjustment, options);
  }

  /**
   * Reserves the stock of all lines or of none. Choose the `id`, and asking again is safe. By default it is paid `online`: it holds its stock for
   * 900 s, or `expiresInSeconds`, until it is confirmed. `waitSeconds` waits in line for stock; `signal` gives up the place.
   */
  async place(order: Given<typeof NewOrderBody>, options: KeyedAndWaiting = {}): Promise<Outcomes.PlaceOutcome> {
    return this.#desk.ask('place', CALLS.placeOrder, {}, order, options);
  }

  async readOrder(orderId: string): Promise<Outcomes.ReadOrderOutcome> {
    return this.#desk.ask('readOrder', CALLS.readOrder, { id: orderId }, {});
  }

  /** The payment has come: the order no longer expires. Confirmed or shipped already, it is answered the same. */
  async confirm(orderId: string, options: KeyedAndVersioned = {}): Promise<Outcomes.ConfirmOutcome> {
    return this.#desk.ask('confirm', CALLS.confirmOrder, { id: orderId }, {}, options);
  }

  /** Gives its stock back, once, however often it is asked: every time the same answer. */
  async cancel(
    orderId: string,
    why: Given<typeof CancelBody> = {},
    options: KeyedAndVersioned = {},
  ): Promise<Outcomes.CancelOutcome> {
    return this.#desk.ask('cancel', CALLS.cancelOrder, { id: orderId }, why, options);
  }

  /** All its units leave the building. Shipped already, it is answered the same. */
  async ship(orderId: string, options: KeyedAndVersioned = {}): Promise<Outcomes.ShipOutcome> {
    return this.#desk.ask('ship', CALLS.shipOrder, { id: orderId }, {}, options);
  }

  /** Sets a smaller quantity, 0 removes the line; the last line gone cancels the order. Absolute, so it can be repeated. */
  async reduce(
    orderId: string,
    skuId: string,
    to: Given<typeof QuantityBody>,
    options: Versioned = {},
  ): Promise<Outcomes.ReduceOutcome> {
    return this.#desk.ask('reduce', CALLS.reduceLine, { id: orderId, skuId }, to, options);
  }

  /** Takes units of a shipped order back. Asked twice it would happen twice, so the `idempotencyKey` is required. */
  async return(
    orderId: string,
    units: Given<typeof ReturnBody>,
    options: KeyRequiredAndVersioned,
  ): Promise<Outcomes.ReturnOutcome> {
    return this.#desk.ask('return', CALLS.returnUnits, { id: orderId }, units, options ?? {});
  }

  /** Places an order of the selected lines, and takes what was bought out of the cart: all at once, or nothing. Options as those of `place`; `ifVersion` is of the cart. */
  async checkout(
    cartId: string,
    terms: Given<typeof CheckoutBody>,
    options: KeyedVersionedAndWaiting = {},
  ): Promise<Outcomes.CheckoutOutcome> {
    return this.#desk.ask('checkout', CALLS.checkOut, { id: cartId }, terms, options);
  }

  /** Sets what a product says of itself; which SKUs it has, they say. A product that was never put is at version 0. */
  async putProduct(
    productId: string,
    texts: Given<typeof NewProductBody>,
    options: Versioned = {},
  ): Promise<Outcomes.PutProductOutcome> {
    return this.#desk.ask('putProduct', CALLS.putProduct, { id: productId }, texts, options);
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
