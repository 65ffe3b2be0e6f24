/**
 * A way behind the service's own HTTP door: same routes, schemas, headers and answers as the service, so that what is compared is what is behind it.
 * It is started as the service is, says it is ready as the service does, and ends with SIGTERM.
 */

import { buildServer } from '../../../../src/http/server.ts';
import type { KeeperDoor } from '../../../../src/keeper/keeper.ts';
import { keepGarbageYoung } from '../../../../src/lib/young-garbage.ts';
import type { Command } from '../../../../src/shop/commands.ts';
import type { Order } from '../../../../src/shop/orders/order.ts';
import type { Answer, Outcome } from '../../../../src/shop/outcome.ts';
import type { Shortage } from '../../../../src/shop/skus/sku.ts';
import { NOBODY_WAITS } from '../../../support/nothing.ts';

/** What every SKU of the bench costs. */
export const PRICE = 1200;
export const CURRENCY = 'EUR';

/** Why nothing was placed; `gave_up` when its tries were used up. */
export type Refused = readonly Shortage[] | 'gave_up';

/** A way to sell stock. */
export interface Sells {
  /** Reserves the stock of all lines or of none, and records the order; `null` when it is placed. */
  place(order: Order): Promise<Refused | null>;
  /** Cancels an order and gives its stock back, or finds it cancelled; `null` when there is none. */
  cancel(orderId: string, at: number): Promise<Order | 'gave_up' | null>;
}

type Placement = Extract<Command, { kind: 'place' }>;

/** Serves until SIGTERM; `end` is waited for then. */
export async function serve(way: Sells, end: () => Promise<void> = async () => {}): Promise<void> {
  const keeper: KeeperDoor = {
    role: 'owner',
    get load() {
      return { commands: 0, commandsMax: 1, skus: 0, orders: 0, residentBytes: 0, waiting: 0 };
    },
    get lists(): never {
      throw new Error('this way has no lists');
    },
    waiting: NOBODY_WAITS,
    readiness: async () => ({ ready: true, role: 'owner' }) as never,
    ask: async (command) => ({ outcome: await decide(way, command), replayed: false }) satisfies Answer,
  };
  keepGarbageYoung();
  const server = await buildServer({ keeper, logger: false });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  process.once('SIGTERM', () => void end().finally(() => process.exit(0)));
  console.log(`Stock Keeper is ready on ${url}`);
}

async function decide(way: Sells, command: Command): Promise<Outcome> {
  if (command.kind === 'place') {
    const order = orderOf(command, Date.now());
    const refused = await way.place(order);
    if (refused === null) return { kind: 'order_placed', order };
    return refused === 'gave_up' ? GAVE_UP : { kind: 'insufficient_stock', shortages: refused };
  }
  // A load reads each SKU once, for those who keep SKUs in memory; no other way gains by it.
  if (command.kind === 'read_sku') return { kind: 'sku_not_found', skuId: command.skuId };
  if (command.kind !== 'cancel') throw new Error(`no way is asked for ${command.kind}`);
  const order = await way.cancel(command.orderId, Date.now());
  if (order === null) return { kind: 'order_not_found', orderId: command.orderId };
  return order === 'gave_up' ? GAVE_UP : { kind: 'order', order };
}

const GAVE_UP: Outcome = { kind: 'unknown_outcome', retryAfterSeconds: 1 };

/** What is placed when an order is, as the service would. */
function orderOf(command: Placement, at: number): Order {
  return {
    id: command.orderId,
    status: 'confirmed',
    payment: command.payment,
    customerId: command.customerId,
    lines: command.lines.map(({ skuId, quantity }) => ({
      skuId,
      quantity,
      ordered: quantity,
      unitPrice: PRICE,
      returned: 0,
    })),
    freight: command.freight,
    currency: CURRENCY,
    expiresAt: null,
    cancelReason: null,
    version: 1,
    fingerprint: command.fingerprint,
    createdAt: at,
    updatedAt: at,
  };
}
