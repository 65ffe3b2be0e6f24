/** Route of products: a product is the SKUs that name it. */
import { Type } from 'typebox';
import type { App, KeeperDoor } from './door.ts';
import { Fields, Id, Limit } from './fields.ts';
import { integersIn, Next, pageOf, read } from './lists.ts';
import { DoorFault } from './problems.ts';
import { listDocs } from './route-docs.ts';
import { SKU_EXAMPLE, skuBody } from './sku-body.ts';

const ProductBody = Fields({
  id: Type.String(),
  sales: Type.Integer({ description: 'Units in orders that stand, summed over all SKUs of the product.' }),
  skus: Type.Array(Type.Ref('Sku#'), { description: 'A page of its SKUs, by id.' }),
  next: Next,
});

export function productRoutes(app: App, keeper: KeeperDoor): void {
  app.get('/products/:id', {
    schema: {
      operationId: 'readProduct',
      tags: ['Products'],
      summary: 'Read a product',
      description: 'A product exists while a SKU names it.',
      params: Fields({ id: Id('Id of the product: the `productId` of its SKUs.') }),
      querystring: Fields({ after: Type.Optional(Id('`next` of the page before.')), limit: Type.Optional(Limit) }),
      response: { 200: ProductBody },
    },
    config: listDocs(
      'reader',
      'The product.',
      { id: 'MUG', sales: 2, skus: [SKU_EXAMPLE], next: null },
      'product_not_found',
    ),
    preValidation: integersIn('limit'),
    handler: async (request) => {
      const { id } = request.params;
      const product = await read(request, keeper.lists.product(id, pageOf(request.query)));
      if (product === null) {
        throw new DoorFault('product_not_found', `No SKU has the productId ${JSON.stringify(id)}.`, { productId: id });
      }
      return { id, sales: product.sales, skus: product.skus.items.map(skuBody), next: product.skus.next };
    },
  });
}
