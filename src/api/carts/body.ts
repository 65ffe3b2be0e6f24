/** How a cart is shown: its lines with the current data of their SKUs, and the total of the selected lines. */
import { Type } from 'typebox';
import { isoTime } from '../../lib/iso-time.ts';
import type { CartShown } from '../../shop/carts/outcomes.ts';
import { Fields, Time } from '../fields.ts';

const LineBody = Fields({
  skuId: Type.String(),
  quantity: Type.Integer({ description: 'Units picked. Nothing is reserved for a cart.' }),
  selected: Type.Boolean({ description: 'Whether a checkout buys it.' }),
  name: Type.String({ description: 'Of the SKU, now.' }),
  price: Type.Integer({ description: 'Of one unit, now, minor units.' }),
  currency: Type.String({ description: 'ISO 4217.' }),
  available: Type.Integer({ description: 'Units of the SKU that may be reserved now. Can be negative.' }),
});

export const CartBody = Fields(
  {
    id: Type.String(),
    lines: Type.Array(LineBody, { description: 'In the order in which they were added.' }),
    totalCount: Type.Integer({ description: 'Units in the selected lines.' }),
    totalAmount: Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      description:
        'Of the selected lines at the prices of now, without freight, minor units; `null` when they have several ' +
        'currencies, or come to more than one order may.',
    }),
    currency: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'That of the selected lines; `null` when there are none, or several currencies.',
    }),
    version: Type.Integer({ description: 'Number of changes; the `ETag`.' }),
    createdAt: Time('When the cart came into being.'),
    updatedAt: Time('When it last changed.'),
  },
  { $id: 'Cart' },
);
/** A cart, as it is shown. The name, price and availability of a line are those that its SKU has now. */
export interface CartBody extends Type.Static<typeof CartBody> {}

export function cartBody(cart: CartShown): CartBody {
  const selected = cart.lines.filter((line) => line.selected);
  const [currency = null, ...others] = new Set(selected.map((line) => line.currency));
  const isOne = others.length === 0;
  return {
    id: cart.id,
    lines: cart.lines.map(({ skuId, quantity, selected: isSelected, name, price, currency: of, available }) => ({
      skuId,
      quantity,
      selected: isSelected,
      name,
      price,
      currency: of,
      available,
    })),
    totalCount: selected.reduce((sum, { quantity }) => sum + quantity, 0),
    totalAmount: isOne ? exact(selected.reduce((sum, { quantity, price }) => sum + quantity * price, 0)) : null,
    currency: isOne ? currency : null,
    version: cart.version,
    createdAt: isoTime(cart.createdAt),
    updatedAt: isoTime(cart.updatedAt),
  };
}

/** Every partial sum is below the final sum. If the final sum is exact, every step was exact. */
const exact = (amount: number): number | null => (amount <= Number.MAX_SAFE_INTEGER ? amount : null);

export const CART_EXAMPLE: CartBody = {
  id: 'cart-7',
  lines: [
    {
      skuId: 'MUG-RED',
      quantity: 2,
      selected: true,
      name: 'Mug, red',
      price: 1290,
      currency: 'EUR',
      available: 98,
    },
  ],
  totalCount: 2,
  totalAmount: 2580,
  currency: 'EUR',
  version: 1,
  createdAt: '2026-11-20T09:05:00.000Z',
  updatedAt: '2026-11-20T09:05:00.000Z',
};
