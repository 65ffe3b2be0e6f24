/** A keeper that answers what a test tells it to, and remembers what it was asked. */

import type { FastifyInstance } from 'fastify';
import type { LoggerOption } from '../../src/http/log.ts';
import { buildServer } from '../../src/http/server.ts';
import type { KeeperDoor } from '../../src/keeper/keeper.ts';
import type { Command } from '../../src/shop/commands.ts';
import type { Idempotency } from '../../src/shop/idempotency.ts';
import type { Order } from '../../src/shop/orders/order.ts';
import type { Answer, Outcome } from '../../src/shop/outcome.ts';
import type { Sku } from '../../src/shop/skus/sku.ts';
import { NOBODY_WAITS } from '../support/nothing.ts';

const AT = Date.UTC(2026, 10, 20, 9, 0, 0, 7);

export const SKU: Sku = {
  id: 'A',
  productId: null,
  name: 'Mug',
  price: 1290,
  currency: 'EUR',
  onHand: 10,
  reserved: 4,
  sales: 5,
  safetyStock: 1,
  backorderLimit: 2,
  maxPerOrder: null,
  maxPerCustomer: null,
  version: 7,
  createdAt: AT,
  updatedAt: AT,
};

export const ORDER: Order = {
  id: 'O-1',
  status: 'pending',
  payment: 'online',
  customerId: null,
  lines: [
    { skuId: 'A', quantity: 2, ordered: 3, unitPrice: 1290, returned: 0 },
    { skuId: 'B', quantity: 0, ordered: 1, unitPrice: 500, returned: 0 },
  ],
  freight: 490,
  currency: 'EUR',
  expiresAt: AT + 900_000,
  cancelReason: null,
  version: 2,
  fingerprint: 'secret',
  createdAt: AT,
  updatedAt: AT,
};

const PRODUCT: Outcome = {
  kind: 'product',
  product: { id: 'P', name: 'Mugs', description: null, version: 2, createdAt: AT, updatedAt: AT },
};
const PRODUCT_SOLD = { id: 'P', name: 'Mugs', description: null, version: 2, sales: 5, skuCount: 1 };

const AVAILABILITY: Outcome = {
  kind: 'availability',
  items: [{ skuId: 'A', available: 7, version: 7 }],
  unknown: ['B'],
  at: AT,
};
const SKU_ANSWER: Outcome = { kind: 'sku', sku: SKU };
const ORDER_ANSWER: Outcome = { kind: 'order', order: ORDER };
const CART_ANSWER: Outcome = { kind: 'cart', cart: { id: 'C', lines: [], version: 1, createdAt: AT, updatedAt: AT } };

export class StandInKeeper implements KeeperDoor {
  readonly asked: { readonly command: Command; readonly idempotency: Idempotency | null }[] = [];
  /** What the next commands are answered; by default with the SKU or the order. */
  outcome: Outcome | null = null;
  replayed = false;
  role: KeeperDoor['role'] = 'owner';
  fails: Error | null = null;
  ready: Awaited<ReturnType<KeeperDoor['readiness']>> = { ready: true };
  readonly load = { commands: 3, commandsMax: 4000, skus: 2, orders: 1, residentBytes: 9000, waiting: 0 };
  readonly waiting = NOBODY_WAITS;
  lists: KeeperDoor['lists'] = {
    skusById: async (ids) => ids.filter((id) => id === 'A').map(() => SKU),
    skus: async () => ({ items: [SKU], next: 'A' }),
    movements: async () => null,
    product: async () => null,
    products: async () => ({ items: [PRODUCT_SOLD], next: 'P' }),
    bestSellers: async () => ({ items: [PRODUCT_SOLD], next: { sales: 5, id: 'P' } }),
    orders: async () => ({ items: [ORDER], next: null }),
  };

  async ask(command: Command, idempotency: Idempotency | null = null): Promise<Answer> {
    this.asked.push({ command, idempotency });
    if (this.fails !== null) throw this.fails;
    if (command.kind === 'read_availability') return { outcome: this.outcome ?? AVAILABILITY, replayed: this.replayed };
    if (command.kind === 'put_product') return { outcome: this.outcome ?? PRODUCT, replayed: this.replayed };
    const isSku = ['create_sku', 'read_sku', 'change_sku', 'receive', 'adjust'].includes(command.kind);
    const isCart = 'cartId' in command && command.kind !== 'checkout';
    return {
      outcome: this.outcome ?? (isSku ? SKU_ANSWER : isCart ? CART_ANSWER : ORDER_ANSWER),
      replayed: this.replayed,
    };
  }

  async readiness(): ReturnType<KeeperDoor['readiness']> {
    return this.ready;
  }

  /** The last command asked. */
  get last(): StandInKeeper['asked'][number] {
    const last = this.asked.at(-1);
    if (last === undefined) throw new Error('nothing was asked');
    return last;
  }
}

/** A server before a stand-in keeper. */
export async function standIn(
  logger: LoggerOption = false,
): Promise<{ readonly app: FastifyInstance; readonly keeper: StandInKeeper }> {
  const keeper = new StandInKeeper();
  return { app: await buildServer({ keeper, logger, newOrderId: () => 'made' }), keeper };
}
