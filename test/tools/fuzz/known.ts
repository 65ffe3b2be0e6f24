/**
 * What the generator has learned of the shop from the answers: ids that exist, so that requests reach deep. Requests name it by place (`Known`), and
 * the place is looked up when the request is sent: so a request is the same for the same seed, whatever the clock does.
 */

type OrderStatus = 'pending' | 'confirmed' | 'shipped';
/** An order of this status, if there is one. */
export type OrderIn = `order ${OrderStatus}`;

/** `line`: a SKU of the order or cart in the path. `sku etag` and the like: of the thing in the path. `skus`: several ids, separated by commas. */
export type KnownKind =
  | 'sku'
  | 'order'
  | OrderIn
  | 'line'
  | 'cart'
  | 'product'
  | 'customer'
  | `${Versioned} etag`
  | 'key'
  | 'skus';

/** What has a version. */
export type Versioned = 'sku' | 'order' | 'cart' | 'product';

/** A place in what is known; when nothing is known there, `otherwise` is meant. */
export class Known {
  readonly kind: KnownKind;
  readonly nth: number;
  readonly otherwise: string;

  constructor(kind: KnownKind, nth: number, otherwise: string) {
    this.kind = kind;
    this.nth = nth;
    this.otherwise = otherwise;
  }
}

/** The most of a kind that is remembered; the oldest is forgotten first. */
const REMEMBERED_MAX = 60;

interface OrderLike {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  readonly customerId: string | null;
  readonly lines: readonly { readonly skuId: string }[];
}

interface SkuLike {
  readonly id: string;
  readonly productId: string | null;
  readonly version: number;
  readonly onHand: number;
}

interface CartLike {
  readonly id: string;
  readonly version: number;
  readonly lines: readonly { readonly skuId: string }[];
}

interface ProductLike {
  readonly id: string;
  readonly version: number;
}

const isCart = (body: object): body is CartLike => 'lines' in body && 'totalCount' in body && !('payment' in body);
const isProduct = (body: object): body is ProductLike => 'description' in body && 'version' in body;
const isOrder = (body: object): body is OrderLike => 'lines' in body && 'payment' in body;
const isSku = (body: object): body is SkuLike => 'onHand' in body && 'safetyStock' in body;

export class Shop {
  /** Of each kind, by id; the oldest is forgotten first. */
  readonly #versions: Readonly<Record<Versioned, Map<string, number>>> = {
    sku: new Map(),
    order: new Map(),
    cart: new Map(),
    product: new Map(),
  };
  readonly #orders = new Map<string, { readonly status: string; readonly skuIds: readonly string[] }>();
  /** The SKUs in each. */
  readonly #carts = new Map<string, readonly string[]>();
  readonly #names: Record<'product' | 'customer' | 'key', Set<string>> = {
    product: new Set(),
    customer: new Set(),
    key: new Set(),
  };

  /** Learns from the body of an answer: a SKU, an order, a cart, a product, or a list of them. */
  learn(body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    if (isOrder(body)) {
      const { status, lines } = body;
      this.#learnVersion('order', body);
      this.#orders.set(body.id, { status, skuIds: lines.map(({ skuId }) => skuId) });
      forgetOldest(this.#orders);
      if (body.customerId !== null) this.#name('customer', body.customerId);
    } else if (isSku(body)) {
      this.#learnVersion('sku', body);
      if (body.productId !== null) this.#name('product', body.productId);
    } else if (isCart(body)) {
      this.#learnVersion('cart', body);
      this.#carts.set(
        body.id,
        body.lines.map(({ skuId }) => skuId),
      );
      forgetOldest(this.#carts);
    } else if (isProduct(body)) {
      this.#learnVersion('product', body);
      this.#name('product', body.id);
    } else if ('items' in body && Array.isArray(body.items)) {
      for (const item of body.items.slice(0, 3)) this.learn(item);
    }
  }

  #learnVersion(kind: Versioned, { id, version }: { readonly id: string; readonly version: number }): void {
    this.#versions[kind].set(id, version);
    forgetOldest(this.#versions[kind]);
  }

  learnKey(key: string): void {
    this.#name('key', key);
  }

  /** `owner` is the id in the path of the request. */
  find({ kind, nth, otherwise }: Known, owner: string | null): string {
    const pick = (from: readonly string[]): string => from[nth % Math.max(1, from.length)] ?? otherwise;
    switch (kind) {
      case 'sku':
        return pick([...this.#versions.sku.keys()]);
      case 'order':
        return pick([...this.#orders.keys()]);
      case 'order pending':
      case 'order confirmed':
      case 'order shipped': {
        const right = [...this.#orders].filter(([, { status }]) => kind === `order ${status}`);
        return pick((right.length === 0 ? [...this.#orders] : right).map(([id]) => id));
      }
      case 'line':
        return pick(this.#orders.get(owner ?? '')?.skuIds ?? this.#carts.get(owner ?? '') ?? []);
      case 'cart':
        return pick([...this.#carts.keys()]);
      case 'sku etag':
      case 'order etag':
      case 'cart etag':
      case 'product etag': {
        const version = this.#versions[kind.slice(0, -' etag'.length) as Versioned].get(owner ?? '');
        return version === undefined ? otherwise : `"${version}"`;
      }
      case 'skus': {
        const ids = [...this.#versions.sku.keys()].filter((id) => !id.includes(','));
        return ids.slice(nth % 7, (nth % 7) + 1 + (nth % 5)).join(',') || otherwise;
      }
      default:
        return pick([...this.#names[kind]]);
    }
  }

  #name(kind: 'product' | 'customer' | 'key', name: string): void {
    this.#names[kind].add(name);
    forgetOldest(this.#names[kind]);
  }
}

/** Sets and maps give their oldest first. */
function forgetOldest(known: Set<string> | Map<string, unknown>): void {
  const [oldest] = known.size > REMEMBERED_MAX ? known.keys() : [];
  if (oldest !== undefined) known.delete(oldest);
}

/** The value with everything known put in its place. */
export function resolved(value: unknown, shop: Shop, owner: string | null): unknown {
  if (value instanceof Known) return shop.find(value, owner);
  if (Array.isArray(value)) return value.map((one) => resolved(one, shop, owner));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one, shop, owner)]));
}
