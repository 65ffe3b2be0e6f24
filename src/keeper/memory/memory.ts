/** The keeper's memory: the residents of each kind, and how they are read. */
import { type CartActor, cartOf, startCartActor } from '../../carts/cart-actor.ts';
import type { KeyRecord, Store } from '../../journal/record.ts';
import { OrderActor } from '../../orders/order-actor.ts';
import type { Product } from '../../stock/product.ts';
import { type SkuActor, skuOf, startSkuActor } from '../../stock/sku-actor.ts';
import type { MemoryLimits } from '../limits.ts';
import { Loader } from './loader.ts';
import { type Resident, Residents } from './residents.ts';
import { cartBytes, keyBytes, orderBytes, productBytes, skuBytes, standingBytes } from './sizes.ts';
import { type Standing, skuOfStanding } from './standings.ts';

/** Keys are asked for again only when a client repeats itself; few are worth keeping. */
const KEYS_MAX = 1000;

/** Answers of long orders take up to a hundred kilobytes each. */
const KEYS_BYTES_MAX = 16_000_000;

/** Only what changes a product needs it in memory. */
const PRODUCTS_MAX = 1000;

/** A kind of residents may take this much for each that there may be. */
const BYTES_A_RESIDENT = 5000;

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
    const room = <T>(max: number, bytesOf: (owner: T) => number) => ({
      max,
      bytesMax: max * BYTES_A_RESIDENT,
      bytesOf,
    });
    const { residentsMax } = limits;
    this.skus = new Residents(
      room(residentsMax, (actor) => skuBytes(skuOf(actor))),
      async (resident) => this.skus.loaded(resident, await readOr(resident, loader.sku(resident.id), startSkuActor)),
    );
    this.orders = new Residents(
      room(residentsMax, ({ order }) => orderBytes(order)),
      async (resident) =>
        this.orders.loaded(
          resident,
          await readOr(resident, loader.order(resident.id), (order) => new OrderActor(order)),
        ),
    );
    this.keys = new Residents({ max: KEYS_MAX, bytesMax: KEYS_BYTES_MAX, bytesOf: keyBytes }, async (resident) =>
      this.keys.loaded(resident, await readOr(resident, loader.key(resident.id), (record) => record)),
    );
    this.standings = new Residents(room(residentsMax, standingBytes), async (resident) => {
      const sku = this.skus.find(skuOfStanding(resident.id));
      // Whoever changes an order writes its SKUs: what is decided and not yet durable is in the entry that the SKU has under way, or before it.
      await sku?.lastEntry?.settled;
      const beside = sku?.state === 'present' ? sku : null;
      const read = await readOr(resident, apart.standing(resident.id), (units) => ({ sku: beside, units }));
      this.standings.loaded(resident, read);
    });
    this.carts = new Residents(
      room(residentsMax, (actor) => cartBytes(cartOf(actor))),
      async (resident) => this.carts.loaded(resident, await readOr(resident, loader.cart(resident.id), startCartActor)),
    );
    this.products = new Residents(room(PRODUCTS_MAX, productBytes), async (resident) =>
      this.products.loaded(resident, await readOr(resident, loader.product(resident.id), (product) => product)),
    );
  }

  /** Bytes that all residents take, estimated. */
  get bytes(): number {
    return this.#all.reduce((sum, residents) => sum + residents.bytes, 0);
  }

  /** Throws everything away. */
  clear(): void {
    for (const residents of this.#all) residents.evictAll();
  }

  get #all() {
    const { skus, orders, keys, standings, carts, products } = this;
    return [skus, orders, keys, standings, carts, products] as const;
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
