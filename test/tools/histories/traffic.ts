/** Requests of a small, busy shop, by chance: few SKUs and few orders, so that clients meet. The same seed asks the same. */
import { orderRequest, type Request } from '../../support/shop-client.ts';

/** 0 ≤ random() < 1, the same numbers for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface TrafficOptions {
  readonly skus: readonly string[];
  readonly random: () => number;
  /** Clients come back to the last so many orders. */
  readonly recent?: number;
}

export class Traffic {
  readonly #skus: readonly string[];
  readonly #random: () => number;
  readonly #recent: number;
  #orders = 0;
  #keys = 0;

  constructor({ skus, random, recent = 20 }: TrafficOptions) {
    this.#skus = skus;
    this.#random = random;
    this.#recent = recent;
  }

  /** Opens every SKU with some stock. */
  opening(): Request[] {
    return this.#skus.map((id, i) => ({
      method: 'POST',
      path: '/skus',
      body: { id, name: `name of ${id}`, price: 100 + i, onHand: 20 + this.#upTo(20), backorderLimit: i % 3 },
    }));
  }

  next(): Request {
    const sku = `/skus/${this.#sku()}`;
    const order = `/orders/o-${Math.max(0, this.#orders - this.#upTo(this.#recent))}`;
    switch (this.#upTo(20)) {
      case 1:
      case 2:
      case 3:
      case 4:
        return this.#place(this.#orders++);
      case 5:
        // Somebody asks for an order again that may be there.
        return this.#place(Math.max(0, this.#orders - this.#upTo(3)));
      case 6:
      case 7:
      case 8:
        return { method: 'POST', path: `${order}/cancel` };
      case 9:
        return { method: 'POST', path: `${order}/confirm` };
      case 10:
        return { method: 'POST', path: `${order}/ship` };
      case 11:
        return { method: 'PATCH', path: `${order}/lines/${this.#sku()}`, body: { quantity: this.#upTo(3) - 1 } };
      case 12:
        return this.#keyed(`${order}/return`, {
          lines: [{ skuId: this.#sku(), quantity: 1 }],
          restock: this.#upTo(2) === 1,
        });
      case 13:
      case 14:
        return this.#keyed(`${sku}/receive`, { quantity: this.#upTo(5) });
      case 15: {
        const by = this.#upTo(2) === 1 ? { delta: this.#upTo(7) - 4 } : { onHand: this.#upTo(30) };
        return { method: 'POST', path: `${sku}/adjust`, body: { ...by, reason: 'stocktake' } };
      }
      case 16:
        return { method: 'PATCH', path: sku, body: { price: 99 + this.#upTo(3), safetyStock: this.#upTo(3) - 1 } };
      case 17:
        return { method: 'GET', path: sku };
      case 18:
        return { method: 'GET', path: order };
      case 19:
        return { method: 'GET', path: `${sku}/movements?limit=20` };
      default:
        return { method: 'GET', path: `/skus?ids=${this.#skus.slice(0, 10).join(',')}` };
    }
  }

  /** The same order asks for the same each time. */
  #place(n: number): Request {
    const own = seeded(n);
    const lines: Record<string, number> = {};
    for (let i = Math.floor(own() * 3); i >= 0; i--) {
      lines[this.#skus[Math.floor(own() * this.#skus.length)] as string] = 1 + Math.floor(own() * 3);
    }
    return orderRequest(`o-${n}`, lines, n % 3 === 0 ? { payment: 'cash_on_delivery' } : {});
  }

  /** Mostly under a new key, at times under the last one. */
  #keyed(path: string, body: unknown): Request {
    const key = this.#upTo(8) === 1 ? this.#keys : ++this.#keys;
    return { method: 'POST', path, body, headers: { 'idempotency-key': `k-${key}` } };
  }

  #sku(): string {
    return this.#skus[this.#upTo(this.#skus.length) - 1] as string;
  }

  /** 1 … max. */
  #upTo(max: number): number {
    return 1 + Math.floor(this.#random() * max);
  }
}

/** Buyers of one SKU: few units and few orders, of one line each. */
export function oneSkuTraffic(
  skuId: string,
  random: () => number,
): { readonly opening: Request; readonly next: () => Request } {
  const upTo = (max: number) => 1 + Math.floor(random() * max);
  const sku = `/skus/${skuId}`;
  const next = (): Request => {
    const n = upTo(4);
    const order = `${skuId}-o-${n}`;
    switch (upTo(10)) {
      case 1:
      case 2:
      case 3:
        return orderRequest(order, { [skuId]: 1 + (n % 2) });
      case 4:
      case 5:
        return { method: 'POST', path: `/orders/${order}/cancel` };
      case 6:
        return { method: 'POST', path: `/orders/${order}/${upTo(3) === 1 ? 'ship' : 'confirm'}` };
      case 7: {
        const headers = { 'idempotency-key': `${skuId}-k-${upTo(3)}` };
        return { method: 'POST', path: `${sku}/receive`, body: { quantity: 1 }, headers };
      }
      case 8:
        return { method: 'POST', path: `${sku}/adjust`, body: { delta: -1, reason: 'broken' } };
      case 9:
        return { method: 'GET', path: `/orders/${order}` };
      default:
        return { method: 'GET', path: sku };
    }
  };
  return { opening: { method: 'POST', path: '/skus', body: { id: skuId, name: skuId, price: 100, onHand: 3 } }, next };
}
