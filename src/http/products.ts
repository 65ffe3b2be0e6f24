/** Routes of products: put, read, list. */
import { Type } from 'typebox';
import { Fields, Id, Limit, ProductReadHeaders, WriteHeaders } from '../api/fields.ts';
import { pageOf, read } from '../api/pages.ts';
import { conditionsOf, etag } from '../api/preconditions.ts';
import { DoorFault } from '../api/problems/problems.ts';
import { ProductBody, ProductsBody, ProductTextsBody, productSold } from '../api/products/body.ts';
import {
  NewProductBody,
  NewProductParams,
  ProductParams,
  ProductsQuery,
  productsPage,
  TEXTS_EXAMPLE,
} from '../api/products/requests.ts';
import { SKU_EXAMPLE, skuBody } from '../api/skus/body.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { unmet } from '../keeper/precondition.ts';
import { tellTo } from './answers.ts';
import type { App } from './door.ts';
import { integersIn } from './integers-in.ts';
import { changeDocs, listDocs } from './route-docs.ts';
import { sendProblem } from './send-problem.ts';

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
