/**
 * Which deed wrote which movement. Every movement must have been asked for, and everything acknowledged must have written its own:
 * acknowledged deeds on a SKU name the version they wrote, those on an order are found by the order's id and the movement's kind, and what
 * is left may have been written by a question that was never answered, once.
 */
import type { OrderBody } from '../../../src/api/orders/body.ts';
import type { SkuBody } from '../../../src/api/skus/body.ts';
import type { Order } from '../../../src/shop/orders/order.ts';
import type { Movement } from '../../../src/shop/skus/sku.ts';
import { type Act, told } from './act.ts';
import type { Asked } from './asked.ts';
import { type Deed, deedOf, unasked } from './deed.ts';
import type { SkuRecord } from './sku-record.ts';
import type { Violations } from './violations.ts';

type Of<K extends Asked['kind']> = Extract<Asked, { kind: K }>;
type StockAsked = Of<'create' | 'change' | 'receive' | 'adjust'>;

/** Acts that ask for the same deed, once however often; null for those that change nothing. */
function deedKey({ asked, key, body, fate }: Act, i: number): string | null {
  switch (asked.kind) {
    case 'create':
      return `create\n${asked.skuId}`;
    case 'receive':
    case 'adjust':
    case 'return':
      return key === null ? `one\n${i}` : `key\n${key}`;
    case 'change':
      return `one\n${i}`;
    case 'place':
      if (asked.orderId !== null) return `place\n${asked.orderId}`;
      if (key !== null) return `key\n${key}`;
      return fate === 'done' ? `place\n${(body as OrderBody).id}` : `one\n${i}`;
    case 'cancel':
    case 'ship':
      return `${asked.kind}\n${asked.orderId}`;
    case 'reduce':
      return `reduce\n${asked.orderId}\n${asked.skuId}\n${asked.quantity}`;
    default:
      return null;
  }
}

export interface Ledgers {
  readonly skus: ReadonlyMap<string, SkuRecord>;
  readonly orders: ReadonlyMap<string, Order>;
  /** Movements of each order, by SKU and version. */
  readonly byOrder: ReadonlyMap<string, readonly Movement[]>;
  /** SKUs that someone else writes too, who is not in the history. */
  readonly foreign: ReadonlySet<string>;
}

export class Deeds {
  readonly #ledgers: Ledgers;
  readonly #violations: Violations;
  readonly #acts: readonly Act[];
  readonly #writers = new Map<Movement, Deed>();
  /** Deeds on a SKU that were never acknowledged, by SKU, in the order asked. */
  readonly #open = new Map<string, Deed[]>();
  /** Deeds on orders by what they do: `place\n<order>`, `cancel\n<order>` and so on. */
  readonly #ofOrders = new Map<string, Deed>();
  readonly #reductions = new Map<string, Deed[]>();
  readonly #returns: Deed[] = [];
  readonly #nameless: Deed[] = [];

