/**
 * Every answer that names a version, against the record of that version; and what each answer saw or made, and when, for the checkers of order.
 * An answer given again is held against the first one alone: it shows what was then.
 */
import type { OrderBody } from '../../src/http/order-body.ts';
import type { MovementBody, SkuBody } from '../../src/http/sku-body.ts';
import type { Order } from '../../src/orders/order.ts';
import { available, type Movement } from '../../src/stock/sku.ts';
import { type Act, type Facts, type MovementPage, type OrderPage, type SkuPage, told } from './act.ts';
import type { Moment } from './one-order.ts';
import { PHASES } from './orders.ts';
import type { RealTime } from './real-time.ts';
import { SETTINGS, type SkuRecord, say } from './sku-record.ts';
import type { Violations } from './violations.ts';

export interface OrderSight {
  readonly body: OrderBody;
  readonly text: string;
  readonly told: () => string;
}

export class Answers {
  /** Answers that showed an order, by its id. */
  readonly orderSights = new Map<string, OrderSight[]>();
  /** Answers that showed several SKUs as of one moment. */
  readonly moments: Moment[] = [];
  readonly #skus: ReadonlyMap<string, SkuRecord>;
  readonly #orders: ReadonlyMap<string, Order>;
  readonly #realTime: RealTime;
  readonly #violations: Violations;

  constructor(
    skus: ReadonlyMap<string, SkuRecord>,
    orders: ReadonlyMap<string, Order>,
    realTime: RealTime,
    violations: Violations,
  ) {
    this.#skus = skus;
    this.#orders = orders;
    this.#realTime = realTime;
    this.#violations = violations;
  }

  /** Checks one answer, and takes down what it saw. */
  take(act: Act): void {
    if (act.body === null) return act.operation.reply?.status === 304 ? this.#unchanged(act) : undefined;
    if (act.fate === 'done') this.#done(act);
    else if (act.fate === 'refused') this.#refused(act, act.body as Facts);
  }

