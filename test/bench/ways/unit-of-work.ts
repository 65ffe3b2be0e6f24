/**
 * One MikroORM `em.transactional` for each request, with the version field: the ORM reads the entities, the shop changes them, the ORM writes what
 * changed and finds out who lost a race, who then tries again. Each SKU is flushed by itself, in the order of their ids: flushed together, versioned
 * rows are checked before they are written and not with it (MikroORM 7.2), and a write in between is lost.
 */
import { LockMode, OptimisticLockError } from '@mikro-orm/core';
import { MovementEntity, OrderEntity, OrderLineEntity, SkuEntity } from '../../../src/db/entities.ts';
import { openDatabase } from '../../../src/db/open.ts';
import type { Order } from '../../../src/orders/order.ts';
import { retried } from './backoff.ts';
import { CURRENCY, type Refused, serve } from './serve.ts';
import { asCancelled } from './sql.ts';

const database = await openDatabase({ url: process.env['DATABASE_URL'] ?? '' });
type Em = ReturnType<typeof database.em>;

/** Work in a transaction; `null` when it lost a race. Rolled back when it throws. */
async function attempt<T>(work: (em: Em) => Promise<T>): Promise<T | null> {
  try {
    return await database.em().transactional((em) => work(em as Em));
  } catch (error) {
    if (error instanceof OptimisticLockError || isConflict(error)) return null;
    throw error;
  }
}

/** Two that insert the same line of the ledger, or wait for each other. */
const isConflict = (error: unknown): boolean =>
  ['23505', '40P01', '40001'].includes((error as { code?: string }).code ?? '');

/** Refuses from within a transaction, which is rolled back. */
class Short extends Error {
  readonly shortages: Exclude<Refused, string>;

  constructor(shortages: Exclude<Refused, string>) {
    super('not enough');
    this.shortages = shortages;
  }
}

async function move(em: Em, order: Order, kind: 'reserved' | 'released', at: Date): Promise<void> {
  const sign = kind === 'reserved' ? 1 : -1;
  for (const { skuId, quantity } of order.lines.toSorted((a, b) => (a.skuId < b.skuId ? -1 : 1))) {
    const sku = await em.findOneOrFail(SkuEntity, skuId);
    const available = sku.onHand + sku.backorderLimit - sku.safetyStock - sku.reserved;
    if (kind === 'reserved' && quantity > available) {
      throw new Short([{ skuId, requested: quantity, available, version: sku.version }]);
    }
    const version = sku.version + 1;
    sku.reserved += sign * quantity;
    sku.sales += sign * quantity;
    sku.updatedAt = at;
    const { onHand, reserved, sales } = sku;
    const counters = { onHand, reserved, sales };
    em.create(MovementEntity, { skuId, version, kind, quantity, ...counters, orderId: order.id, at });
    await em.flush();
  }
}

async function place(order: Order): Promise<Refused | null> {
  const at = new Date(order.createdAt);
  const result = await retried<Refused | 'placed'>(() =>
    attempt(async (em) => {
      em.create(OrderEntity, {
        id: order.id,
        status: 'confirmed',
        payment: 'cash_on_delivery',
        freight: 0,
        currency: CURRENCY,
        version: 1,
        fingerprint: order.fingerprint,
        createdAt: at,
        updatedAt: at,
      });
      order.lines.forEach((line, position) => {
        em.create(OrderLineEntity, { ...line, orderId: order.id, position });
      });
      await move(em, order, 'reserved', at);
      return 'placed' as const;
    }).catch((error: unknown) => {
      if (error instanceof Short) return error.shortages;
      throw error;
    }),
  );
  return result === 'placed' ? null : result;
}

async function cancel(orderId: string, at: number): Promise<Order | 'gave_up' | null> {
  const result = await retried<Order | 'none'>(() =>
    attempt(async (em) => {
      const row = await em.findOne(OrderEntity, orderId, { lockMode: LockMode.OPTIMISTIC });
      if (row === null) return 'none';
      const lines = await em.find(OrderLineEntity, { orderId }, { orderBy: { position: 'asc' } });
      const order: Order = {
        id: orderId,
        status: row.status,
        payment: row.payment,
        customerId: null,
        lines: lines.map(({ skuId, quantity, ordered, unitPrice, returned }) => ({
          skuId,
          quantity,
          ordered,
          unitPrice,
          returned,
        })),
        freight: row.freight,
        currency: row.currency,
        expiresAt: null,
        cancelReason: row.cancelReason ?? null,
        version: row.version,
        fingerprint: row.fingerprint,
        createdAt: row.createdAt.getTime(),
        updatedAt: row.updatedAt.getTime(),
      };
      if (order.status === 'cancelled') return order;
      row.status = 'cancelled';
      row.cancelReason = 'requested';
      row.updatedAt = new Date(at);
      await em.flush();
      await move(em, order, 'released', new Date(at));
      return asCancelled(order, at);
    }),
  );
  return result === 'none' ? null : result;
}

await serve({ place, cancel }, () => database.close());