  constructor(acts: readonly Act[], ledgers: Ledgers, violations: Violations) {
    this.#acts = acts;
    this.#ledgers = ledgers;
    this.#violations = violations;
    const groups = new Map<string, Act[]>();
    for (const [i, act] of acts.entries()) {
      const key = deedKey(act, i);
      if (key !== null) listed(groups, key).push(act);
    }
    for (const [key, group] of groups) this.#sort(key, group);
    // Those acknowledged know what is theirs; the others take what is left.
    for (const deed of this.#returns.toSorted(
      (a, b) => Number(a.completed === Number.POSITIVE_INFINITY) - Number(b.completed === Number.POSITIVE_INFINITY),
    ))
      this.#claimReturn(deed);
    for (const record of ledgers.skus.values())
      for (const movement of record.movements) this.#explain(record, movement);
  }

  /** Who wrote a movement. */
  writerOf(movement: Movement): Deed | undefined {
    return this.#writers.get(movement);
  }

  /** All that wrote something. */
  all(): Set<Deed> {
    return new Set(this.#writers.values());
  }

  #sort(key: string, group: readonly Act[]): void {
    const deed = deedOf(group);
    if (deed === null) return;
    const done = deed.acts.find((act) => act.fate === 'done');
    // Under one key different things may have been asked for, of which one was done: whichever was not refused first.
    const kinds = done === undefined ? new Map(deed.acts.map((act) => [act.asked.kind, act])).values() : [done];
    for (const act of kinds) this.#keep(key, deed, act, done);
  }

  #keep(key: string, deed: Deed, { asked }: Act, done: Act | undefined): void {
    switch (asked.kind) {
      case 'create':
      case 'receive':
      case 'adjust':
      case 'change':
        if (done === undefined) this.#leaveOpen(deed);
        else this.#claimVersion(deed, done, asked);
        return;
      case 'place': {
        const id = asked.orderId ?? (done === undefined ? null : (done.body as OrderBody).id);
        if (id === null) this.#nameless.push(deed);
        else this.#ofOrders.set(`place\n${id}`, deed);
        return;
      }
      case 'reduce': {
        listed(this.#reductions, `${asked.orderId}\n${asked.skuId}`).push(deed);
        return;
      }
      case 'return':
        this.#returns.push(deed);
        return;
      default:
        this.#ofOrders.set(key, deed);
    }
  }

  #leaveOpen(deed: Deed): void {
    const skuIds = new Set(deed.acts.flatMap(({ asked }) => (isStock(asked) ? [asked.skuId] : [])));
    for (const skuId of skuIds) {
      const open = listed(this.#open, skuId);
      if (!open.includes(deed)) open.push(deed);
    }
  }

  /** An acknowledged deed on a SKU wrote the version that its answer names, unless it changed nothing. */
  #claimVersion(deed: Deed, done: Act, asked: StockAsked): void {
    const { version } = done.body as SkuBody;
    const movement = this.#ledgers.skus.get(asked.skuId)?.movements[version - 1];
    if (movement !== undefined && !this.#writers.has(movement) && wrote(asked, movement)) {
      this.#write(deed, movement);
      return;
    }
    if (mayChangeNothing(asked)) return;
    this.#violations.add('asked', () => {
      const found = movement === undefined ? 'is not in the ledger' : `is ${say(movement)}`;
      const taken = movement !== undefined && wrote(asked, movement) ? ', which another deed wrote' : '';
      return `SKU ${asked.skuId}: ${told(done)} was acknowledged as version ${version}, which ${found}${taken}`;
    });
  }

  /** An acknowledged return is known by how much of each line had come back after it. */
  #claimReturn(deed: Deed): void {
    const done = deed.acts.find((act) => act.fate === 'done');
    for (const { asked } of done === undefined ? deed.acts : [done]) {
      if (asked.kind === 'return' && deed.movements.length === 0) this.#claimReturnOf(deed, asked, done);
    }
  }

  #claimReturnOf(deed: Deed, asked: Of<'return'>, done: Act | undefined): void {
    const body = (done?.body ?? null) as OrderBody | null;
    const found = asked.lines.map(({ skuId, quantity }) => {
      const after = body?.lines.find((line) => line.skuId === skuId)?.returned;
      let back = 0;
      return this.#movementsOf(asked.orderId, 'returned', skuId).find((movement) => {
        back += movement.quantity;
        const fits = movement.quantity === quantity && movement.restocked === asked.restock;
        return fits && !this.#writers.has(movement) && (body === null || back === after);
      });
    });
    if (found.every((movement) => movement !== undefined)) {
      for (const movement of found) this.#write(deed, movement);
    } else if (done !== undefined) {
      this.#violations.add(
        'asked',
        () => `order ${asked.orderId}: ${told(done)} was acknowledged, and is not in the ledger`,
      );
    }
  }

  #explain(record: SkuRecord, movement: Movement): void {
    if (this.#writers.has(movement)) return;
    const deed = movement.orderId === null ? this.#openDeed(movement) : this.#orderDeed(movement, movement.orderId);
    if (deed !== null) return this.#write(deed, movement);
    this.#write(unasked(), movement);
    if (this.#ledgers.foreign.has(record.id)) return;
    this.#violations.add(
      'asked',
      () => `SKU ${record.id}: movement ${movement.version} (${say(movement)}) ${this.#why(movement)}`,
    );
  }

  /** What was asked for and never answered wrote one movement, or none. */
  #openDeed(movement: Movement): Deed | null {
    const open = this.#open.get(movement.skuId) ?? [];
    const isOf = ({ asked }: Act) => isStock(asked) && asked.skuId === movement.skuId && wrote(asked, movement);
    const i = open.findIndex((deed) => deed.movements.length === 0 && deed.acts.some(isOf));
    return i === -1 ? null : (open.splice(i, 1)[0] ?? null);
  }

  #orderDeed(movement: Movement, orderId: string): Deed | null {
    const order = this.#ledgers.orders.get(orderId);
    switch (movement.kind) {
      case 'reserved':
        return this.#placement(movement, orderId, order);
      case 'shipped':
        return this.#ofOrders.get(`ship\n${orderId}`) ?? null;
      case 'released': {
        if (movement.reason === 'line reduced') {
          const reduction = this.#reduction(movement, orderId);
          if (reduction !== null) return reduction;
        }
        if (order?.cancelReason === 'expired') return this.#expiry(movement, order);
        const cancel = this.#ofOrders.get(`cancel\n${orderId}`);
        const says = cancel?.acts.some(({ asked }) => asked.kind === 'cancel' && asked.reason === movement.reason);
        return says === true ? (cancel ?? null) : null;
      }
      default:
        return null;
    }
  }

  #placement(movement: Movement, orderId: string, order: Order | undefined): Deed | null {
    const key = `place\n${orderId}`;
    let deed = this.#ofOrders.get(key);
    if (deed === undefined && order !== undefined) {
      // Nobody chose the id: the service did, for somebody who was never told.
      const i = this.#nameless.findIndex(({ acts }) =>
        acts.some(({ asked }) => asked.kind === 'place' && isFor(asked, order)),
      );
      deed = i === -1 ? undefined : this.#nameless.splice(i, 1)[0];
      if (deed !== undefined) this.#ofOrders.set(key, deed);
    }
    const fits = deed?.acts.some(
      ({ asked }) =>
        asked.kind === 'place' &&
        asked.lines.some(({ skuId, quantity }) => skuId === movement.skuId && quantity === movement.quantity),
    );
    return fits === true ? (deed ?? null) : null;
  }

  /** The reduction to what the line stands at behind this release. */
  #reduction(movement: Movement, orderId: string): Deed | null {
    const { skuId, version } = movement;
    let standing = 0;
    for (const { kind, quantity, version: at } of this.#movementsOf(orderId, null, skuId)) {
      if (at > version) break;
      standing += kind === 'reserved' ? quantity : -quantity;
    }
    const deeds = this.#reductions.get(`${orderId}\n${skuId}`) ?? [];
    return (
      deeds.find(({ acts }) => acts.some(({ asked }) => asked.kind === 'reduce' && asked.quantity === standing)) ?? null
    );
  }

  /** The clock asked for it, if its time had come. */
  #expiry(movement: Movement, order: Order): Deed | null {
    if (movement.reason !== 'expired' || order.expiresAt === null || movement.at < order.expiresAt) return null;
    const key = `expire\n${order.id}`;
    const deed = this.#ofOrders.get(key) ?? unasked();
    this.#ofOrders.set(key, deed);
    return deed;
  }

  #movementsOf(orderId: string, kind: Movement['kind'] | null, skuId: string): readonly Movement[] {
    const all = this.#ledgers.byOrder.get(orderId) ?? [];
    return all.filter((movement) => movement.skuId === skuId && (kind === null || movement.kind === kind));
  }

  #write(deed: Deed, movement: Movement): void {
    this.#writers.set(movement, deed);
    deed.movements.push(movement);
  }

  /** Why nobody has asked for a movement: perhaps somebody has, and was told that it did not happen. */
  #why(movement: Movement): string {
    const denied = this.#acts.find(
      ({ fate, asked }) =>
        (fate === 'refused' || fate === 'undecided') &&
        (isStock(asked)
          ? asked.skuId === movement.skuId && wrote(asked, movement)
          : 'orderId' in asked &&
            asked.orderId !== null &&
            asked.orderId === movement.orderId &&
            CAUSES[asked.kind] === movement.kind),
    );
    return denied === undefined ? 'was asked for by nobody' : `was denied to ${told(denied)}`;
  }
}

