/** A short story of a shop, really told: what its one client asked and heard, and what the record then is. Each telling is the reader's own, to change. */
import { skuBody } from '../../../src/api/skus/body.ts';
import { Keeper } from '../../../src/keeper/keeper.ts';
import type { Order } from '../../../src/shop/orders/order.ts';
import type { Movement, Sku } from '../../../src/shop/skus/sku.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import type { Request } from '../../support/shop-client.ts';
import { History, type RecordedReply } from './history.ts';
import { Till } from './till.ts';

export interface Told {
  request: Request;
  invoked: number;
  completed: number | null;
  reply: RecordedReply | null;
}

export type Scene = keyof typeof SCENES;

export interface Story {
  operations: Told[];
  /** Operations by their name in the story. */
  scenes: Record<Scene, Told>;
  rows: { skus: Draft<Sku>[]; orders: Draft<Order>[]; movements: Draft<Movement>[] };
}

export type Draft<T> = { -readonly [K in keyof T]: T[K] };

const post = (path: string, body?: unknown, key?: string): Request => ({
  method: 'POST',
  path,
  body,
  ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
});
const order = (id: string, lines: Readonly<Record<string, number>>) =>
  post('/orders', { id, lines: Object.entries(lines).map(([skuId, quantity]) => ({ skuId, quantity })) });

/** In this order; the comments name the versions made. */
const SCENES = {
  openTea: post('/skus', { id: 'tea', name: 'Tea', price: 450, onHand: 5 }), // tea 1
  openCup: post('/skus', { id: 'cup', name: 'Cup', price: 900, onHand: 1 }), // cup 1
  place1: order('o-1', { tea: 2, cup: 1 }), // tea 2, cup 2
  short: order('o-2', { tea: 9 }),
  confirm1: post('/orders/o-1/confirm'),
  ship1: post('/orders/o-1/ship'), // tea 3, cup 3
  return1: post('/orders/o-1/return', { lines: [{ skuId: 'tea', quantity: 1 }], restock: true }, 'r-1'), // tea 4
  place3: order('o-3', { tea: 2 }), // tea 5
  place3Again: order('o-3', { tea: 2 }),
  reduce3: { method: 'PATCH', path: '/orders/o-3/lines/tea', body: { quantity: 1 } }, // tea 6
  cancel3: post('/orders/o-3/cancel'), // tea 7
  cancel3Again: post('/orders/o-3/cancel'),
  receive: post('/skus/tea/receive', { quantity: 4 }, 'k-1'), // tea 8
  receiveAgain: post('/skus/tea/receive', { quantity: 4 }, 'k-1'),
  adjust: post('/skus/tea/adjust', { delta: -1, reason: 'broken' }), // tea 9
  change: { method: 'PATCH', path: '/skus/tea', body: { price: 500, safetyStock: 1 } }, // tea 10
  changeAgain: { method: 'PATCH', path: '/skus/tea', body: { price: 500, safetyStock: 1 } },
  readTea: { method: 'GET', path: '/skus/tea' },
  readBoth: { method: 'GET', path: '/skus?ids=tea,cup' },
  read1: { method: 'GET', path: '/orders/o-1' },
  ledger: { method: 'GET', path: '/skus/tea/movements' },
  readNothing: { method: 'GET', path: '/orders/o-9' },
} as const satisfies Readonly<Record<string, Request>>;

let first: Promise<Story> | null = null;

/** Tells it once, and then again from memory. */
export async function tellStory(): Promise<Story> {
  first ??= live();
  return structuredClone(await first);
}

async function live(): Promise<Story> {
  const { operations, rows } = await record(Object.values(SCENES));
  const names = Object.keys(SCENES) as Scene[];
  return {
    operations,
    rows,
    scenes: Object.fromEntries(names.map((name, i) => [name, operations[i]])) as Record<Scene, Told>,
  };
}

/** What one client asked and heard, each thing two ticks of its clock behind the other, and the record. */
export async function record(requests: readonly Request[]): Promise<Pick<Story, 'operations' | 'rows'>> {
  const store = new MemoryStore();
  let clock = 1_700_000_000_000;
  const keeper = new Keeper({ store, lists: store, clock: () => clock++ });
  let now = 0;
  const history = new History(() => now++);
  const till = await Till.open(keeper, history);
  for (const request of requests) await till.ask(request);
  const rows = { skus: [...store.skuRows.values()], orders: [...store.orderRows.values()], movements: store.ledger };
  return structuredClone({ operations: history.operations as Told[], rows });
}

/** The SKU as it would be answered at a version, by its ledger. */
export function skuAt({ rows }: Story, id: string, version: number) {
  const sku = rows.skus.find((row) => row.id === id);
  const movement = rows.movements.find((one) => one.skuId === id && one.version === version);
  if (sku === undefined || movement === undefined) throw new Error(`the story has no version ${version} of ${id}`);
  const { onHand, reserved, sales, at } = movement;
  const settings = id === 'tea' && version < 10 ? { price: 450, safetyStock: 0 } : {};
  return skuBody({ ...sku, ...settings, onHand, reserved, sales, version, updatedAt: at });
}

/** Another operation, asked and answered at these times. */
export function tell(
  story: Story,
  request: Request,
  [invoked, completed]: [number, number | null],
  body?: unknown,
  status = 200,
): Told {
  const reply = body === undefined ? null : { status, text: JSON.stringify(body), replayed: false, etag: null };
  const told: Told = { request, invoked, completed, reply };
  story.operations.push(told);
  return told;
}

/** The operation heard something else. */
export function hear({ reply }: Told, changes: Readonly<Record<string, unknown>>): void {
  if (reply === null) throw new Error('it heard nothing');
  Object.assign(reply, { text: JSON.stringify({ ...JSON.parse(reply.text), ...changes }) });
}

/** It never heard anything. */
export function lose(told: Told): void {
  Object.assign(told, { completed: null, reply: null });
}

export function drop(story: Story, ...dropped: readonly Told[]): void {
  story.operations = story.operations.filter((told) => !dropped.includes(told));
}

/** One more movement behind the last one of a SKU, its row with it. */
export function move(
  { rows }: Story,
  skuId: string,
  step: Pick<Movement, 'kind' | 'quantity'> & Partial<Movement>,
): void {
  const row = rows.skus.find((sku) => sku.id === skuId) as Draft<Sku>;
  const d = {
    received: [1, 0, 0],
    adjusted: [1, 0, 0],
    reserved: [0, 1, 1],
    released: [0, -1, -1],
    shipped: [-1, -1, 0],
    returned: [0, 0, -1],
    changed: [0, 0, 0],
  }[step.kind];
  const [onHand = 0, reserved = 0, sales = 0] = d.map((by) => by * step.quantity);
  Object.assign(row, {
    onHand: row.onHand + onHand,
    reserved: row.reserved + reserved,
    sales: row.sales + sales,
    version: row.version + 1,
  });
  const nothing = { orderId: null, reason: null, reference: null, restocked: null };
  rows.movements.push({
    ...nothing,
    skuId,
    version: row.version,
    onHand: row.onHand,
    reserved: row.reserved,
    sales: row.sales,
    at: row.updatedAt,
    ...step,
  });
}
