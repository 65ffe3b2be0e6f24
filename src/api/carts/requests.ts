/** What requests say about a cart. */
import { Type } from 'typebox';
import { type Asked, asked } from '../asked.ts';
import { Fields, Id, Money, NewId, Quantity } from '../fields.ts';
import { ORDER_TERMS, termsOf, WaitSeconds } from '../orders/requests.ts';
import { fingerprint } from '../preconditions.ts';

const ID_SAID = 'Id of the cart, chosen by the client: of the session, or of the customer.';

export const CartParams = Fields({ id: Id(ID_SAID) });
/** Parameters of a call that creates the cart if it does not exist. */
export const NewCartParams = Fields({ id: NewId(ID_SAID) });

const skuId = Id('Id of the SKU.');
export const CartLineParams = Fields({ ...CartParams.properties, skuId });
export const NewCartLineParams = Fields({ ...NewCartParams.properties, skuId });

export const CartLineBody = Fields(
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

export const SelectBody = Fields(
  { selectAll: Type.Boolean({ description: '`true` selects all lines, `false` none.' }) },
  { examples: [{ selectAll: true }] },
);

export const MergeBody = Fields(
  { from: Id('The cart whose lines are added: that of the guest who has just logged in.') },
  { examples: [{ from: 'guest-41f2' }] },
);

export const mergeCarts = (cartId: string, { from }: Type.Static<typeof MergeBody>): Asked =>
  asked({ kind: 'merge_carts', cartId, from });

const { customerId, expiresInSeconds } = ORDER_TERMS;

export const CheckoutBody = Fields(
  {
    orderId: Type.Optional(
      NewId(
        'Chosen by the client, so that asking again is safe: it gives the same order. Made by the service when ' +
          'absent: then a repeat on the same terms joins the first while that is in flight, and is another checkout ' +
          'after it.',
      ),
    ),
    payment: Type.Enum(['online', 'cash_on_delivery'], {
      description: '`online`: pending until confirmed or expired. `cash_on_delivery`: confirmed from the start.',
    }),
    freight: Type.Optional(
      Money(
        'Minor units, added to the total; the setting DEFAULT_FREIGHT of then when absent. Asked again, to leave it ' +
          'out is to say 0; what a setting says is no part of the request.',
      ),
    ),
    expiresInSeconds,
    customerId,
    waitSeconds: WaitSeconds,
  },
  { examples: [{ orderId: 'order-1001', payment: 'online', freight: 490, customerId: 'customer-7' }] },
);

/**
 * A checkout that names no freight stays the same request when `defaultFreight` changes. What makes two requests the
 * same is what was asked, with the API's constant defaults filled in, and never a setting.
 */
export function checkOut(
  cartId: string,
  body: Type.Static<typeof CheckoutBody>,
  newOrderId: () => string,
  defaultFreight: number,
): Asked {
  const { orderId = null, freight = null, waitSeconds = 0 } = body;
  const terms = termsOf(body);
  const named = orderId === null ? { orderId: newOrderId(), idIsNew: true } : { orderId };
  const said = { cartId, ...terms, freightAsked: freight ?? 0 };
  // Builds before this one told checkouts apart by the freight that was charged, under another name.
  const saidBefore = (charged: number) => ({ cartId, ...terms, freight: freight ?? charged });
  const command = {
    kind: 'checkout',
    ...named,
    cartId,
    ...terms,
    freight: freight ?? defaultFreight,
    waitSeconds,
    fingerprint: fingerprint('checkout', said),
    formerly: (charged: number) => fingerprint('checkout', saidBefore(charged)),
  } as const;
  const asking = asked(command, { orderId, ...said });
  return { ...asking, saidBefore: (charged) => ({ orderId, ...saidBefore(charged) }) };
}
