/** Route of the checkout: from what is selected in a cart to an order, in one turn. */
import { Type } from 'typebox';
import { answerTo } from './answers.ts';
import { CartParams } from './carts.ts';
import type { App, KeeperDoor } from './door.ts';
import { Fields, Id, KeyHeader, Money } from './fields.ts';
import { ORDER_EXAMPLE } from './order-body.ts';
import { ORDER_TERMS, PLACED, termsOf, untilGone, WaitSeconds } from './orders.ts';
import { fingerprint } from './preconditions.ts';
import { changeDocs } from './route-docs.ts';

const { customerId, expiresInSeconds } = ORDER_TERMS;

const CheckoutBody = Fields(
  {
    orderId: Type.Optional(
      Id(
        'Chosen by the client, so that asking again is safe: it gives the same order. Made by the service when absent.',
      ),
    ),
    payment: Type.Enum(['online', 'cash_on_delivery'], {
      description: '`online`: pending until confirmed or expired. `cash_on_delivery`: confirmed from the start.',
    }),
    freight: Type.Optional(Money('Minor units, added to the total; the setting DEFAULT_FREIGHT when absent.')),
    expiresInSeconds,
    customerId,
    waitSeconds: WaitSeconds,
  },
  { examples: [{ orderId: 'order-1001', payment: 'online', freight: 490, customerId: 'customer-7' }] },
);

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
        'Places an order of the selected lines at the prices of now, and takes exactly what was bought out of the cart: all at once, or, when it is refused, nothing. What is bought was selected when it was asked for and still is: quantity added meanwhile stays in the cart. With an `orderId`, asking again gives the order.',
      headers: KeyHeader,
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
      'cart_not_found',
      'nothing_selected',
      'cart_quarantined',
      ...PLACED,
    ),
    handler: (request, reply) => {
      const { orderId = null, freight = defaultFreight, waitSeconds = 0 } = request.body;
      const cartId = request.params.id;
      const asked = { ...termsOf(request.body), freight };
      const named = orderId === null ? { orderId: newOrderId(), idIsNew: true } : { orderId };
      const said = { cartId, ...asked };
      const command = {
        kind: 'checkout',
        ...named,
        ...said,
        waitSeconds,
        fingerprint: fingerprint('checkout', said),
      } as const;
      return answerTo(request, reply, keeper, command, { orderId, ...said }, untilGone(reply, waitSeconds));
    },
  });
}
