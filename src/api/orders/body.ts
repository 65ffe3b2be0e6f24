/** How an order is shown. */
import { Type } from 'typebox';
import { isoTime } from '../../lib/iso-time.ts';
import { type Order, totalAmount, totalCount } from '../../shop/orders/order.ts';
import { Fields, NullableTime, Time } from '../fields.ts';

const LineBody = Fields({
  skuId: Type.String(),
  quantity: Type.Integer({ description: 'Units that stand.' }),
  unitPrice: Type.Integer({ description: 'Price of one unit when the order was placed, minor units.' }),
  returned: Type.Integer({ description: 'Units taken back after shipping.' }),
});

export const OrderBody = Fields(
  {
    id: Type.String(),
    status: Type.Enum(['pending', 'confirmed', 'shipped', 'cancelled']),
    payment: Type.Enum(['online', 'cash_on_delivery']),
    customerId: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
    lines: Type.Array(LineBody, { description: 'In the order of the request; removed lines are left out.' }),
    totalCount: Type.Integer({ description: 'Units in the order.' }),
    freight: Type.Integer({ description: 'Minor units.' }),
    totalAmount: Type.Integer({ description: '`Σ quantity × unitPrice + freight`, minor units.' }),
    currency: Type.String({ description: 'ISO 4217, that of the SKUs.' }),
    expiresAt: NullableTime(
      'While pending: when the order stops holding its stock. On an expired order: when it did. Else `null`.',
    ),
    cancelReason: Type.Unsafe<'requested' | 'expired' | null>({
      type: ['string', 'null'],
      enum: ['requested', 'expired', null],
    }),
    version: Type.Integer({ description: 'Number of changes, placing included; the `ETag`.' }),
    createdAt: Time('When the order was placed.'),
    updatedAt: Time('When it last changed.'),
  },
  { $id: 'Order' },
);
/** An order, as it is shown. Amounts are minor units of `currency`, times ISO 8601. */
export interface OrderBody extends Type.Static<typeof OrderBody> {}

export function orderBody(order: Order): OrderBody {
  return {
    id: order.id,
    status: order.status,
    payment: order.payment,
    customerId: order.customerId,
    lines: order.lines
      .filter((line) => line.quantity > 0)
      .map(({ skuId, quantity, unitPrice, returned }) => ({ skuId, quantity, unitPrice, returned })),
    totalCount: totalCount(order),
    freight: order.freight,
    totalAmount: totalAmount(order),
    currency: order.currency,
    expiresAt: expiryShown(order),
    cancelReason: order.cancelReason,
    version: order.version,
    createdAt: isoTime(order.createdAt),
    updatedAt: isoTime(order.updatedAt),
  };
}

function expiryShown({ status, cancelReason, expiresAt }: Order): string | null {
  const tells = status === 'pending' || cancelReason === 'expired';
  return tells && expiresAt !== null ? isoTime(expiresAt) : null;
}

export const ORDER_EXAMPLE: OrderBody = {
  id: 'order-1001',
  status: 'pending',
  payment: 'online',
  customerId: 'customer-7',
  lines: [{ skuId: 'MUG-RED', quantity: 2, unitPrice: 1290, returned: 0 }],
  totalCount: 2,
  freight: 490,
  totalAmount: 3070,
  currency: 'EUR',
  expiresAt: '2026-11-20T09:27:30.250Z',
  cancelReason: null,
  version: 1,
  createdAt: '2026-11-20T09:12:30.250Z',
  updatedAt: '2026-11-20T09:12:30.250Z',
};

/** The answers of every call that places an order. */
export const PLACED_ANSWERS = {
  success: ['order_placed'],
  response: { 200: Type.Ref('Order#'), 201: Type.Ref('Order#') },
  answers: {
    201: { description: 'Placed.', example: ORDER_EXAMPLE, headers: ['location'] },
    200: {
      description: 'It had been placed by the same request: the first answer again.',
      example: ORDER_EXAMPLE,
      headers: ['idempotent-replayed'],
    },
  },
} as const;
