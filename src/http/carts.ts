/** Routes of carts: read, set and remove lines, select, merge. */
import { Type } from 'typebox';
import { answerTo, respondWith } from './answers.ts';
import { CART_EXAMPLE } from './cart-body.ts';
import type { App, KeeperDoor } from './door.ts';
import { Fields, Id, KeyHeader, Quantity } from './fields.ts';
import { changeDocs, readDocs } from './route-docs.ts';

export const CartParams = Fields({
  id: Id('Id of the cart, chosen by the client: of the session, or of the customer.'),
});

const LineParams = Fields({ ...CartParams.properties, skuId: Id('Id of the SKU.') });

const LineBody = Fields(
  {
    quantity: Quantity('Units that the line has from now on.'),
    selected: Type.Optional(
      Type.Boolean({
        description: 'Whether a checkout buys it. Absent: a new line is selected, one that is there stays as it is.',
      }),
    ),
  },
  { examples: [{ quantity: 2 }] },
);

const SelectBody = Fields(
  { selectAll: Type.Boolean({ description: '`true` selects all lines, `false` none.' }) },
  { examples: [{ selectAll: true }] },
);

const MergeBody = Fields(
  { from: Id('The cart whose lines are added: that of the guest who has just logged in.') },
  { examples: [{ from: 'guest-41f2' }] },
);

const shown = (description: string) => ({ 200: { description, example: CART_EXAMPLE, headers: ['etag'] as const } });

const QUARANTINED = ['cart_quarantined', 'sku_quarantined'] as const;

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
    config: readDocs('reader', shown('The cart.'), 'cart_not_found', ...QUARANTINED),
    handler: (request, reply) => respondWith(reply, keeper.ask({ kind: 'read_cart', cartId: request.params.id }, null)),
  });

  app.put('/carts/:id/lines/:skuId', {
    schema: {
      operationId: 'putLine',
      tags: ['Carts'],
      summary: 'Set a line of a cart',
      description:
        'A cart comes into being with its first line. Absolute, so it can be repeated; other lines stay as they are, whoever changes them at the same time. Reserves nothing.',
      params: LineParams,
      body: LineBody,
      response: { 200: Type.Ref('Cart#') },
    },
    config: changeDocs('shop', shown('The cart after the change.'), 'unknown_sku', 'cart_full', ...QUARANTINED),
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
      params: LineParams,
      response: { 200: Type.Ref('Cart#') },
    },
    config: readDocs('shop', shown('The cart without the line.'), 'cart_not_found', ...QUARANTINED),
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
    config: changeDocs('shop', shown('The cart after the change.'), 'cart_not_found', ...QUARANTINED),
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
      params: CartParams,
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
      'cart_not_found',
      'cart_full',
      'cart_merged_into_itself',
      'idempotency_key_reused',
      ...QUARANTINED,
    ),
    handler: (request, reply) => {
      const command = { kind: 'merge_carts', cartId: request.params.id, from: request.body.from } as const;
      return answerTo(request, reply, keeper, command);
    },
  });
}
