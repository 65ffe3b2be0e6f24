/** Routes of products: put, read, list. A product exists when it was put, or while a SKU names it. */
import { type Static, Type } from 'typebox';
import type { ProductSold } from '../journal/record.ts';
import { unmet } from '../keeper/precondition.ts';
import { tellTo } from './answers.ts';
import type { App, KeeperDoor } from './door.ts';
import {
  Fields,
  ID_LENGTH_MAX,
  Id,
  isId,
  Limit,
  NewId,
  NullableLongText,
  ProductReadHeaders,
  Text,
  WriteHeaders,
} from './fields.ts';
import { integersIn, pageOf, read } from './lists.ts';
import { conditionsOf, etag } from './preconditions.ts';
import { DoorFault, sendProblem } from './problems.ts';
import { ProductBody, ProductsBody, ProductTextsBody, productSold, rankOf, rankText } from './product-body.ts';
import { changeDocs, listDocs } from './route-docs.ts';
import { SKU_EXAMPLE, skuBody } from './sku-body.ts';

const ID_SAID = 'Id of the product: the `productId` of its SKUs.';

export const ProductParams = Fields({ id: Id(ID_SAID) });
/** Of a product that may be put for the first time. */
export const NewProductParams = Fields({ id: NewId(ID_SAID) });

const TEXTS = { name: 'Mug', description: 'Stoneware, 300 ml, fit for the dishwasher.' };
const TEXTS_EXAMPLE = { id: 'MUG', ...TEXTS, version: 1 };

export const NewProductBody = Fields(
  {
    name: Text('What a person calls it.'),
    description: Type.Optional(NullableLongText('What a person reads of it; absent or `null` is none.')),
  },
  { examples: [TEXTS] },
);

/** `number:id` and `id` are as long as this at most. */
const CURSOR_LENGTH_MAX = ID_LENGTH_MAX + 16;

export const ProductsQuery = Fields({
  sort: Type.Optional(
    Type.Enum(['id', 'sales'], {
      default: 'id',
      description:
        '`sales`: the best selling first, then by id. It reads all SKUs, so it takes the longer the more there are.',
    }),
  ),
  after: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: CURSOR_LENGTH_MAX,
      description: '`next` of the page before, of the same `sort`.',
    }),
  ),
  limit: Type.Optional(Limit),
});

interface ProductsPage {
  readonly items: readonly ProductSold[];
  readonly next: string | null;
}

function productsById(lists: KeeperDoor['lists'], query: Static<typeof ProductsQuery>): Promise<ProductsPage> {
  const page = pageOf(query);
  if (page.after !== null && !isId(page.after)) throw wrongCursor();
  return lists.products(page);
}

function bestSellers(lists: KeeperDoor['lists'], query: Static<typeof ProductsQuery>): Promise<ProductsPage> {
  const { after, limit } = pageOf(query);
  const rank = after === null ? null : rankOf(after);
  if (after !== null && rank === null) throw wrongCursor();
  return lists.bestSellers(rank, limit).then(({ items, next }) => ({ items, next: next && rankText(next) }));
}

/** A page of products in the order that the query asks for. Throws `DoorFault` for a cursor that is none. */
export const productsPage = (lists: KeeperDoor['lists'], query: Static<typeof ProductsQuery>): Promise<ProductsPage> =>
  (query.sort === 'sales' ? bestSellers : productsById)(lists, query);

const wrongCursor = () =>
  new DoorFault('invalid_request', 'Query parameter after must be `next` of the page before, of the same sort.');

export function productRoutes(app: App, keeper: KeeperDoor): void {
  app.put('/products/:id', {
    schema: {
      operationId: 'putProduct',
      tags: ['Products'],
      summary: 'Put a product',
      description:
        'Sets what it says of itself, whether it was there or not. Absolute, so it can be repeated: a repeat changes nothing. Which SKUs it has, they say themselves.',
      headers: WriteHeaders,
      params: NewProductParams,
      body: NewProductBody,
      response: { 200: ProductTextsBody, 201: ProductTextsBody },
    },
    config: changeDocs('stock', {
      201: { description: 'It had never been put.', example: TEXTS_EXAMPLE, headers: ['location'] },
      200: { description: 'The product as it is now.', example: { ...TEXTS_EXAMPLE, version: 2 } },
    }),
    handler: (request, reply) => {
      const { name, description = null } = request.body;
      const product = { id: request.params.id, name, description };
      return tellTo(request, reply, keeper, { kind: 'put_product', product });
    },
  });

  app.get('/products/:id', {
    schema: {
      operationId: 'readProduct',
      tags: ['Products'],
      summary: 'Read a product',
      description:
        'What it says of itself, and its SKUs with what they sold. It exists when it was put, or while a SKU names it. The `ETag` is of what it says, for a `PUT`; its SKUs change without it, so there is no `If-None-Match`, and no cache is to keep it.',
      headers: ProductReadHeaders,
      params: ProductParams,
      querystring: Fields({ after: Type.Optional(Id('`next` of the page before.')), limit: Type.Optional(Limit) }),
      response: { 200: ProductBody },
    },
    config: listDocs(
      'reader',
      'The product.',
      { ...TEXTS_EXAMPLE, sales: 2, skus: [SKU_EXAMPLE], next: null },
      'product_not_found',
    ),
    preValidation: integersIn('limit'),
    handler: async (request, reply) => {
      const { id } = request.params;
      const product = await read(request, keeper.lists.product(id, pageOf(request.query)));
      // At 0 it was never put.
      const put = product === null || product.version === 0 ? null : product;
      const stale = unmet(conditionsOf(request.headers), { productId: id }, put);
      if (stale !== null) return sendProblem(reply, stale);
      if (product === null) {
        throw new DoorFault(
          'product_not_found',
          `Product ${JSON.stringify(id)} was never put, and no SKU has it as its productId.`,
          { productId: id },
        );
      }
      const { name, description, version, sales, skus } = product;
      reply.header('etag', etag(version)).header('cache-control', 'no-store');
      return { id, name, description, version, sales, skus: skus.items.map(skuBody), next: skus.next };
    },
  });

  app.get('/products', {
    schema: {
      operationId: 'listProducts',
      tags: ['Products'],
      summary: 'List products',
      description:
        'All of them by id, or the best sellers first, page by page. Sales are the sum over the SKUs of each product when it is asked, so a product that overtakes another between two pages may be on both or on neither.',
      querystring: ProductsQuery,
      response: { 200: ProductsBody },
    },
    config: listDocs('reader', 'A page of products.', {
      items: [{ ...TEXTS_EXAMPLE, sales: 2, skuCount: 1 }],
      next: null,
    }),
    preValidation: integersIn('limit'),
    handler: async (request) => {
      const { items, next } = await read(request, productsPage(keeper.lists, request.query));
      return { items: items.map(productSold), next };
    },
  });
}
