/**
 * What a resident takes of the heap: `node --expose-gc residents.ts` asks a keeper, on a store that only pretends, for more and more SKUs and orders, and
 * prints bytes a resident as JSON; and what the heap is when ten times as many were asked for as may be in memory.
 */

import type { Store } from '../../../../src/journal/record.ts';
import { Keeper } from '../../../../src/keeper/keeper.ts';
import { newOrderId } from '../../../../src/lib/order-id.ts';

/** Bytes of heap a resident, by how many there are; and of a heap that was asked for more than may be in memory. */
export interface ResidentBytes {
  readonly skus: Readonly<Record<number, number>>;
  readonly ordersPlaced: Readonly<Record<number, number>>;
  readonly ordersCancelled: Readonly<Record<number, number>>;
  readonly bounded: { readonly residentsMax: number; readonly heapMbAtMax: number; readonly heapMbAtTenTimes: number };
}

const COUNTS = [10_000, 50_000, 200_000];
/** Asked at once. */
const AT_ONCE = 500;

const pretending: Store = {
  load: async ({ skus }) => ({
    skus: skus.map(skuOf),
    orders: [],
    keys: [],
    carts: [],
    products: [],
    standings: [],
    corrupt: [],
  }),
  commit: async () => ({ kind: 'committed' }),
  due: async () => [],
  idleCarts: async () => [],
  forgetKeys: async () => 0,
  ping: async () => {},
};

const skuOf = (id: string) => ({
  id,
  productId: null,
  name: 'a name of some length',
  price: 1200,
  currency: 'EUR',
  onHand: 1_000_000,
  reserved: 0,
  sales: 0,
  safetyStock: 0,
  backorderLimit: 0,
  maxPerOrder: null,
  maxPerCustomer: null,
  version: 1,
  createdAt: 0,
  updatedAt: 0,
});

const keeperOf = (residentsMax: number) =>
  new Keeper({ store: pretending, lists: {} as never, limits: { residentsMax } });

function heapBytes(): number {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Asks for each of so many, some at once. */
async function each(count: number, ask: (index: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => ask(from + i)));
  }
}

const readSku = (keeper: Keeper) => (i: number) => keeper.ask({ kind: 'read_sku', skuId: `sku-${i}` });

function place(keeper: Keeper, orderIds: string[]) {
  return () => {
    const orderId = newOrderId();
    orderIds.push(orderId);
    return keeper.ask({
      kind: 'place',
      orderId,
      idIsNew: true,
      lines: [{ skuId: 'sku-0', quantity: 1 }],
      payment: 'cash_on_delivery',
      customerId: null,
      freight: 0,
      expiresInSeconds: 900,
      fingerprint: newOrderId(),
    });
  };
}

async function bytesEach(count: number, fill: (keeper: Keeper) => Promise<void>): Promise<number> {
  const keeper = keeperOf(count);
  const before = heapBytes();
  await fill(keeper);
  const bytes = (heapBytes() - before) / count;
  await keeper.close();
  return Math.round(bytes);
}

async function byCount(measure: (count: number) => Promise<number>): Promise<Record<number, number>> {
  const all: Record<number, number> = {};
  for (const count of COUNTS) all[count] = await measure(count);
  return all;
}

async function bounded(): Promise<ResidentBytes['bounded']> {
  const residentsMax = 20_000;
  const keeper = keeperOf(residentsMax);
  const megabytes = () => Math.round(heapBytes() / 1e5) / 10;
  await each(residentsMax, readSku(keeper));
  const heapMbAtMax = megabytes();
  await each(10 * residentsMax, readSku(keeper));
  const heapMbAtTenTimes = megabytes();
  await keeper.close();
  return { residentsMax, heapMbAtMax, heapMbAtTenTimes };
}

const result: ResidentBytes = {
  skus: await byCount((count) => bytesEach(count, (keeper) => each(count, readSku(keeper)))),
  ordersPlaced: await byCount((count) => bytesEach(count, (keeper) => each(count, place(keeper, [])))),
  ordersCancelled: await byCount((count) =>
    bytesEach(count, async (keeper) => {
      const orderIds: string[] = [];
      await each(count, place(keeper, orderIds));
      await each(count, (i) => keeper.ask({ kind: 'cancel', orderId: orderIds[i] ?? '', reason: null }));
      orderIds.length = 0;
    }),
  ),
  bounded: await bounded(),
};
console.log(JSON.stringify(result));
