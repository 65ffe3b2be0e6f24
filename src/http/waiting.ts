/** Routes that show the waiting line: of a SKU, and of an order that waits to be placed. */
import { Type } from 'typebox';
import { Counter, Fields, LIMIT_DEFAULT, Limit, Time } from '../api/fields.ts';
import { OrderParams } from '../api/orders/requests.ts';
import { DoorFault } from '../api/problems/problems.ts';
import { SkuParams } from '../api/skus/requests.ts';
import type { KeeperDoor } from '../keeper/keeper.ts';
import type { Waiter } from '../keeper/waiting/waiter.ts';
import { isoTime } from '../lib/iso-time.ts';
import { respond } from './answers.ts';
import { readDocs } from './docs/route-docs.ts';
import type { App } from './door.ts';
import { integersIn } from './wire/integers-in.ts';

const Units = Type.Integer({ description: 'Units that it waits for.' });
const Place = Type.Integer({ description: '1 is the next.' });
const Length = Type.Integer({ description: 'How many wait for the SKU.' });
const SINCE = Time('When it took its place.');
const UNTIL = Time('When its time is up.');

const LineBody = Fields({
  skuId: Type.String(),
  length: Length,
  quantity: Type.Integer({ description: 'Units that all of them wait for.' }),
  items: Type.Array(Fields({ orderId: Type.String(), quantity: Units, place: Place, since: SINCE, until: UNTIL }), {
    description: 'In the order of their places.',
  }),
  next: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    description: 'Send it as `after` for the next page; `null` on the last page.',
  }),
});

const WaitingOrderBody = Fields({
  orderId: Type.String(),
  since: SINCE,
  until: UNTIL,
  lines: Type.Array(Fields({ skuId: Type.String(), quantity: Units, place: Place, length: Length })),
});

const EXAMPLE = { since: '2026-11-20T09:12:30.250Z', until: '2026-11-20T09:13:00.250Z' };

const unitsOf = ({ needs }: Waiter, skuId: string): number => needs.get(skuId) ?? 0;
const times = ({ since, until }: Waiter) => ({ since: isoTime(since), until: isoTime(until) });

export function waitingRoutes(app: App, keeper: KeeperDoor): void {
  app.get('/skus/:id/waiting', {
    schema: {
      operationId: 'listWaiting',
      tags: ['SKUs'],
      summary: 'Who waits for a SKU',
      description:
        'Placements and checkouts with `waitSeconds` that found too little. Each takes what those ahead of it leave: first come, first served.',
      params: SkuParams,
      querystring: Fields({
        after: Type.Optional(Counter('Behind this place; `next` of the page before.')),
        limit: Type.Optional(Limit),
      }),
      response: { 200: LineBody },
    },
    config: readDocs(
      'reader',
      {
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
      'sku_not_found',
      'sku_quarantined',
    ),
    preValidation: integersIn('after', 'limit'),
    handler: async (request, reply) => {
      const { id: skuId } = request.params;
      const answer = await keeper.ask({ kind: 'read_sku', skuId }, null);
      if (answer.outcome.kind !== 'sku') return respond(reply, answer);
      const { after = 0, limit = LIMIT_DEFAULT } = request.query;
      const line = keeper.waiting.of(skuId);
      const items = line.slice(after, after + limit).map((waiter, at) => ({
        orderId: waiter.orderId,
        quantity: unitsOf(waiter, skuId),
        place: after + at + 1,
        ...times(waiter),
      }));
      const quantity = line.reduce((sum, waiter) => sum + unitsOf(waiter, skuId), 0);
      return { skuId, length: line.length, quantity, items, next: after + limit < line.length ? after + limit : null };
    },
  });

  app.get('/orders/:id/waiting', {
    schema: {
      operationId: 'readWaiting',
      tags: ['Orders'],
      summary: 'The places of an order that waits to be placed',
      params: OrderParams,
      response: { 200: WaitingOrderBody },
    },
    config: readDocs(
      'reader',
      {
        200: {
          description: 'Its place in the line of every SKU that it names.',
          example: {
            orderId: 'order-1001',
            ...EXAMPLE,
            lines: [{ skuId: 'MUG-RED', quantity: 2, place: 1, length: 1 }],
          },
        },
      },
      'not_waiting',
    ),
    handler: async (request) => {
      const { id: orderId } = request.params;
      const waiter = keeper.waiting.forOrder(orderId);
      const lines = [...(waiter?.needs ?? [])].flatMap(([skuId, quantity]) => {
        const line = keeper.waiting.of(skuId);
        const place = waiter === null ? 0 : line.indexOf(waiter) + 1;
        return place === 0 ? [] : [{ skuId, quantity, place, length: line.length }];
      });
      // In no line, it has what it asked for, and waits for that to be durable.
      if (waiter === null || lines.length === 0) {
        throw new DoorFault('not_waiting', `No request waits to place order ${JSON.stringify(orderId)}.`, { orderId });
      }
      return { orderId, ...times(waiter), lines };
    },
  });
}
