/** The lists of the library, read from the database: only what is durable is in them. */
import { type Static, Type } from 'typebox';
import { Fields, Id, LIMIT_MAX, Limit } from '../api/fields.ts';
import { orderBody } from '../api/orders/body.ts';
import { ORDERS_FILTER } from '../api/orders/requests.ts';
import { pageOf } from '../api/pages.ts';
import { productSold } from '../api/products/body.ts';
import { ProductParams, ProductsQuery, productsPage } from '../api/products/requests.ts';
import { movementBody, skuBody } from '../api/skus/body.ts';
import { idsOf, SkuParams } from '../api/skus/requests.ts';
import type { Given } from './ask-options.ts';
import type { Desk } from './desk.ts';
import type { MovementsOutcome, OrdersOutcome, ProductsOutcome, ReadProductOutcome, SkusOutcome } from './outcomes.ts';

const limit = Type.Optional(Limit);
const PageRequest = Fields({ after: Type.Optional(Id('`next` of the page before.')), limit });
const SkusRequest = Fields({ skuIds: Type.Array(Id('Id of a SKU.'), { minItems: 0, maxItems: LIMIT_MAX }) });
const LedgerRequest = Fields({
  after: Type.Optional(Type.String({ pattern: '^(0|[1-9][0-9]{0,9})$', description: '`next` of the page before.' })),
  limit,
});
const OrdersRequest = Fields({ ...ORDERS_FILTER, ...PageRequest.properties });

/** `after` is `next` of the page before; `limit` is 1 to 200, 50 by default. */
export type PageRequest = Static<typeof PageRequest>;

export class Listings {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** All SKUs by id, page by page. */
  async listSkus(request: Given<typeof PageRequest> = {}): Promise<SkusOutcome> {
    const page = pageOf(this.#desk.read('listSkus', PageRequest, request));
    const answer = await this.#desk.list('listSkus', () => this.#desk.lists.skus(page));
    if ('refused' in answer) return answer.refused;
    return { kind: 'page', items: answer.read.items.map(skuBody), next: answer.read.next };
  }

  /** Up to 200 SKUs by their ids, in this order; those that do not exist are left out. */
  async readSkus(skuIds: readonly string[]): Promise<SkusOutcome> {
    const named = this.#desk.read('readSkus', SkusRequest, { skuIds });
    const answer = await this.#desk.list('readSkus', () => {
      const ids = idsOf(named.skuIds);
      return this.#desk.lists.skusById(ids).then((skus) => ({ ids, skus }));
    });
    if ('refused' in answer) return answer.refused;
    const found = new Map(answer.read.skus.map((sku) => [sku.id, sku]));
    return { kind: 'page', items: answer.read.ids.flatMap((id) => found.get(id) ?? []).map(skuBody), next: null };
  }

  /** The ledger of a SKU, from version 1 on, without gaps. */
  async movements(skuId: string, request: Given<typeof PageRequest> = {}): Promise<MovementsOutcome> {
    const { id } = this.#desk.read('movements', SkuParams, { id: skuId });
    const page = pageOf(this.#desk.read('movements', LedgerRequest, request));
    const answer = await this.#desk.list('movements', () => this.#desk.lists.movements(id, page));
    if ('refused' in answer) return answer.refused;
    if (answer.read === null) return { kind: 'sku_not_found', skuId: id };
    return { kind: 'page', items: answer.read.items.map(movementBody), next: answer.read.next };
  }

  /** Orders by id, page by page; all, or those of a status, of a customer, or both. */
  async listOrders(request: Given<typeof OrdersRequest> = {}): Promise<OrdersOutcome> {
    const { status = null, customerId = null, ...query } = this.#desk.read('listOrders', OrdersRequest, request);
    const page = pageOf(query);
    const answer = await this.#desk.list('listOrders', () => this.#desk.lists.orders({ status, customerId }, page));
    if ('refused' in answer) return answer.refused;
    return { kind: 'page', items: answer.read.items.map(orderBody), next: answer.read.next };
  }

  /** What a product says of itself and has sold, and a page of its SKUs. It exists when it was put, or while a SKU names it. */
  async readProduct(productId: string, request: Given<typeof PageRequest> = {}): Promise<ReadProductOutcome> {
    const { id } = this.#desk.read('readProduct', ProductParams, { id: productId });
    const page = pageOf(this.#desk.read('readProduct', PageRequest, request));
    const answer = await this.#desk.list('readProduct', () => this.#desk.lists.product(id, page));
    if ('refused' in answer) return answer.refused;
    if (answer.read === null) return { kind: 'product_not_found', productId: id };
    const { name, description, version, sales, skus } = answer.read;
    return {
      kind: 'product',
      product: { id, name, description, version, sales },
      skus: { kind: 'page', items: skus.items.map(skuBody), next: skus.next },
    };
  }

  /** Products by id, or by `sort: 'sales'` the best selling first, page by page. */
  async listProducts(request: Given<typeof ProductsQuery> = {}): Promise<ProductsOutcome> {
    const query = this.#desk.read('listProducts', ProductsQuery, request);
    const answer = await this.#desk.list('listProducts', () => productsPage(this.#desk.lists, query));
    if ('refused' in answer) return answer.refused;
    return { kind: 'page', items: answer.read.items.map(productSold), next: answer.read.next };
  }
}