  #done(act: Act): void {
    const { asked, body } = act;
    switch (asked.kind) {
      case 'create':
      case 'change':
      case 'receive':
      case 'adjust':
      case 'read_sku':
        this.#sku(act, body as SkuBody);
        this.#asAsked(act, body as SkuBody);
        if (act.operation.reply?.replayed === false) this.#seeSku(act, asked.skuId, (body as SkuBody).version);
        return;
      case 'list_skus':
        return this.#skuPage(act, (body as SkuPage).items);
      case 'read_product':
        return this.#product(
          act,
          asked.whole,
          body as { sales: number; skus: readonly SkuBody[]; next: string | null },
        );
      case 'read_movements':
        return this.#movements(act, asked.skuId, asked.after, body as MovementPage);
      case 'list_orders':
        for (const order of (body as OrderPage).items) this.#order(act, order, JSON.stringify(order));
        return;
      case 'other':
        return;
      default:
        this.#order(act, body as OrderBody, act.operation.reply?.text ?? '');
        this.#orderAsAsked(act, body as OrderBody);
    }
  }

  /** A SKU as answered, against the ledger at its version. */
  #sku(act: Act, body: SkuBody): void {
    const fault = (text: string) => this.#fault(act, `SKU ${body.id}`, text);
    const record = this.#skus.get(body.id);
    if (record === undefined || record.row === null) return fault('is not in the record');
    const { version } = body;
    const counters = record.at(version);
    if (counters === null) return fault(`shows version ${version}, the last one is ${record.version}`);
    if (say(counters) !== say(body))
      fault(`shows version ${version} as ${say(body)}, the ledger has ${say(counters)} (onHand/reserved/sales)`);
    const free = available(body);
    if (body.available !== free)
      fault(`shows ${body.available} available at version ${version}, by its counters it is ${free}`);
    record.learn(version, body);
    const settings = record.settingsAt(version);
    for (const field of SETTINGS) {
      const should = settings?.[field];
      if (should !== undefined && should !== body[field]) {
        fault(`shows ${field} ${JSON.stringify(body[field])} at version ${version}, it was ${JSON.stringify(should)}`);
      }
    }
    const { createdAt, currency } = record.row;
    const updatedAt = version === 0 ? createdAt : (record.movements[version - 1]?.at ?? createdAt);
    if (body.currency !== currency) fault(`shows currency ${body.currency}, it is ${currency}`);
    if (Date.parse(body.createdAt) !== createdAt || Date.parse(body.updatedAt) !== updatedAt) {
      fault(`shows version ${version} of ${body.updatedAt}, the ledger has ${new Date(updatedAt).toISOString()}`);
    }
    const { etag } = act.operation.reply ?? { etag: null };
    if (etag !== null && etag !== `"${version}"`) fault(`has the ETag ${etag} at version ${version}`);
  }

  /** Whether the answer to a write shows what it asked for. */
  #asAsked(act: Act, body: SkuBody): void {
    const { asked } = act;
    const fault = (text: string) => this.#fault(act, `SKU ${body.id}`, text);
    if ('skuId' in asked && asked.skuId !== body.id) fault(`was asked about SKU ${asked.skuId}`);
    const wanted = asked.kind === 'create' ? asked.sku : asked.kind === 'change' ? asked.changes : {};
    for (const [field, value] of Object.entries(wanted)) {
      const shown = body[field as keyof SkuBody];
      if (shown !== value) fault(`shows ${field} ${JSON.stringify(shown)} and was asked for ${JSON.stringify(value)}`);
    }
    if (asked.kind === 'adjust' && asked.onHand !== null && asked.onHand !== body.onHand) {
      fault(`has ${body.onHand} on hand and was asked for ${asked.onHand}`);
    }
  }

  #skuPage(act: Act, items: readonly SkuBody[]): void {
    for (const body of items) {
      this.#sku(act, body);
      this.#seeSku(act, body.id, body.version);
    }
    this.#moment(
      act,
      items.map(({ id, version }) => ({ skuId: id, version })),
    );
  }

  #product(act: Act, whole: boolean, body: { sales: number; skus: readonly SkuBody[]; next: string | null }): void {
    this.#skuPage(act, body.skus);
    const sum = body.skus.reduce((sales, sku) => sales + sku.sales, 0);
    if (whole && body.next === null && sum !== body.sales) {
      this.#fault(act, 'a product', `has sales ${body.sales}, those of its SKUs sum up to ${sum}`);
    }
  }

  #movements(act: Act, skuId: string, after: number, { items, next }: MovementPage): void {
    const record = this.#skus.get(skuId);
    for (const [i, shown] of items.entries()) {
      const movement = record?.movements[after + i];
      if (movement === undefined || !isShown(movement, shown)) {
        this.#fault(
          act,
          `SKU ${skuId}`,
          `shows movement ${JSON.stringify(shown)} where the ledger has ${JSON.stringify(movement)}`,
        );
        return;
      }
    }
    const last = items.at(-1);
    if (last !== undefined && next === null) this.#seeSku(act, skuId, last.version);
  }

  /** 304: the SKU is at the version of the tag. */
  #unchanged(act: Act): void {
    const { asked, operation } = act;
    const version = Number((operation.reply?.etag ?? '').slice(1, -1));
    if (asked.kind === 'read_sku') this.#seeSku(act, asked.skuId, version);
  }

  #order(act: Act, body: OrderBody, text: string): void {
    if (!this.#orders.has(body.id)) return this.#fault(act, `order ${body.id}`, 'is not in the record');
    const sight = { body, text, told: () => told(act) };
    const sights = this.#sightsOf(body.id);
    sights.push(sight);
    if (act.operation.reply?.replayed === true) return;
    this.#seeOrder(act, body.id, body.version, PHASES[body.status]);
  }

  #sightsOf(orderId: string): OrderSight[] {
    const found = this.orderSights.get(orderId) ?? [];
    this.orderSights.set(orderId, found);
    return found;
  }

  /** Whether the answer to a message shows what was asked for. */
  #orderAsAsked(act: Act, body: OrderBody): void {
    const { asked } = act;
    const fault = (text: string) => this.#fault(act, `order ${body.id}`, text);
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

  #refused(act: Act, facts: Facts): void {
    // Remembered under its key: of the moment when it was refused first.
    const isFresh = act.operation.reply?.replayed === false;
    const { asked } = act;
    if ('orderId' in asked && asked.orderId !== null) this.#orderRefused(act, asked.orderId, facts, isFresh);
    switch (facts.code) {
      case 'sku_not_found':
        if (isFresh && facts.skuId !== undefined) this.#seeSku(act, facts.skuId, NOWHERE);
        return;
      case 'unknown_sku':
        for (const skuId of isFresh ? (facts.skuIds ?? []) : []) this.#seeSku(act, skuId, NOWHERE);
        return;
      case 'sku_exists':
        if (!this.#skus.has(facts.skuId ?? ''))
          this.#fault(act, `SKU ${facts.skuId}`, 'exists, and is not in the record');
        return;
      case 'insufficient_stock':
      case 'not_on_hand':
        for (const shortage of facts.shortages ?? []) this.#shortage(act, shortage);
        return this.#moment(act, facts.shortages ?? []);
      case 'stale_version':
      case 'below_reserved':
        return this.#stale(act, facts, isFresh);
      default:
    }
  }

  /** It must have been too little, by the state of the version that it names. */
  #shortage(act: Act, { skuId, version, ...shortage }: NonNullable<Facts['shortages']>[number]): void {
    const { requested } = shortage;
    const record = this.#skus.get(skuId);
    const counters = record?.at(version) ?? null;
    const fault = (text: string) => this.#fault(act, `SKU ${skuId}`, text);
    if (record === undefined || counters === null)
      return fault(`was short at version ${version}, which is not in the ledger`);
    const settings = record.settingsAt(version);
    const had =
      shortage.onHand === undefined && settings !== null ? available({ ...settings, ...counters }) : counters.onHand;
    const said = shortage.onHand ?? shortage.available ?? Number.NaN;
    const isKnown = shortage.onHand !== undefined || settings !== null;
    if (requested <= said) fault(`was short of ${requested} with ${said} at version ${version}`);
    if (isKnown && had !== said) fault(`was short with ${said} at version ${version}, the ledger has ${had}`);
    const { asked } = act;
    const wanted = asked.kind === 'place' ? asked.lines.find((line) => line.skuId === skuId)?.quantity : requested;
    if (wanted !== requested) fault(`was short of ${requested}, and was asked for ${wanted}`);
    this.#seeSku(act, skuId, version);
  }

  #stale(act: Act, facts: Facts, isFresh: boolean): void {
    const { skuId = '', version = 0, expected, onHand, reserved, requested = 0, lowest = 0 } = facts;
    const counters = this.#skus.get(skuId)?.at(version) ?? null;
    const fault = (text: string) => this.#fault(act, `SKU ${skuId}`, text);
    if (counters === null) return fault(`was refused at version ${version}, which is not in the ledger`);
    if (expected === version) fault(`was stale at version ${version}, which was expected`);
    if (facts.code === 'below_reserved') {
      const isTrue = onHand === counters.onHand && reserved === counters.reserved && requested < lowest;
      if (!isTrue)
        fault(
          `would be ${requested} on hand, ${lowest} the lowest, with ${onHand} and ${reserved} reserved at version ${version}; the ledger has ${say(counters)}`,
        );
    }
    if (isFresh) this.#seeSku(act, skuId, version);
  }

  /** What a refusal says of the order: that it is not there, or is in its last status, or not yet in the next. */
  #orderRefused(act: Act, orderId: string, { code, expiresAt }: Facts, isFresh: boolean): void {
    const order = this.#orders.get(orderId);
    const fault = (text: string) => this.#fault(act, `order ${orderId}`, text);
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
      if (isFresh) this.#seePhase(act, orderId, PHASES[end]);
    }
    if (code === 'order_id_reused' && order === undefined) fault('was placed before, and is not in the record');
    if (!isFresh) return;
    if (code === 'order_not_found') this.#seeOrder(act, orderId, NOWHERE, NOWHERE);
    if (code === 'order_not_confirmed') this.#seePhase(act, orderId, PHASES.pending);
  }

  #seeSku(act: Act, skuId: string, version: number): void {
    this.#realTime.see(`SKU ${skuId}`, this.#sight(act, version));
  }

  #seeOrder(act: Act, orderId: string, version: number, phase: number): void {
    this.#realTime.see(`order ${orderId}`, this.#sight(act, version));
    this.#seePhase(act, orderId, phase);
  }

  #seePhase(act: Act, orderId: string, phase: number): void {
    this.#realTime.see(`status of order ${orderId}`, this.#sight(act, phase));
  }

  #sight(act: Act, version: number) {
    const { invoked, completed } = act.operation;
    return { version, invoked, completed: completed ?? Number.POSITIVE_INFINITY, made: false, told: () => told(act) };
  }

  #moment(act: Act, versions: Moment['versions']): void {
    if (versions.length > 1) this.moments.push({ versions, made: false, told: () => told(act) });
  }

  #fault(act: Act, thing: string, text: string): void {
    this.#violations.add('answer', () => `${thing}: ${told(act)} ${text}`);
  }
}

/** The version of what does not exist. */
const NOWHERE = -1;

const sorted = (lines: readonly { readonly skuId: string; readonly quantity: number }[]) =>
  lines.toSorted((a, b) => (a.skuId < b.skuId ? -1 : 1)).map(({ skuId, quantity }) => [skuId, quantity]);

function isShown(movement: Movement, shown: MovementBody): boolean {
  const { at, orderId = null, reason = null, reference = null } = shown;
  return (
    movement.skuId === shown.skuId &&
    movement.version === shown.version &&
    movement.kind === shown.kind &&
    movement.quantity === shown.quantity &&
    say(movement) === say(shown) &&
    movement.at === Date.parse(at) &&
    movement.orderId === orderId &&
    movement.reason === reason &&
    movement.reference === reference
  );
}