/** What is kept under a name; a new list when nothing is. */
function listed<T>(lists: Map<string, T[]>, name: string): T[] {
  const found = lists.get(name);
  if (found !== undefined) return found;
  const list: T[] = [];
  lists.set(name, list);
  return list;
}

const CAUSES: Readonly<Partial<Record<Asked['kind'], Movement['kind']>>> = {
  place: 'reserved',
  cancel: 'released',
  reduce: 'released',
  ship: 'shipped',
  return: 'returned',
};

const isStock = (asked: Asked): asked is StockAsked =>
  asked.kind === 'create' || asked.kind === 'change' || asked.kind === 'receive' || asked.kind === 'adjust';

/** Whether a question on a SKU can have written a movement of it. */
function wrote(asked: StockAsked, { kind, quantity, onHand, version, orderId, reason, reference }: Movement): boolean {
  if (orderId !== null) return false;
  switch (asked.kind) {
    case 'create':
      return (
        kind === 'received' && version === 1 && quantity === asked.sku.onHand && reason === null && reference === null
      );
    case 'receive':
      return (
        kind === 'received' && quantity === asked.quantity && reason === asked.reason && reference === asked.reference
      );
    case 'adjust':
      return (
        kind === 'adjusted' &&
        reason === asked.reason &&
        (asked.delta === null ? onHand === asked.onHand : quantity === asked.delta)
      );
    default:
      return kind === 'changed' && (reason ?? '').split(', ').every((field) => field in asked.changes);
  }
}

/** A new SKU without stock has no movement; what is so already is not moved. */
function mayChangeNothing(asked: StockAsked): boolean {
  if (asked.kind === 'create') return asked.sku.onHand === 0;
  return asked.kind === 'change' || (asked.kind === 'adjust' && (asked.delta === null || asked.delta === 0));
}

/** Whether a placement without an id may have become this order. */
function isFor(asked: Of<'place'>, order: Order): boolean {
  return (
    asked.payment === order.payment &&
    asked.freight === order.freight &&
    asked.customerId === order.customerId &&
    asked.lines.length === order.lines.length &&
    asked.lines.every((line, i) => line.skuId === order.lines[i]?.skuId && line.quantity === order.lines[i]?.ordered)
  );
}

function say({ kind, quantity, orderId, reason }: Movement): string {
  return `${kind} ${quantity}${orderId === null ? '' : ` for order ${orderId}`}${reason === null ? '' : `, "${reason}"`}`;
}
