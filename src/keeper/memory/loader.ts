/** Brings residents into memory: those asked for in one tick, or while another load is under way, share one SELECT. */
import type { Cart } from '../../carts/cart.ts';
import type { CorruptRow, KeyRecord, Loaded, Store, Wanted } from '../../journal/record.ts';
import { Corrupt, type Quarantined } from '../../lib/corrupt.ts';
import type { Order } from '../../orders/order.ts';
import type { Product } from '../../stock/product.ts';
import type { Sku } from '../../stock/sku.ts';

type Row = Sku | Order | KeyRecord | Cart | Product | number;

/** One row that a load is asked for, and whoever waits for it. */
interface Request {
  readonly kind: keyof Wanted;
  readonly id: string;
  readonly resolve: (row: Row | null) => void;
  readonly reject: (error: unknown) => void;
}

export class Loader {
  readonly #next: Request[] = [];
  #running = false;
  readonly #store: Pick<Store, 'load'>;
  readonly #idsMax: number;
  readonly #schedule: (run: () => void) => void;

  /** At most `idsMax` ids share one SELECT; one is under way at a time. */
  constructor(store: Pick<Store, 'load'>, idsMax: number, schedule: (run: () => void) => void = setImmediate) {
    this.#store = store;
    this.#idsMax = idsMax;
    this.#schedule = schedule;
  }

  /** The stored SKU, `null` if there is none. Rejects when the database cannot answer, and with `Corrupt` when it cannot be worked with. */
  sku(id: string): Promise<Sku | null> {
    return this.#ask('skus', id) as Promise<Sku | null>;
  }

  /** The stored order, `null` if there is none. Rejects as above. */
  order(id: string): Promise<Order | null> {
    return this.#ask('orders', id) as Promise<Order | null>;
  }

  /** What is stored under an idempotency key, `null` if nothing is. Rejects as above. */
  key(id: string): Promise<KeyRecord | null> {
    return this.#ask('keys', id) as Promise<KeyRecord | null>;
  }

  /** The stored cart, `null` if there is none. Rejects as above. */
  cart(id: string): Promise<Cart | null> {
    return this.#ask('carts', id) as Promise<Cart | null>;
  }

  /** What is stored of a product, `null` if nothing is. Rejects as above. */
  product(id: string): Promise<Product | null> {
    return this.#ask('products', id) as Promise<Product | null>;
  }

  /** Units of a SKU in a customer's standing orders, by the id of the standing. Rejects when the database cannot answer. */
  standing(id: string): Promise<number | null> {
    return this.#ask('standings', id) as Promise<number | null>;
  }

  #ask(kind: keyof Wanted, id: string): Promise<Row | null> {
    const { promise, resolve, reject } = Promise.withResolvers<Row | null>();
    this.#next.push({ kind, id, resolve, reject });
    if (!this.#running) {
      this.#running = true;
      this.#schedule(() => void this.#run());
    }
    return promise;
  }

  async #run(): Promise<void> {
    while (this.#next.length > 0) {
      const requests = this.#next.splice(0, this.#idsMax);
      const ids = (kind: keyof Wanted) => requests.filter((r) => r.kind === kind).map((r) => r.id);
      try {
        const loaded = await this.#store.load({
          skus: ids('skus'),
          orders: ids('orders'),
          keys: ids('keys'),
          carts: ids('carts'),
          products: ids('products'),
          standings: ids('standings'),
        });
        const rows = byId(loaded);
        const corrupt = new Map(loaded.corrupt.map((row) => [`${row.kind} ${row.id}`, row]));
        for (const request of requests) {
          const found = corrupt.get(`${request.kind} ${request.id}`);
          if (found === undefined) request.resolve(rows[request.kind].get(request.id) ?? null);
          else request.reject(corruptOf(found));
        }
      } catch (error) {
        for (const request of requests) request.reject(error);
      }
    }
    this.#running = false;
  }
}

function corruptOf({ kind, id, reason }: CorruptRow): Corrupt {
  return new Corrupt(QUARANTINED[kind](id, reason), true);
}

const QUARANTINED: Readonly<Record<CorruptRow['kind'], (id: string, reason: string) => Quarantined>> = {
  skus: (skuId, reason) => ({ kind: 'sku_quarantined', skuId, reason }),
  orders: (orderId, reason) => ({ kind: 'order_quarantined', orderId, reason }),
  carts: (cartId, reason) => ({ kind: 'cart_quarantined', cartId, reason }),
};

function byId(loaded: Loaded): Record<keyof Wanted, ReadonlyMap<string, Row>> {
  return {
    skus: new Map(loaded.skus.map((sku) => [sku.id, sku])),
    orders: new Map(loaded.orders.map((order) => [order.id, order])),
    keys: new Map(loaded.keys.map((record) => [record.key, record])),
    carts: new Map(loaded.carts.map((cart) => [cart.id, cart])),
    products: new Map(loaded.products.map((product) => [product.id, product])),
    standings: new Map(loaded.standings.map(({ id, units }) => [id, units])),
  };
}
