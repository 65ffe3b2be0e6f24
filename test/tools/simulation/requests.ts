/** What clients want, made up so that they meet: few SKUs with few units, few orders, and now and then the moment at which an order expires. */

import type { Command } from '../../../src/shop/commands.ts';
import type { Idempotency } from '../../../src/shop/idempotency.ts';
import type { OrderCommand } from '../../../src/shop/orders/commands.ts';
import type { OrderStatus } from '../../../src/shop/orders/order.ts';
import type { PlaceRequest } from '../../../src/shop/orders/place.ts';
import type { SkuCommand } from '../../../src/shop/skus/commands.ts';
import { CartRequests } from './cart-requests.ts';
import { isPlacement, type Request } from './history.ts';
import { POISON, type World } from './world.ts';

type Place = Extract<Command, { kind: 'place' }>;
/** Of those who read a SKU, each third reads what is available of it and of another. */
type Kind = Exclude<SkuCommand | OrderCommand, { kind: 'expire' | 'read_availability' }>['kind'];

const SHOP_WEIGHTS: Readonly<Record<Kind, number>> = {
  create_sku: 1,
  read_sku: 5,
  change_sku: 2,
  receive: 5,
  adjust: 3,
  place: 16,
  read_order: 3,
  confirm: 6,
  cancel: 8,
  ship: 5,
  reduce: 4,
  return: 4,
};

/** Where lines are long what matters is who comes to them, and what ends them. */
const CROWD_WEIGHTS: typeof SHOP_WEIGHTS = { ...SHOP_WEIGHTS, place: 40, receive: 12, cancel: 10, reduce: 6 };

const FITTING: Partial<Record<Kind, OrderStatus>> = {
  confirm: 'pending',
  cancel: 'pending',
  reduce: 'confirmed',
  ship: 'confirmed',
  return: 'shipped',
};

export class Requests {
  readonly #world: World;
  readonly #placed = new Map<string, Place>();
  readonly #carts: CartRequests;
  #n = 0;

  constructor(world: World) {
    this.#world = world;
    this.#carts = new CartRequests(world);
  }

  /** The request that opens a SKU; few units, so that they run out. */
  opening(skuId: string): Request {
    return this.#request(this.#create(skuId), null);
  }

  /** Somebody wants just this, without a key. */
  of(command: Command): Request {
    return this.#request(command, null);
  }

  /** A receipt that is told from all others. */
  receipt(skuId: string): Request {
    return this.of({ kind: 'receive', skuId, quantity: 1, reason: null, reference: `r${this.#n}` });
  }

