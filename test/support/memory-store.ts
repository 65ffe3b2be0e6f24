/**
 * A store in memory that keeps the journal's contract: fences, all or nothing, key retention. It passes PostgreSQL's
 * suite. `gate` lets a test hold, delay or fail any call; it is awaited before the call takes effect and after it.
 */

import { merge } from '../../src/journal/merge.ts';
import type {
  Batch,
  CommitResult,
  DueOrder,
  IdleCart,
  Lists,
  Loaded,
  Page,
  PageRequest,
  ProductSold,
  Rank,
  Store,
  Wanted,
} from '../../src/journal/record.ts';
import { type LastMovement, onlySound } from '../../src/journal/sound.ts';
import type { Cart } from '../../src/shop/carts/cart.ts';
import { KEY_KEPT_MS, type KeyRecord } from '../../src/shop/idempotency.ts';
import type { Order } from '../../src/shop/orders/order.ts';
import type { Product } from '../../src/shop/products/product.ts';
import type { Movement, Sku } from '../../src/shop/skus/sku.ts';
import { rowsOf } from './rows-of.ts';
import { standingUnits } from './standing-units.ts';
import { writtenOrder, writtenSku } from './written.ts';

/** What a test may do to a call: throw to fail it, or return another result for a commit. */
export interface Gate {
  before(call: 'load' | 'commit'): Promise<CommitResult | undefined> | CommitResult | undefined;
  after(call: 'load' | 'commit'): Promise<CommitResult | undefined> | CommitResult | undefined;
}

