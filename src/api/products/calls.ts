/** The calls of products. */
import { Type } from 'typebox';
import { asked } from '../asked.ts';
import { command, list } from '../call.ts';
import { Fields, Id, Limit } from '../fields.ts';
import { pageOf } from '../pages.ts';
import { DoorFault } from '../problems/problems.ts';
import { SKU_EXAMPLE, skuBody } from '../skus/body.ts';
import { ProductBody, ProductsBody, ProductTextsBody, productSold } from './body.ts';
import {
  NewProductBody,
  NewProductParams,
  ProductParams,
  ProductsQuery,
  productsPage,
  TEXTS_EXAMPLE,
} from './requests.ts';

const productNotFound = (id: string): DoorFault =>
  new DoorFault(
    'product_not_found',
    `Product ${JSON.stringify(id)} was never put, and no SKU has it as its productId.`,
    { productId: id },
  );

export const PRODUCT_CALLS = {
  /** Sets the texts of a product. Its SKUs say that they belong to it. A product that was never put is at version 0. */
  putProduct: command({
    method: 'PUT',
    path: '/products/:id',
    tag: 'Products',
    role: 'stock',
    summary: 'Put a product',
    description:
      'Sets what it says of itself, whether it was there or not. Absolute, so it can be repeated: a repeat changes ' +
      'nothing. Which SKUs it has, they say themselves.',
    takes: 'write',
    params: NewProductParams,
    body: NewProductBody,
    response: { 200: ProductTextsBody, 201: ProductTextsBody },
    answers: {
      201: { description: 'It had never been put.', example: TEXTS_EXAMPLE, headers: ['location'] },
      200: { description: 'The product as it is now.', example: { ...TEXTS_EXAMPLE, version: 2 } },
    },
    success: ['product_created', 'product'],
    refusals: [],
    ask: ({ id, name, description = null }) => asked({ kind: 'put_product', product: { id, name, description } }),
  }),

  /**
   * Reads a product's texts and sales, with a page of its SKUs. A product exists once it was put, or while a SKU names
   * it.
   */
  readProduct: list({
    method: 'GET',
    path: '/products/:id',
    tag: 'Products',
    role: 'reader',
    summary: 'Read a product',
    description:
      'What it says of itself, and its SKUs with what they sold. It exists when it was put, or while a SKU names ' +
      'it. The `ETag` is of what it says, for a `PUT`; its SKUs change without it, so there is no `If-None-Match`, ' +
      'and no cache is to keep it.',
    takes: 'product_read',
    params: ProductParams,
    query: Fields({ after: Type.Optional(Id('`next` of the page before.')), limit: Type.Optional(Limit) }),
    response: { 200: ProductBody },
    answers: {
      200: { description: 'The product.', example: { ...TEXTS_EXAMPLE, sales: 2, skus: [SKU_EXAMPLE], next: null } },
    },
    success: 'product',
    refusals: ['product_not_found'],
    read: (lists, { id, ...query }) => lists.product(id, pageOf(query)),
    show: (product, { id }) => {
      // Version 0 means that it was never put.
      const at = { about: { productId: id }, version: product?.version ?? 0 };
      if (product === null) return { refusal: productNotFound(id), ...at };
      const { name, description, version, sales, skus } = product;
      return {
        page: { id, name, description, version, sales, skus: skus.items.map(skuBody), next: skus.next },
        ...at,
      };
    },
  }),

  /** Lists products by id, or with `sort: 'sales'` the best-selling first, page by page. */
  listProducts: list({
    method: 'GET',
    path: '/products',
    tag: 'Products',
    role: 'reader',
    summary: 'List products',
    description:
      'All of them by id, or the best sellers first, page by page. Sales are the sum over the SKUs of each product ' +
      'when it is asked, so a product that overtakes another between two pages may be on both or on neither.',
    query: ProductsQuery,
    response: { 200: ProductsBody },
    answers: {
      200: {
        description: 'A page of products.',
        example: {
          items: [{ ...TEXTS_EXAMPLE, sales: 2, skuCount: 1 }],
          next: null,
        },
      },
    },
    success: 'page',
    refusals: [],
    read: productsPage,
    show: ({ items, next }) => ({ page: { items: items.map(productSold), next } }),
  }),
};