  next(): Request {
    const { random, profile } = this.#world;
    const command = this.#conditional(
      random.chance(profile.cartShare)
        ? this.#carts.next(this.#n)
        : this.#command(random.weighted(profile.isCrowded ? CROWD_WEIGHTS : SHOP_WEIGHTS)),
    );
    const isRead = command.kind === 'read_sku' || command.kind === 'read_order' || command.kind === 'read_cart';
    const wantsKey = command.kind === 'return' || (!isRead && random.chance(0.25));
    // The model that linearizes knows no keys.
    if (!wantsKey || profile.isFrozen) return this.#request(command, null);
    const fingerprint = 'idIsNew' in command ? command.fingerprint : JSON.stringify(command);
    // Now and then two clients come upon the same key.
    const key = random.chance(0.1) ? `shared-${random.integer(1, profile.keys)}` : `key-${this.#n}`;
    return this.#request(command, { key: (random.chance(0.15) ? this.#keyInFlight() : null) ?? key, fingerprint });
  }

  /** Of a request that has no answer yet: what comes under its key meets it. */
  #keyInFlight(): string | null {
    const open = this.#world.history.findLast(
      ({ answered, request }) => answered === null && request.idempotency !== null,
    );
    return open?.request.idempotency?.key ?? null;
  }

  #request(command: Command, idempotency: Idempotency | null): Request {
    const once: readonly Command['kind'][] = ['receive', 'adjust', 'change_sku', 'return'];
    const isNamedAnew = isPlacement(command) && command.idIsNew === true;
    const isRepeatable = idempotency !== null || !(once.includes(command.kind) || isNamedAnew);
    return { n: this.#n++, command, idempotency, isRepeatable };
  }

  #command(kind: Kind): Command {
    const { random } = this.#world;
    const skuId = random.chance(0.02) ? 'nowhere' : random.pick(this.#world.skuIds() as [string, ...string[]]);
    const orderId = this.#orderId(kind);
    const quantity = random.integer(1, 4);
    const reference = `r${this.#n}`;
    switch (kind) {
      case 'create_sku':
        return this.#create(skuId);
      case 'read_sku':
        return this.#n % 3 === 0 ? this.#availability(skuId) : { kind, skuId };
      case 'change_sku':
        return { kind, skuId, changes: this.#changes(reference) };
      case 'receive': {
        const isPoison = this.#world.profile.faults.has('poison') && random.chance(0.15);
        return { kind, skuId, quantity, reason: null, reference: isPoison ? POISON : reference };
      }
      case 'adjust': {
        const by = random.chance(0.5) ? { delta: random.pick([-3, -2, -1, 1, 2]) } : { onHand: random.integer(0, 8) };
        return { kind, skuId, by, reason: reference };
      }
      case 'place':
        return this.#place(orderId);
      case 'read_order':
      case 'confirm':
      case 'ship':
        return { kind, orderId };
      case 'cancel':
        return { kind, orderId, reason: random.pick([null, 'changed my mind']) };
      case 'reduce':
        return { kind, orderId, skuId: this.#lineOf(orderId, skuId), quantity: random.integer(0, 3) };
      case 'return': {
        const lines = [{ skuId: this.#lineOf(orderId, skuId), quantity: random.integer(1, 2) }];
        return { kind, orderId, lines, restock: random.chance(0.5) };
      }
    }
  }

  #availability(skuId: string): Command {
    const skuIds = [...new Set([skuId, ...this.#world.skuIds()])].slice(0, 2);
    return { kind: 'read_availability', skuIds };
  }

  /** Mostly an order that what is asked for fits. */
  #orderId(kind: Kind): string {
    const { random, database, profile } = this.#world;
    const status = FITTING[kind];
    const fitting =
      status === undefined ? [] : [...database.store.orderRows.values()].filter((row) => row.status === status);
    const any = `o${random.integer(1, profile.orders)}`;
    if (random.chance(0.3)) return any;
    return fitting.length === 0 ? any : (fitting[random.integer(0, fitting.length - 1)]?.id ?? any);
  }

  #create(id: string): Command {
    const { random, profile } = this.#world;
    return {
      kind: 'create_sku',
      sku: {
        id,
        productId: null,
        name: `first name ${this.#n}`,
        price: random.integer(1, 9),
        currency: 'EUR',
        onHand: random.pick(profile.isCrowded ? [0, 0, 2] : [0, 1, 2, 4, 8, 20]),
        safetyStock: random.pick([0, 0, 0, 1]),
        backorderLimit: random.pick(profile.isCrowded ? [0] : [0, 0, 3]),
        maxPerOrder: random.pick([null, null, null, null, 3]),
        maxPerCustomer: random.pick(profile.isLimited ? [3, 5] : [null, null, null, null, null, 3, 5]),
      },
    };
  }

  #changes(name: string): Extract<Command, { kind: 'change_sku' }>['changes'] {
    const { random } = this.#world;
    if (random.chance(0.4)) return { name };
    if (random.chance(0.6)) return { name, maxPerCustomer: random.pick([null, 3, 5]) };
    return { name, backorderLimit: random.integer(0, 4), price: random.integer(1, 9) };
  }

  /** Mostly what was asked for under this id before: the same request again. */
  #place(orderId: string): Place {
    const { random } = this.#world;
    const earlier = this.#placed.get(orderId);
    if (earlier !== undefined && random.chance(0.9)) return earlier;
    const lines = Array.from({ length: random.integer(1, 3) }, () => ({
      skuId: random.chance(0.02) ? 'nowhere' : random.pick(this.#world.skuIds() as [string, ...string[]]),
      quantity: random.integer(1, 3),
    }));
    const asked: Omit<PlaceRequest, 'orderId' | 'fingerprint'> = {
      lines,
      payment: random.pick(['online', 'online', 'cash_on_delivery']),
      customerId: this.#world.customerId(),
      freight: 0,
      expiresInSeconds: random.pick([1, 1, 2, 3, 900]),
    };
    const fingerprint = JSON.stringify(asked);
    const waitSeconds = this.#world.waitSeconds();
    if (random.chance(0.1)) {
      return { kind: 'place', ...asked, orderId: `new-${this.#n}`, fingerprint, idIsNew: true, waitSeconds };
    }
    const place: Place = { kind: 'place', ...asked, orderId, fingerprint, waitSeconds };
    if (earlier === undefined) this.#placed.set(orderId, place);
    return place;
  }

  #lineOf(orderId: string, otherwise: string): string {
    return this.#world.database.store.orderRows.get(orderId)?.lines[0]?.skuId ?? otherwise;
  }

  /** Now and then at a version alone: mostly at the one that stands. */
  #conditional(command: Command): Command {
    const { random, database } = this.#world;
    if (command.kind === 'place' || command.kind === 'create_sku' || command.kind === 'read_availability')
      return command;
    if (!random.chance(0.12)) return command;
    const { skuRows, orderRows, cartRows } = database.store;
    const row =
      'cartId' in command
        ? cartRows.get(command.cartId)
        : 'orderId' in command
          ? orderRows.get(command.orderId)
          : skuRows.get('skuId' in command ? command.skuId : '');
    return { ...command, ifVersion: Math.max(0, (row?.version ?? 0) - (random.chance(0.3) ? 1 : 0)) };
  }
}