/** Builds before this one recorded refusals. These are overwritten. */
const DONE = /^{"kind":"(sku_created|sku|availability|order_placed|order|cart|product_created|product)"/;

const OPEN: Gate = { before: () => undefined, after: () => undefined };

export class MemoryStore implements Store, Lists {
  readonly skuRows = new Map<string, Sku>();
  readonly orderRows = new Map<string, Order>();
  readonly keyRows = new Map<string, KeyRecord>();
  readonly cartRows = new Map<string, Cart>();
  readonly productRows = new Map<string, Product>();
  readonly ledger: Movement[] = [];
  /** The committed batches and the loads, in order. */
  readonly batches: Batch[] = [];
  readonly loads: Wanted[] = [];
  /** Called with a batch before it is written. Throw to refuse the batch, as a CHECK would. */
  check: (batch: Batch) => void = () => {};
  gate: Gate = OPEN;

  async load(wanted: Wanted): Promise<Loaded> {
    this.loads.push(wanted);
    await this.gate.before('load');
    const loaded = onlySound({
      skus: wanted.skus.map((id) => ({ id, row: this.skuRows.get(id) ?? null, last: this.#lastOf(id) })),
      orders: present(wanted.orders, this.orderRows),
      keys: present(wanted.keys, this.keyRows),
      carts: present(wanted.carts, this.cartRows),
      products: present(wanted.products, this.productRows),
      standings: wanted.standings.map((id) => ({ id, units: this.#standing(id) })),
    });
    await this.gate.after('load');
    return structuredClone(loaded);
  }

  #standing(id: string): number {
    const [customerId, skuId] = JSON.parse(id) as [string, string];
    return standingUnits(this.orderRows.values(), customerId, skuId);
  }

  #lastOf(skuId: string): LastMovement | null {
    const movement = this.ledger.findLast((candidate) => candidate.skuId === skuId);
    if (movement === undefined) return null;
    const { version, onHand, reserved, sales } = movement;
    return { version, onHand, reserved, sales };
  }

  /** Makes a line of a stored order claim more units. No turn would do that. */
  tearLine(orderId: string, skuId: string, units: number): void {
    const order = this.orderRows.get(orderId);
    if (order === undefined) throw new Error(`${orderId} is not stored`);
    const lines = order.lines.map((line) =>
      line.skuId === skuId ? { ...line, quantity: units, ordered: units } : line,
    );
    this.orderRows.set(orderId, { ...order, lines });
  }

  async commit(batch: Batch): Promise<CommitResult> {
    const instead = await this.gate.before('commit');
    if (instead !== undefined) return instead;
    const result = this.#write(structuredClone(batch));
    return (await this.gate.after('commit')) ?? result;
  }

  #write(batch: Batch): CommitResult {
    const { skus, orders, movements, keys, carts, products } = merge(batch);
    const ledgerKeys = new Set(this.ledger.map((m) => `${m.skuId} ${m.version}`));
    const fenced =
      skus.every(({ id, basis }) => (this.skuRows.get(id)?.version ?? null) === basis) &&
      orders.every(({ id, basis }) => (this.orderRows.get(id)?.version ?? null) === basis) &&
      carts.every(({ id, basis }) => (this.cartRows.get(id)?.version ?? null) === basis) &&
      products.every(({ id, basis }) => (this.productRows.get(id)?.version ?? null) === basis) &&
      movements.every((m) => !ledgerKeys.has(`${m.skuId} ${m.version}`)) &&
      rowsOf(keys).every((record) => {
        const earlier = this.keyRows.get(record.key);
        return earlier === undefined || earlier.at <= record.at - KEY_KEPT_MS || !DONE.test(earlier.outcome);
      });
    if (!fenced) return { kind: 'lost' };
    try {
      this.check(batch);
    } catch (error) {
      return { kind: 'refused', error: error as Error };
    }
    for (const { row, isWhole } of skus)
      if (row !== null) this.skuRows.set(row.id, writtenSku({ row, isWhole }, this.skuRows.get(row.id)));
    for (const { row, isWhole } of orders)
      if (row !== null) this.orderRows.set(row.id, writtenOrder({ row, isWhole }, this.orderRows.get(row.id)));
    for (const record of rowsOf(keys)) this.keyRows.set(record.key, record);
    for (const { id, row } of carts) {
      if (row === null) this.cartRows.delete(id);
      else this.cartRows.set(id, row);
    }
    for (const row of rowsOf(products)) this.productRows.set(row.id, row);
    this.ledger.push(...movements);
    this.batches.push(batch);
    return { kind: 'committed' };
  }

  async due(now: number, after: DueOrder | null, limit: number): Promise<readonly DueOrder[]> {
    return [...this.orderRows.values()]
      .flatMap(({ id, status, expiresAt }) =>
        status === 'pending' && expiresAt !== null && expiresAt <= now ? [{ id, expiresAt }] : [],
      )
      .sort(byExpiry)
      .filter((order) => after === null || byExpiry(order, after) > 0)
      .slice(0, limit);
  }

  async idleCarts(before: number, after: IdleCart | null, limit: number): Promise<readonly IdleCart[]> {
    return [...this.cartRows.values()]
      .flatMap(({ id, updatedAt }) => (updatedAt <= before ? [{ id, updatedAt }] : []))
      .sort(byIdleness)
      .filter((cart) => after === null || byIdleness(cart, after) > 0)
      .slice(0, limit);
  }

  async forgetKeys(before: number, limit: number): Promise<number> {
    const gone = [...this.keyRows.values()].filter((record) => record.at < before).slice(0, limit);
    for (const { key } of gone) this.keyRows.delete(key);
    return gone.length;
  }

  async ping(): Promise<void> {
    await this.gate.before('load');
  }

  async skusById(ids: readonly string[]): Promise<readonly Sku[]> {
    return present([...new Set(ids)].sort(), this.skuRows);
  }

  async skus(page: PageRequest): Promise<Page<Sku>> {
    return pageOf([...this.skuRows.values()].sort(byId), page, (sku) => sku.id);
  }

  async movements(skuId: string, { after, limit }: PageRequest): Promise<Page<Movement> | null> {
    if (!this.skuRows.has(skuId)) return null;
    const all = this.ledger.filter((m) => m.skuId === skuId && m.version > Number(after ?? 0));
    return pageOf(
      all.sort((a, b) => a.version - b.version),
      { after: null, limit },
      (m) => String(m.version),
    );
  }

  #sold(id: string): ProductSold {
    const skus = [...this.skuRows.values()].filter((sku) => sku.productId === id);
    const { name = null, description = null, version = 0 } = this.productRows.get(id) ?? {};
    const sales = skus.reduce((sum, sku) => sum + sku.sales, 0);
    return { id, name, description, version, sales, skuCount: skus.length };
  }

  #productIds(): string[] {
    const named = [...this.skuRows.values()].flatMap(({ productId }) => productId ?? []);
    return [...new Set([...named, ...this.productRows.keys()])].sort();
  }

  async product(id: string, page: PageRequest): Promise<(ProductSold & { skus: Page<Sku> }) | null> {
    if (!this.#productIds().includes(id)) return null;
    const all = [...this.skuRows.values()].filter((sku) => sku.productId === id).sort(byId);
    return { ...this.#sold(id), skus: pageOf(all, page, (sku) => sku.id) };
  }

  async products(page: PageRequest): Promise<Page<ProductSold>> {
    return pageOf(
      this.#productIds().map((id) => this.#sold(id)),
      page,
      ({ id }) => id,
    );
  }

  async bestSellers(after: Rank | null, limit: number): Promise<{ items: readonly ProductSold[]; next: Rank | null }> {
    const all = this.#productIds()
      .map((id) => this.#sold(id))
      .sort((a, b) => b.sales - a.sales || byId(a, b))
      .filter(({ sales, id }) => after === null || sales < after.sales || (sales === after.sales && id > after.id));
    const items = all.slice(0, limit);
    const { sales, id } = items.at(-1) ?? { sales: 0, id: '' };
    return { items, next: all.length > limit ? { sales, id } : null };
  }

  async orders(
    filter: { readonly status: Order['status'] | null; readonly customerId: string | null },
    page: PageRequest,
  ): Promise<Page<Order>> {
    const all = [...this.orderRows.values()].filter(
      (order) =>
        (filter.status === null || order.status === filter.status) &&
        (filter.customerId === null || order.customerId === filter.customerId),
    );
    return pageOf(all.sort(byId), page, (order) => order.id);
  }
}

function present<T>(ids: readonly string[], rows: ReadonlyMap<string, T>): T[] {
  return ids.flatMap((id) => rows.get(id) ?? []);
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

function byIdleness(a: IdleCart, b: IdleCart): number {
  return a.updatedAt - b.updatedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function byExpiry(a: DueOrder, b: DueOrder): number {
  return a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function pageOf<T>(all: readonly T[], { after, limit }: PageRequest, cursor: (item: T) => string): Page<T> {
  const rest = after === null ? all : all.filter((item) => cursor(item) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last !== undefined && rest.length > limit ? cursor(last) : null };
}
