/** The keeper's memory: the residents of each kind, and how they are read. */
import { type CartActor, startCartActor } from '../carts/cart-actor.ts';
import type { KeyRecord, Store } from '../journal/record.ts';
import { OrderActor } from '../orders/order-actor.ts';
import type { Product } from '../stock/product.ts';
import { type SkuActor, startSkuActor } from '../stock/sku-actor.ts';
import type { MemoryLimits } from './limits.ts';
import { Loader } from './loader.ts';
import { type Resident, Residents } from './residents.ts';
import { type Standing, skuOfStanding } from './standings.ts';

/** Keys are asked for again only when a client repeats itself; few are worth keeping. */
const KEYS_MAX = 1000;

/** Only what changes a product needs it in memory. */
const PRODUCTS_MAX = 1000;

export class Memory {
  readonly skus: Residents<SkuActor>;
  readonly orders: Residents<OrderActor>;
  readonly keys: Residents<KeyRecord>;
  readonly standings: Residents<Standing>;
  readonly carts: Residents<CartActor>;
  readonly products: Residents<Product>;

  constructor(store: Pick<Store, 'load'>, limits: MemoryLimits, schedule?: (run: () => void) => void) {
    const loader = new Loader(store, limits.loadIdsMax, schedule);
    // What a customer with very many orders has takes long to read: nobody else is to wait for it.
    const apart = new Loader(store, limits.loadIdsMax, schedule);
    this.skus = new Residents(limits.residentsMax, async (resident) =>
      this.skus.loaded(resident, await readOr(resident, loader.sku(resident.id), startSkuActor)),
    );
    this.orders = new Residents(limits.residentsMax, async (resident) =>
      this.orders.loaded(resident, await readOr(resident, loader.order(resident.id), (order) => new OrderActor(order))),
    );
    this.keys = new Residents(KEYS_MAX, async (resident) =>
      this.keys.loaded(resident, await readOr(resident, loader.key(resident.id), (record) => record)),
    );
    this.standings = new Residents(limits.residentsMax, async (resident) => {
      const sku = this.skus.find(skuOfStanding(resident.id));
      // Whoever changes an order writes its SKUs: what is decided and not yet durable is in the entry that the SKU has under way, or before it.
      await sku?.lastEntry?.settled;
      const beside = sku?.state === 'present' ? sku : null;
      const read = await readOr(resident, apart.standing(resident.id), (units) => ({ sku: beside, units }));
      this.standings.loaded(resident, read);
    });
    this.carts = new Residents(limits.residentsMax, async (resident) =>
      this.carts.loaded(resident, await readOr(resident, loader.cart(resident.id), startCartActor)),
    );
    this.products = new Residents(PRODUCTS_MAX, async (resident) =>
      this.products.loaded(resident, await readOr(resident, loader.product(resident.id), (product) => product)),
    );
  }

  /** Throws everything away. */
  clear(): void {
    const { skus, orders, keys, standings, carts, products } = this;
    for (const residents of [skus, orders, keys, standings, carts, products]) residents.evictAll();
  }
}

/** The owner of what was read; a resident that could not be read leaves, and whoever waits for it hears why. */
async function readOr<Row, T>(
  resident: Resident<T>,
  row: Promise<Row | null>,
  own: (row: Row) => T,
): Promise<T | null> {
  try {
    const found = await row;
    return found === null ? null : own(found);
  } catch (error) {
    resident.home.evict(resident);
    throw error;
  }
}
