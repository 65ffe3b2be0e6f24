/** The shop as the database wrote it down, row by row: what every answer that shows a SKU, an order or a movement must say. */

import type { OrderBody } from '../../../src/api/orders/body.ts';
import type { MovementBody, SkuBody } from '../../../src/api/skus/body.ts';
import type { Write } from './books.ts';
import { type CartRow, type ProductRow, shopContradictions } from './shop-rows.ts';

export interface SkuRow {
  readonly id: string;
  readonly product_id: string | null;
  readonly name: string;
  readonly price: number;
  readonly currency: string;
  readonly on_hand: number;
  readonly reserved: number;
  readonly sales: number;
  readonly safety_stock: number;
  readonly backorder_limit: number;
  readonly max_per_order: number | null;
  readonly max_per_customer: number | null;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface OrderRow {
  readonly id: string;
  readonly status: OrderBody['status'];
  readonly payment: OrderBody['payment'];
  readonly customer_id: string | null;
  readonly freight: number;
  readonly currency: string;
  readonly expires_at: string | null;
  readonly cancel_reason: OrderBody['cancelReason'];
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface LineRow {
  readonly order_id: string;
  readonly sku_id: string;
  readonly position: number;
  readonly quantity: number;
  readonly ordered: number;
  readonly unit_price: number;
  readonly returned: number;
}

export interface MovementRow {
  readonly sku_id: string;
  readonly version: number;
  readonly kind: MovementBody['kind'];
  readonly quantity: number;
  readonly on_hand: number;
  readonly reserved: number;
  readonly sales: number;
  readonly order_id: string | null;
  readonly reason: string | null;
  readonly reference: string | null;
  readonly restocked: boolean | null;
  readonly at: string;
}

/** Rows of one table among some writes. */
export function written<T>(writes: readonly Write[], table: string): T[] {
  return writes.filter((write) => write.table === table).map(({ row }) => row as T);
}

export class Rows {
  readonly #skus = new Map<string, SkuRow>();
  readonly #orders = new Map<string, OrderRow>();
  readonly #lines = new Map<string, Map<string, LineRow>>();
  readonly #movements = new Map<string, MovementRow[]>();
  readonly #keys = new Set<string>();
  readonly #carts = new Map<string, CartRow>();
  readonly #products = new Map<string, ProductRow>();

  /** Takes in what was written. */
  follow(writes: readonly Write[]): void {
    for (const row of written<SkuRow>(writes, 'skus')) this.#skus.set(row.id, row);
    for (const row of written<OrderRow>(writes, 'orders')) this.#orders.set(row.id, row);
    for (const row of written<CartRow>(writes, 'carts')) this.#carts.set(row.id, row);
    for (const row of written<ProductRow>(writes, 'products')) this.#products.set(row.id, row);
    for (const { key } of written<{ key: string }>(writes, 'idempotency_keys')) this.#keys.add(key);
    for (const row of written<LineRow>(writes, 'order_lines')) {
      const lines = this.#lines.get(row.order_id) ?? new Map<string, LineRow>();
      this.#lines.set(row.order_id, lines.set(row.sku_id, row));
    }
    for (const row of written<MovementRow>(writes, 'movements')) {
      const ledger = this.#movements.get(row.sku_id) ?? [];
      ledger[row.version - 1] = row;
      this.#movements.set(row.sku_id, ledger);
    }
  }

  /** Whether an answer is remembered under an idempotency key. */
  hasKey(key: string): boolean {
    return this.#keys.has(key);
  }

  linesOf(orderId: string): readonly LineRow[] {
    return [...(this.#lines.get(orderId)?.values() ?? [])].toSorted((a, b) => a.position - b.position);
  }

  /** The lines of a cart, none when there is no such cart. */
  cartLines(id: string): CartRow['lines'] {
    return this.#carts.get(id)?.lines ?? [];
  }

  /** How an order stands. */
  order(id: string): OrderRow | null {
    return this.#orders.get(id) ?? null;
  }

  /** What of an answer's body is not as the rows say. What was answered at an older version than the rows now have is left alone. */
  contradictions(body: unknown): string[] {
    const around = shopContradictions(body, { skus: this.#skus, carts: this.#carts, products: this.#products });
    const goods = [...shownIn(body)].flatMap((shown) => {
      const row = this.#rowOf(shown);
      if (row === null) return [`${JSON.stringify(shown)} is shown, and no row`];
      if (row.version > shown.version) return [];
      return JSON.stringify(sorted(row)) === JSON.stringify(sorted(shown))
        ? []
        : [`shown is ${JSON.stringify(shown)}, written ${JSON.stringify(row)}`];
    });
    return [...goods, ...around];
  }

  #rowOf(shown: Shown): Shown | null {
    if ('kind' in shown) {
      const row = this.#movements.get(shown.skuId)?.[shown.version - 1];
      return row === undefined ? null : movementShown(row);
    }
    if ('onHand' in shown) {
      const row = this.#skus.get(shown.id);
      return row === undefined ? null : skuShown(row);
    }
    const row = this.#orders.get(shown.id);
    return row === undefined ? null : orderShown(row, this.linesOf(row.id));
  }
}

type Shown = SkuBody | OrderBody | MovementBody;

/** Every SKU, order and movement of a body: the body itself, or its items. */
function* shownIn(body: unknown): Generator<Shown> {
  if (typeof body !== 'object' || body === null) return;
  if ('version' in body && 'status' in body && typeof body.status === 'number') return;
  if ('version' in body && ('onHand' in body || 'payment' in body || 'kind' in body)) yield body as Shown;
  const lists = [('items' in body && body.items) || [], ('skus' in body && body.skus) || []];
  for (const item of lists.flat()) yield* shownIn(item);
}

const sorted = (value: object) => Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
const iso = (time: string) => new Date(time).toISOString();

function skuShown(row: SkuRow): SkuBody {
  return {
    id: row.id,
    productId: row.product_id,
    name: row.name,
    price: row.price,
    currency: row.currency,
    onHand: row.on_hand,
    reserved: row.reserved,
    available: row.on_hand + row.backorder_limit - row.safety_stock - row.reserved,
    sales: row.sales,
    safetyStock: row.safety_stock,
    backorderLimit: row.backorder_limit,
    maxPerOrder: row.max_per_order,
    maxPerCustomer: row.max_per_customer,
    version: row.version,
    createdAt: iso(row.created_at),
    updatedAt: iso(row.updated_at),
  };
}

function orderShown(row: OrderRow, all: readonly LineRow[]): OrderBody {
  const lines = all.filter(({ quantity }) => quantity > 0);
  const tells = row.status === 'pending' || row.cancel_reason === 'expired';
  return {
    id: row.id,
    status: row.status,
    payment: row.payment,
    customerId: row.customer_id,
    lines: lines.map(({ sku_id, quantity, unit_price, returned }) => ({
      skuId: sku_id,
      quantity,
      unitPrice: unit_price,
      returned,
    })),
    totalCount: lines.reduce((sum, { quantity }) => sum + quantity, 0),
    freight: row.freight,
    totalAmount: lines.reduce((sum, { quantity, unit_price }) => sum + quantity * unit_price, row.freight),
    currency: row.currency,
    expiresAt: tells && row.expires_at !== null ? iso(row.expires_at) : null,
    cancelReason: row.cancel_reason,
    version: row.version,
    createdAt: iso(row.created_at),
    updatedAt: iso(row.updated_at),
  };
}

function movementShown(row: MovementRow): MovementBody {
  return {
    skuId: row.sku_id,
    version: row.version,
    kind: row.kind,
    quantity: row.quantity,
    onHand: row.on_hand,
    reserved: row.reserved,
    sales: row.sales,
    ...(row.order_id === null ? {} : { orderId: row.order_id }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.reference === null ? {} : { reference: row.reference }),
    ...(row.restocked === null ? {} : { restocked: row.restocked }),
    at: iso(row.at),
  };
}
