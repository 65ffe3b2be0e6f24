/** What requests say to place an order and to list orders. */
import { Type } from 'typebox';
import {
  addTogether,
  EXPIRES_IN_SECONDS_DEFAULT,
  EXPIRES_IN_SECONDS_MAX,
  LINES_MAX,
  type LineRequest,
  oversizedLine,
  type Payment,
  WAIT_SECONDS_MAX,
} from '../../shop/orders/order.ts';
import { QUANTITY_MAX } from '../../shop/skus/sku.ts';
import { type Asked, asked } from '../asked.ts';
import { Fields, Id, Money, NewId, NullableId, Quantity } from '../fields.ts';
import { fingerprint } from '../preconditions.ts';
import { DoorFault } from '../problems/problems.ts';

export const OrderParams = Fields({ id: Id('Id of the order.') });

export const Lines = Type.Array(Fields({ skuId: Id('Id of the SKU.'), quantity: Quantity('Units.') }), {
  minItems: 1,
  maxItems: LINES_MAX,
  description: 'Lines that name the same SKU are added together.',
});

/** Adds lines of the same SKU together. Throws `DoorFault` when a sum exceeds what a line may hold. */
export function linesOf(lines: readonly LineRequest[]): LineRequest[] {
  const added = addTogether(lines);
  const oversized = oversizedLine(added);
  if (oversized === null) return added;
  const { skuId, quantity } = oversized;
  throw new DoorFault(
    'invalid_request',
    `The lines of SKU ${JSON.stringify(skuId)} add up to ${quantity}, the most is ${QUANTITY_MAX}. Split the order.`,
  );
}

/** For fingerprints: two requests whose lines differ only in their order are the same. */
export const sorted = (lines: readonly LineRequest[]): readonly LineRequest[] =>
  lines.length === 1 ? lines : lines.toSorted((a, b) => (a.skuId < b.skuId ? -1 : 1));

export const WaitSeconds = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: WAIT_SECONDS_MAX,
    default: 0,
    description:
      'When there is too little stock: how long to wait for it, in the line of every SKU that is named, first come ' +
      'first served. Who hangs up leaves the line. Not part of what makes a request the same: asked again while it ' +
      'waits, it has one place, for as long as one of those who ask waits, each for its own time.',
  }),
);

/** What a placing and a checkout both say about the order. */
export const ORDER_TERMS = {
  expiresInSeconds: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: EXPIRES_IN_SECONDS_MAX,
      default: EXPIRES_IN_SECONDS_DEFAULT,
      description:
        'How long the order holds its stock while it waits for its payment; with `cash_on_delivery` it does not ' +
        'expire, and this is ignored.',
    }),
  ),
  customerId: Type.Optional(NullableId('Whose order it is.')),
};

/** Why an order is not placed. */
export const PLACED = [
  'insufficient_stock',
  'waiting_line_full',
  'counter_limit',
  'unknown_sku',
  'order_id_reused',
  'max_per_order',
  'customer_required',
  'max_per_customer',
  'currency_mismatch',
  'amount_too_large',
  'order_quarantined',
  'sku_quarantined',
  'idempotency_key_reused',
] as const;

export const NewOrderBody = Fields(
  {
    id: Type.Optional(
      NewId(
        'Chosen by the client, so that asking again is safe: the same id with the same request is answered as the ' +
          'first time. Made by the service when absent.',
      ),
    ),
    lines: Lines,
    payment: Type.Optional(
      Type.Enum(['online', 'cash_on_delivery'], {
        default: 'online',
        description: '`online`: pending until confirmed or expired. `cash_on_delivery`: confirmed from the start.',
      }),
    ),
    freight: Type.Optional(Money('Minor units, added to the total.', { default: 0 })),
    ...ORDER_TERMS,
    waitSeconds: WaitSeconds,
  },
  {
    'x-examples': {
      online: {
        summary: 'Paid online, with an id of your own',
        value: { id: 'order-1001', lines: [{ skuId: 'MUG-RED', quantity: 2 }], freight: 490, customerId: 'customer-7' },
      },
      cash_on_delivery: {
        summary: 'Cash on delivery',
        value: { lines: [{ skuId: 'MUG-RED', quantity: 1 }], payment: 'cash_on_delivery' },
      },
    },
  },
);

interface Terms {
  readonly payment?: Payment;
  readonly expiresInSeconds?: number;
  readonly customerId?: string | null;
}

/** The terms of an order, with every default filled in. */
export function termsOf({
  payment = 'online',
  expiresInSeconds = EXPIRES_IN_SECONDS_DEFAULT,
  customerId = null,
}: Terms) {
  // The expiry says nothing about an order that does not expire, so it must not tell two such requests apart.
  return {
    payment,
    expiresInSeconds: payment === 'online' ? expiresInSeconds : EXPIRES_IN_SECONDS_DEFAULT,
    customerId,
  };
}

/** What is asked for, with every default filled in. */
function placement(body: NewOrder) {
  const { payment, expiresInSeconds, customerId } = termsOf(body);
  return { lines: linesOf(body.lines), payment, freight: body.freight ?? 0, expiresInSeconds, customerId };
}

export type NewOrder = Type.Static<typeof NewOrderBody>;

/** Throws `DoorFault` as `linesOf` does. */
export function placeOrder(body: NewOrder, newOrderId: () => string): Asked {
  const { id = null, waitSeconds = 0 } = body;
  const placed = placement(body);
  const said = { ...placed, lines: sorted(placed.lines) };
  const named = id === null ? { orderId: newOrderId(), idIsNew: true } : { orderId: id };
  const command = { kind: 'place', ...named, ...placed, waitSeconds, fingerprint: fingerprint(said) } as const;
  return asked(command, { id, ...said });
}

/** Which orders a list shows. */
export const ORDERS_FILTER = {
  status: Type.Optional(
    Type.Enum(['pending', 'confirmed', 'shipped', 'cancelled'], { description: 'Only orders of this status.' }),
  ),
  customerId: Type.Optional(Id('Only orders of this customer.')),
};
