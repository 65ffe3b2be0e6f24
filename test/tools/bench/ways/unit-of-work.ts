/**
 * One MikroORM `em.transactional` for each request, with the version field: the ORM reads the entities, the shop changes them, the ORM writes what
 * changed in one flush and finds out who lost a race, who then tries again. It is the ledger that makes it correct: of several versioned rows, the ORM
 * compares the versions before it writes them and not with it (MikroORM 7.2), and a write in between would be lost, but two that read the same version
 * of a SKU insert the same line of its ledger. Those come in the order of the SKUs, so that none waits for another in a circle.
 */
import { type InferEntity, LockMode, OptimisticLockError } from '@mikro-orm/core';
import { MovementEntity, OrderEntity, OrderLineEntity, SkuEntity } from '../../../../src/db/entities.ts';
import { openDatabase } from '../../../../src/db/open.ts';
import type { Order } from '../../../../src/shop/orders/order.ts';
import type { Shortage } from '../../../../src/shop/skus/sku.ts';
import { retried } from './backoff.ts';
import { CURRENCY, type Refused, serve } from './serve.ts';
import { asCancelled } from './sql.ts';

// Its requests wait for a connection as long as those of the other ways do.
const database = await openDatabase({ url: process.env['DATABASE_URL'] ?? '' }, { connectTimeoutMs: 60_000 });
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

type Skus = ReadonlyMap<string, InferEntity<typeof SkuEntity>>;

async function read(em: Em, order: Order): Promise<Skus> {
  const skus = await em.find(SkuEntity, { id: { $in: order.lines.map((line) => line.skuId) } });
  return new Map(skus.map((sku) => [sku.id, sku]));
}

function shortagesOf(order: Order, skus: Skus): Shortage[] {
  return order.lines.flatMap(({ skuId, quantity }) => {
    const sku = skus.get(skuId);
    const available = sku === undefined ? 0 : sku.onHand + sku.backorderLimit - sku.safetyStock - sku.reserved;
    return quantity <= available ? [] : [{ skuId, requested: quantity, available, version: sku?.version ?? 0 }];
  });
}

function move(em: Em, order: Order, skus: Skus, kind: 'reserved' | 'released', at: Date): void {
  for (const { skuId, quantity } of order.lines.toSorted((a, b) => (a.skuId < b.skuId ? -1 : 1))) {
    const sku = skus.get(skuId);
    if (sku === undefined) throw new Error(`the SKU ${skuId} of the order ${order.id} is gone`);
    const moved = kind === 'reserved' ? quantity : -quantity;
    sku.reserved += moved;
    sku.sales += moved;
    sku.updatedAt = at;
    const { version, onHand, reserved, sales } = sku;
    const counters = { onHand, reserved, sales };
    em.create(MovementEntity, { skuId, version: version + 1, kind, quantity, ...counters, orderId: order.id, at });
  }
}

async function place(order: Order): Promise<Refused | null> {
  const at = new Date(order.createdAt);
  const result = await retried<Refused>(() =>
    attempt(async (em) => {
      const skus = await read(em, order);
      const shortages = shortagesOf(order, skus);
      if (shortages.length > 0) return shortages;
      // Before the ledger's lines: the ORM writes what was made last first, and who lost the race shall find out with nothing written.
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
      move(em, order, skus, 'reserved', at);
      return [];
    }),
  );
  return result.length === 0 ? null : result;
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
      move(em, order, await read(em, order), 'released', new Date(at));
      return asCancelled(order, at);
    }),
  );
  return result === 'none' ? null : result;
}

await serve({ place, cancel }, () => database.close());
