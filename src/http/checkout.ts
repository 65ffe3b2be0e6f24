/** Route of the checkout: from what is selected in a cart to an order, in one turn. */
import { Type } from 'typebox';
import { CartParams, CheckoutBody, checkOut, NOT_CHECKED_OUT } from '../api/carts/requests.ts';
import { KeyedWriteHeaders } from '../api/fields.ts';
import { ORDER_EXAMPLE } from '../api/orders/body.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import { answerTo } from './answers.ts';
import type { App } from './door.ts';
import { untilGone } from './orders.ts';
import { changeDocs } from './route-docs.ts';

export function checkoutRoutes(
  app: App,
  keeper: KeeperDoor,
  newOrderId: () => string,
  { defaultFreight }: { readonly defaultFreight: number },
): void {
  app.post('/carts/:id/checkout', {
    schema: {
      operationId: 'checkOut',
      tags: ['Carts'],
      summary: 'Check out a cart',
      description:
        'Places an order of the selected lines at the prices of now, and takes exactly what was bought out of the cart: all at once, or, when it is refused, nothing. What is bought was selected when it was asked for and still is: quantity added meanwhile stays in the cart. With an `orderId`, asking again gives the order. `If-Match` and `If-None-Match` are of the cart, the `ETag` is that of the order.',
      headers: KeyedWriteHeaders,
      params: CartParams,
      body: CheckoutBody,
      response: { 200: Type.Ref('Order#'), 201: Type.Ref('Order#') },
    },
    config: changeDocs(
      'shop',
      {
        201: { description: 'Placed.', example: ORDER_EXAMPLE, headers: ['location'] },
        200: {
          description: 'It had been placed by the same request: the first answer again.',
          example: ORDER_EXAMPLE,
          headers: ['idempotent-replayed'],
        },
      },
      ...NOT_CHECKED_OUT,
    ),
    handler: (request, reply) => {
      const signal = untilGone(reply, request.body.waitSeconds);
      const asked = checkOut(request.params.id, request.body, newOrderId, defaultFreight);
      return answerTo(request, reply, keeper, asked, signal);
    },
  });
}
