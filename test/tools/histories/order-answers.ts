/** Answers that show orders, and refusals that tell where one is in its life. */
import type { OrderBody } from '../../../src/api/orders/body.ts';
import type { Order } from '../../../src/shop/orders/order.ts';
import { type Act, type Facts, told } from './act.ts';
import { NOWHERE, type Notes } from './notes.ts';
import { type OrderSight, PHASES } from './orders.ts';

export class OrderAnswers {
  /** Answers that showed an order, by its id. */
  readonly sights = new Map<string, OrderSight[]>();
  readonly #orders: ReadonlyMap<string, Order>;
  readonly #notes: Notes;

  constructor(orders: ReadonlyMap<string, Order>, notes: Notes) {
    this.#orders = orders;
    this.#notes = notes;
  }

  /** The answer to a message to an order, or to a placement. */
  one(act: Act, body: OrderBody): void {
    this.show(act, body, act.operation.reply?.text ?? '');
    this.#asAsked(act, body);
  }

  /** An order as answered; what it is held against is known once all of them are there. */
  show(act: Act, body: OrderBody, text: string): void {
    if (!this.#orders.has(body.id)) return this.#notes.fault(act, `order ${body.id}`, 'is not in the record');
    const sight = { body, text, told: () => told(act) };
    const sights = this.sights.get(body.id);
    if (sights === undefined) this.sights.set(body.id, [sight]);
    else sights.push(sight);
    if (act.operation.reply?.replayed === true) return;
    this.#notes.seeOrder(act, body.id, body.version, PHASES[body.status]);
  }

  /** Whether the answer to a message shows what was asked for. */
  #asAsked(act: Act, body: OrderBody): void {
    const { asked } = act;
    const fault = (text: string) => this.#notes.fault(act, `order ${body.id}`, text);
    if ('orderId' in asked && asked.orderId !== null && asked.orderId !== body.id)
      fault(`was asked about order ${asked.orderId}`);
    switch (asked.kind) {
      case 'place': {
        const lines = body.lines.map(({ skuId, quantity }) => ({ skuId, quantity }));
        const online = asked.payment === 'online';
        const expiresAt = online
          ? new Date(Date.parse(body.createdAt) + asked.expiresInSeconds * 1000).toISOString()
          : null;
        const same =
          JSON.stringify(sorted(lines)) === JSON.stringify(sorted(asked.lines)) &&
          body.status === (online ? 'pending' : 'confirmed') &&
          body.payment === asked.payment &&
          body.freight === asked.freight &&
          body.customerId === asked.customerId &&
          body.expiresAt === expiresAt &&
          body.version === 1;
        return same ? undefined : fault(`is not as it was asked for: ${JSON.stringify(body)}`);
      }
      case 'confirm':
        return ['confirmed', 'shipped'].includes(body.status)
          ? undefined
          : fault(`was confirmed and is ${body.status}`);
      case 'cancel':
        return body.status === 'cancelled' ? undefined : fault(`was cancelled and is ${body.status}`);
      case 'ship':
      case 'return':
        return body.status === 'shipped' ? undefined : fault(`was shipped and is ${body.status}`);
      case 'reduce': {
        const kept = body.lines.find((line) => line.skuId === asked.skuId)?.quantity ?? 0;
        return kept === asked.quantity
          ? undefined
          : fault(`keeps ${kept} of SKU ${asked.skuId} and was reduced to ${asked.quantity}`);
      }
      default:
    }
  }

  /** What a refusal says of the order: that it is not there, or is in its last status, or not yet in the next. */
  refused(act: Act, orderId: string, { code, expiresAt }: Facts, isFresh: boolean): void {
    const order = this.#orders.get(orderId);
    const fault = (text: string) => this.#notes.fault(act, `order ${orderId}`, text);
    const end =
      code === 'order_cancelled' || code === 'order_expired'
        ? 'cancelled'
        : code === 'order_shipped'
          ? 'shipped'
          : null;
    if (end !== null) {
      if (order?.status !== end) return fault(`is ${end}, its row says ${order?.status ?? 'nothing'}`);
      if (
        code === 'order_expired' &&
        (order.cancelReason !== 'expired' || Date.parse(expiresAt ?? '') !== order.expiresAt)
      ) {
        return fault(`has expired at ${expiresAt}, its row says ${order.cancelReason}`);
      }
      if (isFresh) this.#notes.seePhase(act, orderId, PHASES[end]);
    }
    if (code === 'order_id_reused' && order === undefined) fault('was placed before, and is not in the record');
    if (!isFresh) return;
    if (code === 'order_not_found') this.#notes.seeOrder(act, orderId, NOWHERE, NOWHERE);
    if (code === 'order_not_confirmed') this.#notes.seePhase(act, orderId, PHASES.pending);
  }
}

const sorted = (lines: readonly { readonly skuId: string; readonly quantity: number }[]) =>
  lines.toSorted((a, b) => (a.skuId < b.skuId ? -1 : 1)).map(({ skuId, quantity }) => [skuId, quantity]);
