/** Routes of carts: read, set and remove lines, select, merge. */
import { Type } from 'typebox';
import { answerTo, respondWith } from './answers.ts';
import { CART_EXAMPLE } from './cart-body.ts';
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
} from './cart-requests.ts';
import type { App, KeeperDoor } from './door.ts';
import { KeyHeader } from './fields.ts';
import { changeDocs, readDocs } from './route-docs.ts';

const shown = (description: string) => ({ 200: { description, example: CART_EXAMPLE, headers: ['etag'] as const } });

export function cartRoutes(app: App, keeper: KeeperDoor): void {
  app.get('/carts/:id', {
    schema: {
      operationId: 'readCart',
      tags: ['Carts'],
      summary: 'Read a cart',
      description: 'Never older than an acknowledged write; prices and availability are of the same moment.',
      params: CartParams,
      response: { 200: Type.Ref('Cart#') },
    },
    config: readDocs('reader', shown('The cart.'), ...NOT_OF_A_CART),
    handler: (request, reply) => respondWith(reply, keeper.ask({ kind: 'read_cart', cartId: request.params.id }, null)),
  });

  app.put('/carts/:id/lines/:skuId', {
    schema: {
      operationId: 'putLine',
      tags: ['Carts'],
      summary: 'Set a line of a cart',
      description:
        'A cart comes into being with its first line. Absolute, so it can be repeated; other lines stay as they are, whoever changes them at the same time. Reserves nothing.',
      params: NewCartLineParams,
      body: CartLineBody,
      response: { 200: Type.Ref('Cart#') },
    },
    config: changeDocs('shop', shown('The cart after the change.'), ...NOT_PUT),
    handler: (request, reply) => {
      const { id: cartId, skuId } = request.params;
      const { quantity, selected = null } = request.body;
      return respondWith(reply, keeper.ask({ kind: 'put_line', cartId, skuId, quantity, selected }, null));
    },
  });

  app.delete('/carts/:id/lines/:skuId', {
    schema: {
      operationId: 'removeLine',
      tags: ['Carts'],
      summary: 'Remove a line of a cart',
      description: 'Also 200 when there is no such line. The emptied cart stays until nobody has changed it for long.',
      params: CartLineParams,
      response: { 200: Type.Ref('Cart#') },
    },
    config: readDocs('shop', shown('The cart without the line.'), ...NOT_OF_A_CART),
    handler: (request, reply) => {
      const { id: cartId, skuId } = request.params;
      return respondWith(reply, keeper.ask({ kind: 'remove_line', cartId, skuId }, null));
    },
  });

  app.patch('/carts/:id', {
    schema: {
      operationId: 'selectAll',
      tags: ['Carts'],
      summary: 'Select all lines of a cart, or none',
      params: CartParams,
      body: SelectBody,
      response: { 200: Type.Ref('Cart#') },
    },
    config: changeDocs('shop', shown('The cart after the change.'), ...NOT_OF_A_CART),
    handler: (request, reply) => {
      const command = { kind: 'select_all', cartId: request.params.id, selected: request.body.selectAll } as const;
      return respondWith(reply, keeper.ask(command, null));
    },
  });

  app.post('/carts/:id/merge', {
    schema: {
      operationId: 'mergeCarts',
      tags: ['Carts'],
      summary: 'Merge another cart into a cart',
      description:
        "Adds the other cart's lines, and empties it, at once: asked again it adds nothing. A line is selected if it is in either cart. The cart comes into being if it must.",
      headers: KeyHeader,
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
          headers: ['etag', 'idempotent-replayed'],
        },
      },
      ...NOT_MERGED,
    ),
    handler: (request, reply) => answerTo(request, reply, keeper, mergeCarts(request.params.id, request.body)),
  });
}
