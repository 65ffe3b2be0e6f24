/** The calls of the waiting line. */
import { Type } from 'typebox';
import { asked } from '../asked.ts';
import { line } from '../call.ts';
import { Counter, Fields, LIMIT_DEFAULT, Limit } from '../fields.ts';
import { OrderParams } from '../orders/requests.ts';
import { DoorFault } from '../problems/problems.ts';
import { SkuParams } from '../skus/requests.ts';
import { LineBody, lineBody, WaitingOrderBody, waitingOrderBody } from './body.ts';

const EXAMPLE = { since: '2026-11-20T09:12:30.250Z', until: '2026-11-20T09:13:00.250Z' };

export const WAITING_CALLS = {
  /** Lists the orders that wait for a SKU, in the order of their places, page by page. */
  listWaiting: line({
    method: 'GET',
    path: '/skus/:id/waiting',
    tag: 'SKUs',
    role: 'reader',
    summary: 'Who waits for a SKU',
    description:
      'Placements and checkouts with `waitSeconds` that found too little. Each takes what those ahead of it leave: ' +
      'first come, first served.',
    params: SkuParams,
    query: Fields({
      after: Type.Optional(Counter('Behind this place; `next` of the page before.')),
      limit: Type.Optional(Limit),
    }),
    response: { 200: LineBody },
    answers: {
      200: {
        description: 'The line as it is now, in memory.',
        example: {
          skuId: 'MUG-RED',
          length: 1,
          quantity: 2,
          items: [{ orderId: 'order-1001', quantity: 2, place: 1, ...EXAMPLE }],
          next: null,
        },
      },
    },
    success: 'page',
    refusals: ['sku_not_found', 'sku_quarantined'],
    // Asks whether the SKU exists.
    first: ({ id }) => asked({ kind: 'read_sku', skuId: id }),
    show: (lines, { id, after = 0, limit = LIMIT_DEFAULT }) => ({ page: lineBody(lines, id, after, limit) }),
  }),

  /** Reads the places of an order that waits to be placed, in the line of each SKU that it waits for. */
  readWaiting: line({
    method: 'GET',
    path: '/orders/:id/waiting',
    tag: 'Orders',
    role: 'reader',
    summary: 'The places of an order that waits to be placed',
    params: OrderParams,
    response: { 200: WaitingOrderBody },
    answers: {
      200: {
        description: 'Its place in the line of every SKU that it names.',
        example: {
          orderId: 'order-1001',
          ...EXAMPLE,
          lines: [{ skuId: 'MUG-RED', quantity: 2, place: 1, length: 1 }],
        },
      },
    },
    success: 'waiting',
    refusals: ['not_waiting'],
    show: (lines, { id: orderId }) => {
      const page = waitingOrderBody(lines, orderId);
      if (page !== null) return { page };
      const detail = `No request waits to place order ${JSON.stringify(orderId)}.`;
      return { refusal: new DoorFault('not_waiting', detail, { orderId }) };
    },
  }),
};
