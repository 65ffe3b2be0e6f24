/** Routes of carts: read, set and remove lines, select, merge. */
import { Type } from 'typebox';
import { CART_EXAMPLE } from '../api/carts/body.ts';
import {
  CartLineBody,
  CartLineParams,
  CartParams,
  MergeBody,
  mergeCarts,
  NewCartLineParams,
  NewCartParams,
  NOT_MERGED,
  NOT_OF_A_CART,
  NOT_PUT,
  SelectBody,
} from '../api/carts/requests.ts';
import { KeyedWriteHeaders, ReadHeaders, WriteHeaders } from '../api/fields.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { answerTo, readTo, tellTo } from './answers.ts';
import type { App } from './door.ts';
import { changeDocs, readDocs } from './route-docs.ts';

const shown = (description: string) => ({ 200: { description, example: CART_EXAMPLE } });

export function cartRoutes(app: App, keeper: KeeperDoor): void {
  app.get('/carts/:id', {
    schema: {
      operationId: 'readCart',
      tags: ['Carts'],
      summary: 'Read a cart',
      description:
        'Never older than an acknowledged write; prices and availability are of the same moment. `If-None-Match` with the `ETag` is answered 304 while neither the cart nor a SKU in it has changed since.',
      headers: ReadHeaders,
      params: CartParams,
      response: { 200: Type.Ref('Cart#'), 304: Type.Null() },
    },
    config: readDocs(
      'reader',
      {
        ...shown('The cart.'),
        304: { description: 'The cart is still at the version of `If-None-Match`, and shows the same.' },
      },
      ...NOT_OF_A_CART,
    ),
    handler: (request, reply) => readTo(request, reply, keeper, { kind: 'read_cart', cartId: request.params.id }),
  });

  app.put('/carts/:id/lines/:skuId', {
    schema: {
      operationId: 'putLine',
      tags: ['Carts'],
      summary: 'Set a line of a cart',
      description:
        'A cart comes into being with its first line. Absolute, so it can be repeated; other lines stay as they are, whoever changes them at the same time. Reserves nothing.',
      headers: WriteHeaders,
      params: NewCartLineParams,
      body: CartLineBody,
      response: { 200: Type.Ref('Cart#') },
    },
    config: changeDocs('shop', shown('The cart after the change.'), ...NOT_PUT),
    handler: (request, reply) => {
      const { id: cartId, skuId } = request.params;
      const { quantity, selected = null } = request.body;
      return tellTo(request, reply, keeper, { kind: 'put_line', cartId, skuId, quantity, selected });
    },
  });

  app.delete('/carts/:id/lines/:skuId', {
    schema: {
      operationId: 'removeLine',
      tags: ['Carts'],
      summary: 'Remove a line of a cart',
      description: 'Also 200 when there is no such line. The emptied cart stays until nobody has changed it for long.',
      headers: WriteHeaders,
      params: CartLineParams,
      response: { 200: Type.Ref('Cart#') },
    },
    config: readDocs('shop', shown('The cart without the line.'), ...NOT_OF_A_CART),
    handler: (request, reply) => {
      const { id: cartId, skuId } = request.params;
      return tellTo(request, reply, keeper, { kind: 'remove_line', cartId, skuId });
    },
  });

  app.patch('/carts/:id', {
    schema: {
      operationId: 'selectAll',
      tags: ['Carts'],
      summary: 'Select all lines of a cart, or none',
      headers: WriteHeaders,
      params: CartParams,
      body: SelectBody,
      response: { 200: Type.Ref('Cart#') },
    },
    config: changeDocs('shop', shown('The cart after the change.'), ...NOT_OF_A_CART),
    handler: (request, reply) => {
      const command = { kind: 'select_all', cartId: request.params.id, selected: request.body.selectAll } as const;
      return tellTo(request, reply, keeper, command);
    },
  });

  app.post('/carts/:id/merge', {
    schema: {
      operationId: 'mergeCarts',
      tags: ['Carts'],
      summary: 'Merge another cart into a cart',
      description:
        "Adds the other cart's lines, and empties it, at once: asked again it adds nothing. A line is selected if it is in either cart. The cart comes into being if it must.",
      headers: KeyedWriteHeaders,
      params: NewCartParams,
      body: MergeBody,
      response: { 200: Type.Ref('Cart#') },
    },
    config: changeDocs(
      'shop',
      {
        200: {
          description: 'The cart with the lines of both.',
          example: CART_EXAMPLE,
          headers: ['idempotent-replayed'],
        },
      },
      ...NOT_MERGED,
    ),
    handler: (request, reply) => answerTo(request, reply, keeper, mergeCarts(request.params.id, request.body)),
  });
}
